"""The state transition matrix: how a flight's later places and velocities answer to a small change of earlier ones.

It is not flown together with the state but drawn afterwards along a dense arc, by Gauss-Legendre collocation with six
stages: Hairer, Lubich and Wanner, Geometric Numerical Integration, 2nd ed., sections II.1.3 and VI.4. Order 12; without
drag the matrix is symplectic at any length of step.
"""

from __future__ import annotations

from itertools import pairwise
from math import isfinite, nan, pi, sqrt

import numpy as np

from ..astro.eclipses import PENUMBRA, UMBRA, shadow_intervals
from ..conventions import Array, Record
from ..errors import PropagationError
from ..kernels import kernel, record
from ..numerics.vectors import dot, norm
from .arcs import Arc
from .dop853 import interpolate
from .partials import acceleration_partials

STAGES = 6
_LONGEST_STEP = pi / 13.0  # rad: of the turn about the Earth, or of a circular orbit's at the height where it is faster
_SHORTEST_STEP = 1e-4  # rad, some 0.1 s in low orbit: two days take 20 s, and below rounding only grows
_WAVES = (4.2, 0.02)  # rad of the shortest wave of the field in one step, and more of it a degree as waves grow weak
_CLIMB = 0.15  # of the height, in one step through the air: its scale height is a seventh of it at 200 to 400 km
_AIR_ENDS = 1e6  # m of height: above, density is a ten-millionth of that at 160 km
_SIZE = 3 * STAGES
_CHUNK = 1024  # solutions per kernel call: 40 ms at 20 x 20, 0.1 s at 70 x 70
_VELOCITY_JUMP = 1e-6  # m/s between two steps of an arc: an impulse
_ACCELERATION_JUMP = 1e-6  # m/s^2: a burn begins or ends; what is gentler bends the path too little to matter


def _gauss_legendre() -> tuple[Array, Array, Array]:
    """Nodes, weights and matrix of the collocation over a step of one.

    By the W-transformation: Hairer and Wanner, Solving Ordinary Differential Equations II, 2nd ed., section IV.5.
    Built so, the matrix meets the condition for a symplectic method to the last digit.
    """
    x, b = np.polynomial.legendre.leggauss(STAGES)
    k = np.arange(1.0, STAGES)
    w = np.polynomial.legendre.legvander(x, STAGES - 1) * np.sqrt(2.0 * np.arange(STAGES) + 1.0)
    xi = np.diag(0.5 / np.sqrt(4.0 * k * k - 1.0), -1)
    middle = xi - xi.T
    middle[0, 0] = 0.5
    weights = 0.5 * b
    return 0.5 * (1.0 + x), weights, w @ middle @ w.T * weights


NODES, WEIGHTS, MATRIX = _gauss_legendre()
SQUARE = MATRIX @ MATRIX  # place by the second derivative
PLACE_WEIGHTS = WEIGHTS * (1.0 - NODES)

TRANSITION = np.dtype(
    [
        ("t", "f8"),
        ("until", "f8"),
        ("step", "f8"),  # rad
        ("drag_area", "f8"),  # m^2, drag coefficient times area
        ("light_area", "f8"),  # m^2, radiation pressure coefficient times area
        ("mu", "f8"),  # m^3/s^2, for the length of the steps
        ("asked", "i8"),  # index of the next time that is asked for
        ("phi", "f8", (6, 6)),
        ("end", "f8", (6, 6)),  # after the step under work
        ("moments", "f8", STAGES),
        ("states", "f8", (STAGES, 7)),
        ("by_place", "f8", (STAGES, 3, 3)),
        ("by_velocity", "f8", (STAGES, 3, 3)),
        ("system", "f8", (_SIZE, _SIZE + 6)),  # unknowns: accelerations at the nodes, one column per column of phi
    ],
    align=True,
)
Steps = tuple[Array, Array, Array, Array]
Numbers = tuple[tuple[float, float], float]  # areas for drag and light [m^2], step [rad]


