"""What far navigation says instead of the truth: the ground's two orbits, then a filter on what the chaser sees.

The filter keeps the errors of both craft's states and of the instruments' biases, with their full covariance, along
the arcs that are flown: a dual inertial state filter (Geller 2006), with the second-order terms of the readings
(Jazwinski 1970, section 9.3). docs/theory/far-navigation.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from math import ceil, sqrt
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from ..astro.relative import lvlh_axes
from ..conventions import Array, Record
from ..dynamics.arcs import Arc, PointState
from ..dynamics.transition import transitions
from ..errors import PropagationError
from .far_record import states_at
from .far_sensors import FarSensor, RelativeNavigation, axes_across, expected, sees, shown
from .tracking import GroundTracking, ground_error, ground_factor, ground_miss, turned_to_gcrf

TARGET, CHASER = slice(0, 6), slice(6, 12)  # of the errors kept: place and velocity of each craft, then the biases
MOVING = 12
LONGEST = 300.0  # s in one step: over it unknown forces act as on a straight path, to 1 % in low orbit
SAME = 1e-6  # s
APART = np.hstack([-np.eye(6), np.eye(6)])  # chaser less target


class Kick(NamedTuple):
    """What a burn adds to an error: at its end [s], to which craft, by which factor (3, 3) [m/s] in GCRF."""

    t: float
    craft: slice
    factor: Array


class FarNavigation:
    """Navigation of one flight from insertion to hand-over.

    Until the chaser's instruments see the target, each look is a new draw of what the ground knows of both orbits. From
    a mark on the filter serves, which starts from the ground's word on both. Where craft part again and the filter
    knows less of their relative place than the ground, the ground serves until the next mark.

    t [s]: up to which it has looked · is_acquired: the filter serves · first_marks [s], marks: by instrument · error
    (12 + b,): of what is believed, less the truth, of target and chaser [m, m/s] in GCRF and of the biases [m, m/s,
    rad] · covariance: of the error
    """

    def __init__(
        self,
        ground: GroundTracking,
        onboard: RelativeNavigation | None,
        env: Record,
        *,
        random: Callable[[str], np.random.Generator],
        start: float,
    ) -> None:
        self.ground, self.onboard, self.env, self._random = ground, onboard, env, random
        self.t = start
        self.is_acquired = False
        self.first_marks: dict[str, float] = {}
        self.marks: dict[str, int] = {}
        self.sensors: dict[str, FarSensor] = dict(onboard.sensors) if onboard is not None else {}
        self._places: dict[str, slice] = {}
        size = MOVING
        for name, sensor in self.sensors.items():
            self._places[name] = slice(size, size + sensor.bias.size)
            size += sensor.bias.size
        sigmas = np.concatenate([np.zeros(MOVING), *(sensor.bias for sensor in self.sensors.values())])
        self._bias = sigmas * random("navigation biases").standard_normal(size)
        self.error, self.covariance = -self._bias, np.diag(sigmas * sigmas)
        self._told = random("navigation at acquisition")
        self._noise = {name: random(f"marks of {name}") for name in self.sensors}
        self._unknown = random("navigation process")
        self._unseen = random("navigation burns")
        self._kicks: list[Kick] = []

    # ---- along the flight

    def observe(self, target: Sequence[Arc], chaser: Sequence[Arc], until: float) -> None:
        """Take every mark between the last look and `until` [s] along the arcs of both craft, as they were flown.

        The arcs of each follow one another, dense, and cover that time. Marks fall on whole periods from the epoch.
        Raises PropagationError.
        """
        marks = self._marks(target, chaser, until)
        if not self.is_acquired and marks:
            self._acquire(marks[0][0], target, chaser)
        if self.is_acquired and (marks or until > self.t):
            self._carry(target, chaser, marks, until)
        self.t = max(self.t, until)
        self._kicks = [kick for kick in self._kicks if kick.t > self.t]
        if self.is_acquired:
            told = self._ground_of(_state(target, self.t)) + self._ground_of(_state(chaser, self.t))
            self.is_acquired = bool(np.trace(self._relative()[:3, :3]) <= np.trace(told[:3, :3]))

    def burned(
        self, craft: str, states: tuple[PointState, PointState], *, dv_lvlh: Array, sigma: tuple[float, float]
    ) -> None:
        """Allow for a burn of the 'target' or the 'chaser': what its accelerometers leave of its error of execution.

        states: at ignition and at the end · dv_lvlh (3,) [m/s], in the craft's LVLH at ignition · sigma [m/s]: of the
        speed and of each direction across. To be told before `observe` goes beyond the end. Equation 10. Raises
        PropagationError.
        """
        before, after = states
        if self.onboard is None or float(np.linalg.norm(dv_lvlh)) == 0.0:
            return
        if after.t < self.t - SAME:
            raise PropagationError(
                f"navigation was told at {self.t:.1f} s of a burn that ended at {after.t:.1f} s; tell it before it "
                "observes what follows",
                time_s=after.t,
            )
        along = lvlh_axes(before.r, before.v).T @ (np.asarray(dv_lvlh) / float(np.linalg.norm(dv_lvlh)))
        sizes = self.onboard.burn_unseen_fraction * np.array([sigma[0], sigma[1], sigma[1]])
        factor = np.column_stack([along, *axes_across(along)]) * sizes
        kick = Kick(after.t, TARGET if craft == "target" else CHASER, factor)
        if after.t > self.t:
            self._kicks.append(kick)
        elif self.is_acquired:
            self._kick(kick)

    # ---- what planning may see

    def seen(self, target: PointState, chaser: PointState, label: str) -> tuple[PointState, PointState]:
        """Target and chaser as navigation has them at this moment; the truth is passed in. label: of the ground's draw.

        Raises PropagationError where the filter stands elsewhere.
        """
        if not self.is_acquired:
            random = self._random(f"navigation {label}")
            return ground_error(target, self.ground, random), ground_error(chaser, self.ground, random)
        self._check_now(target, chaser)
        e_T, e_C = self.error[TARGET], self.error[CHASER]
        return (
            replace(target, r=target.r + e_T[:3], v=target.v + e_T[3:]),
            replace(chaser, r=chaser.r + e_C[:3], v=chaser.v + e_C[3:]),
        )

    def relative_covariance(self, target: PointState, chaser: PointState) -> Array:
        """Covariance (6, 6) [m, m/s] of the chaser's state relative to the target's, in GCRF, at this moment."""
        if self.is_acquired:
            return self._relative()
        return self._ground_of(target) + self._ground_of(chaser)

    def covariance_rtn(self, target: PointState, chaser: PointState) -> Array:
        """The same in the target's radial, in-track and cross-track axes."""
        turn = turned_to_gcrf(target)
        return np.asarray(turn.T @ self.relative_covariance(target, chaser) @ turn)

    def belief(self, target: PointState, chaser: PointState, label: str) -> tuple[Array, Array, Array]:
        """Place (3,) [m] and velocity (3,) [m/s] of the chaser from the target, with covariance (6, 6), in GCRF."""
        seen_T, seen_C = self.seen(target, chaser, label)
        return seen_C.r - seen_T.r, seen_C.v - seen_T.v, self.relative_covariance(target, chaser)

    def _check_now(self, target: PointState, chaser: PointState) -> None:
        for state in (target, chaser):
            if not abs(state.t - self.t) <= SAME:
                raise PropagationError(
                    f"navigation stands at {self.t:.3f} s and was asked for {state.t:.3f} s; let it observe first",
                    time_s=state.t,
                )

    def _ground_of(self, truth: PointState) -> Array:
        factor = turned_to_gcrf(truth) @ ground_factor(truth, self.ground)
        return np.asarray(factor @ factor.T)

    # ---- the filter

    def _marks(self, target: Sequence[Arc], chaser: Sequence[Arc], until: float) -> list[tuple[float, str]]:
        """Time [s] and instrument of every mark beyond the last look, in order."""
        found = []
        for order, (name, sensor) in enumerate(self.sensors.items()):
            first, last = int(self.t // sensor.period_s) + 1, int(until // sensor.period_s)
            times: Array = sensor.period_s * np.arange(first, last + 1, dtype=float)
            if times.size:
                r_T, r_C = (states_at(list(arcs), times)[:, :3] for arcs in (target, chaser))
                kept = times[sees(sensor, self.env, times, r_T=r_T, r_C=r_C)]
                found += [(float(t), order, name) for t in kept]
        return [(t, name) for t, _, name in sorted(found)]

    def _acquire(self, t: float, target: Sequence[Arc], chaser: Sequence[Arc]) -> None:
        """Start the filter from the ground's two orbits at a mark; what was learned of biases stays."""
        self.covariance[:MOVING], self.covariance[:, :MOVING] = 0.0, 0.0
        for arcs, rows in ((target, TARGET), (chaser, CHASER)):
            truth = _state(arcs, t)
            self.error[rows] = ground_miss(truth, self.ground, self._told)
            self.covariance[rows, rows] = self._ground_of(truth)
        self.t, self.is_acquired = t, True

    def _carry(
        self, target: Sequence[Arc], chaser: Sequence[Arc], marks: list[tuple[float, str]], until: float
    ) -> None:
        """From the last look to `until`: spread, burns, marks."""
        edges = [t for arc in (*target, *chaser) for t in (arc.start, arc.stop) if self.t < t < until]
        due = [kick for kick in self._kicks if self.t < kick.t <= until]
        asked = sorted({self.t, until, *edges, *(t for t, _ in marks), *(kick.t for kick in due)})
        times = _filled(np.array(asked))
        phi_T, phi_C = (steps_between(self.env, arcs, times) for arcs in (target, chaser))
        y_T, y_C = (states_at(list(arcs), times)[:, :6] for arcs in (target, chaser))
        looks = {t: [name for _, name in group] for t, group in groupby(marks, key=itemgetter(0))}
        for k, t in enumerate(times):
            if k > 0:
                self._spread(phi_T[k - 1], phi_C[k - 1], float(t - times[k - 1]))
            for kick in (kick for kick in due if kick.t == t):
                self._kick(kick)
            if float(t) in looks:
                self._mark(looks[float(t)], float(t), y_C[k] - y_T[k])

    def _spread(self, phi_T: Array, phi_C: Array, dt: float) -> None:
        """Errors and covariance over one step, with what unknown forces do. Equations 4 and 5."""
        assert self.onboard is not None
        phi = np.eye(self.error.size)
        phi[TARGET, TARGET], phi[CHASER, CHASER] = phi_T, phi_C
        self.error = phi @ self.error
        self.covariance = phi @ self.covariance @ phi.T
        root = self.onboard.acceleration_noise_m_s1_5 * sqrt(dt)
        pair = root * np.array([[dt / sqrt(3.0), 0.0], [sqrt(0.75), 0.5]])  # of the place and the velocity on an axis
        added = (np.matmul(pair, pair.T)[:, None, :, None] * np.eye(3)[:, None, :]).reshape(6, 6)
        for rows in (TARGET, CHASER):
            self.error[rows] += (pair @ self._unknown.standard_normal((2, 3))).ravel()
            self.covariance[rows, rows] += added

    def _kick(self, kick: Kick) -> None:
        rows = slice(kick.craft.start + 3, kick.craft.stop)
        self.error[rows] += kick.factor @ self._unseen.standard_normal(3)
        self.covariance[rows, rows] += kick.factor @ kick.factor.T

    def _mark(self, names: list[str], t: float, truth: Array) -> None:
        """All readings of a moment, in Joseph's form, their second-order terms as a shift and as noise. Equation 9."""
        spread = self._relative()
        believed = truth + APART @ self.error[:MOVING]
        axes = axes_across(believed[:3])
        rows = [self._reading(name, t, (truth, believed), axes) for name in names]
        residual, h, noise = (np.concatenate(parts) for parts in zip(*(row[:3] for row in rows), strict=True))
        bent = np.concatenate([row[3] for row in rows]) @ spread
        residual = residual - 0.5 * np.trace(bent, axis1=1, axis2=2)
        variance = np.diag(noise) + 0.5 * np.einsum("iab,jba->ij", bent, bent)
        p = self.covariance
        gain = np.linalg.solve(h @ p @ h.T + variance, h @ p).T
        rest = np.eye(self.error.size) - gain @ h
        self.error = self.error + gain @ residual
        p = rest @ p @ rest.T + gain @ variance @ gain.T
        self.covariance = 0.5 * (p + p.T)

    def _reading(self, name: str, t: float, states: tuple[Array, Array], axes: Array) -> tuple[Array, ...]:
        """One instrument's mark: what it shows beyond what it should (m,), partials by the errors, variances, bends."""
        sensor, place, (truth, believed) = self.sensors[name], self._places[name], states
        bias = self._bias[place]
        should = expected(sensor, believed, bias + self.error[place], axes=axes)
        count = len(should.values)
        h = np.zeros((count, self.error.size))
        h[:, :MOVING] = should.by_state @ APART
        h[:, place] = should.by_bias
        noise = sensor.noise * self._noise[name].standard_normal(count)
        self.first_marks.setdefault(name, t)
        self.marks[name] = self.marks.get(name, 0) + 1
        residual = shown(sensor, truth, bias, axes=axes) + noise - should.values
        return residual, h, np.full(count, sensor.noise * sensor.noise), should.bends

    def _relative(self) -> Array:
        """Covariance (6, 6) of the filter's relative state in GCRF [m, m/s]."""
        return np.asarray(APART @ self.covariance[:MOVING, :MOVING] @ APART.T)


def _state(arcs: Sequence[Arc], t: float) -> PointState:
    y = states_at(list(arcs), np.array([t]))[0]
    return PointState(t, y[:3], y[3:6], float(y[6]))


def _filled(times: Array) -> Array:
    """Times with as many even ones between as keep each step short enough."""
    pieces = [
        np.linspace(a, b, ceil((b - a) / LONGEST), endpoint=False) for a, b in zip(times[:-1], times[1:], strict=True)
    ]
    return np.concatenate([*pieces, times[-1:]])


def steps_between(env: Record, arcs: Sequence[Arc], times: Array) -> Array:
    """State transition matrices (n - 1, 6, 6) from each of the times (n,) [s] to the next, along one craft's arcs.

    The ends of the arcs inside are among the times. Raises PropagationError.
    """
    out = np.full((times.size - 1, 6, 6), np.nan)
    for arc in arcs:
        inside = np.flatnonzero((times >= arc.start - SAME) & (times <= arc.stop + SAME))
        if inside.size < 2:
            continue
        phi = transitions(env, arc, times[inside], start=float(times[inside[0]]))
        out[inside[:-1]] = phi[1:] @ np.linalg.inv(phi[:-1])
    if np.isnan(out).any():
        missing = float(times[:-1][np.isnan(out[:, 0, 0])][0])
        raise PropagationError(
            f"no arc of the craft holds the time from {missing:.3f} s on; they must follow one another", time_s=missing
        )
    return out
