"""Long coasts by the multistep method: the choice of its step, and its nodes as steps of an arc."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..conventions import Array, Record
from ..kernels import record
from .dop853 import COEFFICIENTS, STEPPER
from .multistep import POINTS, march

TOLERANCE = 5e-14  # of the single-step method: two days in low orbit within 1 mm of the converged answer
MILLIMETRE = 1e-3
_ANGLE, _WAVE = 0.042, 1.0  # rad about the Earth a step at perigee, and of the shortest wave of the field, for 1 mm
_ORDER = 13.0  # the correction goes with at least this power of the step
_SHORTEST = 10 * POINTS  # steps; below, the single-step method is as quick
_LONGEST = 400_000  # steps: 29 MB of nodes; an orbit through the Earth would ask for more
_TRIES = 5
_SPAN = 3  # steps of the grid that one polynomial covers
Steps = tuple[Array, Array, Array, Array]


@dataclass(frozen=True, eq=False)
class Coast:
    """A coast at equidistant moments.

    start, step [s] · nodes (n + 1, 9): r, v, a [m, m/s, m/s^2] in GCRF · mass [kg] · n is a multiple of three
    """

    start: float
    step: float
    nodes: Array
    mass: float

    def steps_at(self, times: Array) -> Steps:
        """Those of the `steps` that are needed for the states at `times` [s]."""
        which = np.floor((times - self.start) / (_SPAN * self.step)).astype(np.int64)
        return self.steps(np.unique(np.clip(which, 0, (len(self.nodes) - 1) // _SPAN - 1)))

    def steps(self, chosen: NDArray[np.int64] | None = None) -> Steps:
        """Starts (k,), spans (k,), states (k, 7) and coefficients (k, 7, 7) of polynomials over three steps each.

        Positions by Hermite interpolation through four positions and velocities, velocities through four velocities
        and accelerations: 7th order, as the single-step method's dense output, whose form it is given.
        """
        k = np.arange((len(self.nodes) - 1) // _SPAN) if chosen is None else chosen
        first = _SPAN * k
        y = np.stack([self.nodes[first + j, :6] for j in range(_SPAN + 1)], axis=1)
        slope = np.stack([self.nodes[first + j, 3:] for j in range(_SPAN + 1)], axis=1)
        span = _SPAN * self.step
        given = np.concatenate([y[:, 1:] - y[:, :1], span * slope], axis=1)  # (k, 7, 6)
        coefficients = np.zeros((len(k), COEFFICIENTS, 7))
        coefficients[:, :, :6] = _FROM_HERMITE @ given
        states = np.column_stack([y[:, 0], np.full(len(k), self.mass)])
        return np.asarray(self.start + self.step * first), np.full(len(k), span), states, coefficients


def _from_hermite() -> Array:
    """Matrix (7, 7) from the changes of a value at 1/3, 2/3, 1 and its slopes at 0, 1/3, 2/3, 1 to dense coefficients.

    The dense output is a sum of x, x y, x^2 y, x^2 y^2, x^3 y^2, ... with y = 1 - x, see `interpolate`.
    """
    x, y = np.poly1d([1.0, 0.0]), np.poly1d([-1.0, 1.0])
    basis, product = [], np.poly1d([1.0])
    for k in range(COEFFICIENTS):
        product = product * (x if k % 2 == 0 else y)
        basis.append(product)
    places = np.arange(_SPAN + 1) / _SPAN
    rows = [[p(place) for p in basis] for place in places[1:]]
    rows += [[p.deriv()(place) for p in basis] for place in places]
    return np.asarray(np.linalg.inv(np.array(rows)))


_FROM_HERMITE = _from_hermite()


def stepper_at(t: float, y: Array, areas: tuple[float, float], *, rtol: float = TOLERANCE) -> Record:
    """The single-step method's record at t [s] with the state y (7,); areas [m^2]: Cd times area, Cr times area."""
    stepper = record(STEPPER)
    stepper.t, stepper.rtol, stepper.fresh = t, rtol, 1
    stepper.y[:] = y
    stepper.drag_area, stepper.light_area = areas
    stepper.step = 30.0
    return stepper


def long_coast(
    env: Record, t: float, y: Array, *, until: float, areas: tuple[float, float], error_m: float = MILLIMETRE
) -> Coast | None:
    """A coast from t to `until` [s] from the state y (7,), or None where the single-step method does better.

    error_m [m]: aim after two days in low orbit. The step is chosen by the angular rate at perigee and by the degree
    of the field; a correction above the aim says that it was too long, and the coast is flown again. None is the
    answer for short coasts, for sunlight that the Earth's shadow switches, and for a flight that leaves its domain.
    """
    if env.solar_pressure != 0 and areas[1] != 0.0:
        return None
    slack = (error_m / MILLIMETRE) ** (1.0 / _ORDER)
    angle = min(_ANGLE, _WAVE / max(float(env.degree), 1.0)) * slack
    turn = abs(until - t) * _perigee_rate(float(env.mu), y)
    for _ in range(_TRIES):
        steps = turn / angle
        if not _SHORTEST <= steps <= _LONGEST:
            return None
        count = _SPAN * int(np.ceil(steps / _SPAN))
        step = (until - t) / count
        nodes = np.empty((count + 1, 9))
        stepper = stepper_at(t, y, areas)
        stepper.step = np.copysign(30.0, step)
        correction = march(env, stepper, step, nodes)
        if correction <= error_m:
            return Coast(t, step, nodes, float(y[6]))
        if not np.isfinite(correction):
            return None
        angle *= max(0.9 * (error_m / correction) ** (1.0 / _ORDER), 0.3)
    return None


def _perigee_rate(mu: float, y: Array) -> float:
    """Angular rate [rad/s] at perigee of the osculating orbit."""
    r, v = y[:3], y[3:6]
    momentum = float(np.linalg.norm(np.cross(r, v)))
    p = momentum * momentum / mu
    energy = 0.5 * float(v @ v) - mu / float(np.linalg.norm(r))
    perigee = p / (1.0 + np.sqrt(max(1.0 + 2.0 * energy * p / mu, 0.0)))
    return float(momentum / (perigee * perigee)) if perigee > 0.0 else np.inf