def transition(
    env: Record,
    arc: Arc,
    *,
    start: float,
    stop: float,
    drag_area: float | None = None,
    light_area: float | None = None,
    step: float | None = None,
) -> Array:
    """State transition matrix (6, 6) from `start` to `stop` [s]: r [m], v [m/s] in GCRF, along the arc.

    An earlier `stop` is served too. The rest as in `transitions`. Raises PropagationError.
    """
    times = np.array([stop])
    return np.asarray(
        transitions(env, arc, times, drag_area=drag_area, light_area=light_area, start=start, step=step)[0]
    )


def transitions(
    env: Record,
    arc: Arc,
    times: Array,
    *,
    drag_area: float | None = None,
    light_area: float | None = None,
    start: float | None = None,
    step: float | None = None,
) -> Array:
    """State transition matrices (n, 6, 6) from `start`, by default the arc's, to `times` (n,) [s], in GCRF.

    Each turns a small change of r [m], v [m/s] at the start into that at the time, to first order. env: as the arc was
    flown in · drag_area, light_area [m^2]: the arc knows its own, and others are refused · step [rad]: of the
    collocation, from 1e-4 on, by default `usual_step`: the angle that a craft covers at its speed or, where that is
    more, at a circular orbit's; in the air shorter where the height changes fast. A burn, constant in force and
    direction, and an impulse leave the matrix as it is; only the path bends. The answer at one time does not depend on
    which others are asked for. Equations 1 to 7 of
    docs/theory/transition.md. Raises PropagationError.
    """
    begin = arc.start if start is None else float(start)
    asked = np.ascontiguousarray(times, dtype=float).reshape(-1)
    length = usual_step(env) if step is None else step
    areas = _areas(arc, drag_area, light_area)
    _validate(arc, np.append(asked, begin), length)
    out = np.empty((asked.size, 6, 6))
    for sign in (1.0, -1.0):
        rows = np.flatnonzero(asked >= begin if sign > 0.0 else asked < begin)
        if rows.size:
            rows = rows[np.argsort(sign * asked[rows], kind="stable")]
            out[rows] = _carried(env, arc, asked[rows], begin, (areas, length))
    return out


def _areas(arc: Arc, drag_area: float | None, light_area: float | None) -> tuple[float, float]:
    """Areas for drag and light [m^2] that the arc was flown with. Raises PropagationError when others were given."""
    if arc.areas is None:
        raise PropagationError(
            "a state transition was asked of an arc whose stretches were flown with different areas; ask each stretch "
            "before they are joined and multiply the matrices",
            time_s=arc.start,
        )
    for what, given, flown in (("drag", drag_area, arc.areas[0]), ("light", light_area, arc.areas[1])):
        if given is not None and not given == flown:
            raise PropagationError(
                f"a state transition with an area for {what} of {given:g} m2 was asked of an arc flown with {flown:g} "
                f"m2; leave {what}_area out, or fly the arc with it",
                time_s=arc.start,
            )
    return arc.areas


def usual_step(env: Record) -> float:
    """Length of a step [rad] that the environment's field asks for.

    Two days are then good to 1e-9 of each block of the matrix, to 3e-9 on tall orbits, and with drag to 5e-8.
    """
    degree = max(float(env.degree), 1.0)
    return min(_LONGEST_STEP, _WAVES[0] / degree + _WAVES[1])


def _validate(arc: Arc, times: Array, step: float) -> None:
    """Refuse times that the arc does not hold, and steps that are none."""
    low, high = float(times.min()), float(times.max())
    if not (low >= arc.start - 1e-6 and high <= arc.stop + 1e-6):
        raise PropagationError(
            f"a state transition between {low:.3f} and {high:.3f} s was asked of an arc from {arc.start:.3f} to "
            f"{arc.stop:.3f} s; propagate further first",
            time_s=low,
        )
    if not _SHORTEST_STEP <= step <= 2.0 * pi:
        raise PropagationError(
            f"a state transition in steps of {step} rad was asked; give at least {_SHORTEST_STEP:g} rad and at most a "
            "revolution",
            time_s=low,
        )
    if not len(arc.steps[0]) and high > low:
        raise PropagationError("this arc was flown with dense=False: its path is not known; fly it dense", time_s=low)


def _carried(env: Record, arc: Arc, times: Array, begin: float, numbers: Numbers) -> Array:
    """Matrices from `begin` to `times`, which all lie on one side of it, the nearest first."""
    s = record(TRANSITION)
    s.t, s.mu, ((s.drag_area, s.light_area), s.step) = begin, env.mu, numbers
    s.phi[:] = np.eye(6)
    out = np.empty((times.size, 6, 6))
    end = float(times[-1])
    low, high = min(begin, end), max(begin, end)
    bends = [t for t in _bends(env, arc, numbers[0][1]) if low < t < high]
    for _, s.until in pairwise([begin, *(bends if end > begin else bends[::-1]), end]):
        while s.t != s.until:
            if not carry(env, arc.steps, s, times, out, _CHUNK):
                raise PropagationError(
                    f"no state transition was found beyond {s.t:.1f} s: the environment's tables end before the arc; "
                    "pass the environment that the arc was flown in",
                    time_s=float(s.t),
                )
    out[s.asked :] = s.phi
    return out


def _bends(env: Record, arc: Arc, light_area: float) -> list[float]:
    """Times [s] on an arc across which no step may lie: kinks of the path and edges of the shadow."""
    times = {float(t) for t in kinks(arc)}
    if env.solar_pressure != 0 and light_area != 0.0:
        for part in (UMBRA, PENUMBRA):
            times.update(t for pair in shadow_intervals(arc, env, arc.start, stop=arc.stop, part=part) for t in pair)
    return sorted(times)


def kinks(arc: Arc) -> Array:
    """Times (n,) [s] inside an arc at which its path bends: where a burn begins or ends and where an impulse lies."""
    starts, spans, states, dense = arc.steps
    slope = 1.0 / spans[:, None]
    begin = states[:, 3:6], (dense[:, 0, 3:6] + dense[:, 1, 3:6]) * slope
    end = states[:, 3:6] + dense[:, 0, 3:6], (dense[:, 0, 3:6] - dense[:, 1, 3:6] - dense[:, 2, 3:6]) * slope
    is_forward = spans[:, None] > 0.0
    early = [np.where(is_forward, a, b)[1:] for a, b in zip(begin, end, strict=True)]
    late = [np.where(is_forward, b, a)[:-1] for a, b in zip(begin, end, strict=True)]
    v_jump, a_jump = (np.abs(a - b).max(axis=1, initial=0.0) for a, b in zip(early, late, strict=True))
    return np.asarray(np.minimum(starts, starts + spans)[1:][(v_jump > _VELOCITY_JUMP) | (a_jump > _ACCELERATION_JUMP)])


@kernel
def carry(env: Record, steps: Steps, s: Record, times: Array, out: Array, limit: int) -> bool:
    """Carry the matrix toward s.until, by at most `limit` solutions, and write it out at the times on the way.

    False when it is no number beyond s.t.
    """
    for _ in range(limit):
        left = s.until - s.t
        if left == 0.0:
            break
        h = _step(env, s, steps, left)
        ahead = times[s.asked] - s.t if s.asked < times.shape[0] else nan
        if abs(ahead) < abs(h):
            _solve(env, steps, s, ahead)
            _copy(s.end, out[s.asked])
            s.asked += 1
            continue
        _solve(env, steps, s, h)
        if not isfinite(s.end[0, 0]):
            return False
        _copy(s.end, s.phi)
        s.t = s.until if h == left else s.t + h
    return True


@kernel
def _step(env: Record, s: Record, steps: Steps, left: float) -> float:
    """Length [s] of the next step; `left` itself when it is the last."""
    s.moments[0] = s.t
    interpolate(steps[0], steps[1], steps[2], steps[3], s.moments[:1], s.states[:1])
    y = s.states[0]
    place, velocity = (y[0], y[1], y[2]), (y[3], y[4], y[5])
    r, speed = norm(place), norm(velocity)
    usual = s.step * r / max(speed, sqrt(s.mu / r))
    if env.drag != 0 and s.drag_area > 0.0:
        usual = _through_air(env, r, dot(place, velocity) / r, speed, usual)
    if abs(left) <= usual:
        rest: float = left
        return rest
    step: float = usual if left > 0.0 else -usual
    return step


@kernel
def _through_air(env: Record, r: float, climb: float, speed: float, usual: float) -> float:
    """Length [s] of a step, at most `usual`, in which the height changes by no more than _CLIMB of itself.

    r [m]: distance from the centre · climb [m/s]: its rate, which itself changes as about a point mass. Equation 7.
    """
    height = r - env.radius
    allowed = max(_CLIMB * height, height - _AIR_ENDS)  # from above one comes down to the edge of the air
    bend = 0.5 * abs((speed * speed - climb * climb - env.mu / r) / r)
    if (abs(climb) + bend * usual) * usual <= allowed:
        return usual
    step: float = 2.0 * allowed / (abs(climb) + sqrt(climb * climb + 4.0 * bend * allowed))
    return step


@kernel
def _solve(env: Record, steps: Steps, s: Record, h: float) -> None:
    """Put the matrix h [s] after s.t into s.end."""
    for i in range(STAGES):
        s.moments[i] = s.t + NODES[i] * h
    interpolate(steps[0], steps[1], steps[2], steps[3], s.moments, s.states)
    for i in range(STAGES):
        y = s.states[i]
        by_place, by_velocity = acceleration_partials(
            env, s.moments[i], (y[0], y[1], y[2]), (y[3], y[4], y[5]), s.drag_area / y[6], s.light_area / y[6]
        )
        for a in range(3):
            for b in range(3):
                s.by_place[i, a, b] = by_place[a][b]
                s.by_velocity[i, a, b] = by_velocity[a][b]
    _assemble(s, h)
    _eliminate(s.system)
    for c in range(6):
        for a in range(3):
            place, velocity = 0.0, 0.0
            for i in range(STAGES):
                k = s.system[3 * i + a, _SIZE + c]
                place += PLACE_WEIGHTS[i] * k
                velocity += WEIGHTS[i] * k
            s.end[a, c] = s.phi[a, c] + h * (s.phi[3 + a, c] + h * place)
            s.end[3 + a, c] = s.phi[3 + a, c] + h * velocity


@kernel
def _assemble(s: Record, h: float) -> None:
    """The linear system for the second derivatives K of the place rows at the nodes.

    K_i = G_i (Y + c_i h V + h^2 sum SQUARE_ij K_j) + D_i (V + h sum MATRIX_ij K_j)
    """
    for i in range(STAGES):
        for a in range(3):
            row = s.system[3 * i + a]
            for j in range(STAGES):
                for b in range(3):
                    row[3 * j + b] = -h * (
                        h * SQUARE[i, j] * s.by_place[i, a, b] + MATRIX[i, j] * s.by_velocity[i, a, b]
                    )
            row[3 * i + a] += 1.0
            for c in range(6):
                total = 0.0
                for b in range(3):
                    place = s.phi[b, c] + NODES[i] * h * s.phi[3 + b, c]
                    total += s.by_place[i, a, b] * place + s.by_velocity[i, a, b] * s.phi[3 + b, c]
                row[_SIZE + c] = total


@kernel
def _eliminate(m: Record) -> None:
    """Solve in place by Gauss's elimination with the greatest pivot of a column; the answer is right of the square."""
    for k in range(_SIZE):
        best = k
        for i in range(k + 1, _SIZE):
            if abs(m[i, k]) > abs(m[best, k]):
                best = i
        for j in range(k, _SIZE + 6):
            m[k, j], m[best, j] = m[best, j], m[k, j]
        if not abs(m[k, k]) > 0.0:
            m[k, k] = nan
        for i in range(k + 1, _SIZE):
            f = m[i, k] / m[k, k]
            for j in range(k + 1, _SIZE + 6):
                m[i, j] -= f * m[k, j]
    for k in range(_SIZE - 1, -1, -1):
        for j in range(_SIZE, _SIZE + 6):
            total = m[k, j]
            for i in range(k + 1, _SIZE):
                total -= m[k, i] * m[i, j]
            m[k, j] = total / m[k, k]


@kernel
def _copy(source: Array, target: Array) -> None:
    for i in range(6):
        for j in range(6):
            target[i, j] = source[i, j]
