"""What acts on two near craft besides central attraction, once per tick."""

from __future__ import annotations

from ..conventions import Record
from ..kernels import kernel
from ..numerics.vectors import Vector, add, as_tuple, scale, store, subtract
from .forces import acceleration
from .rigid_body import central_attraction


@kernel
def perturbation(env: Record, t: float, r: Vector, v: Vector, craft: Record, mass: float) -> Vector:
    """Acceleration [m/s^2] of a craft less the central attraction."""
    whole = acceleration(env, t, r, v, craft.drag_area / mass, craft.light_area / mass)
    return subtract(whole, central_attraction(env.mu, r))


@kernel
def open_tick(field: Record, env: Record, truth: Record, target: Record, chaser: Record, tick: float) -> None:
    """Fill the `FIELD` that holds from truth.t for `tick` [s].

    It is taken at the middle of the tick, which makes holding it an error of second order: the J2
    acceleration, 1e-2 m/s^2, turns by 1e-4 rad in 0.1 s, and what is left over is 1e-11 m/s^2. The
    full field is asked at both craft, so that harmonics, Sun, Moon and each one's own drag and sunlight
    are all in the difference; double precision leaves 1e-15 m/s^2 of it.
    """
    h = 0.5 * tick
    t = truth.t + h
    r_TN = as_tuple(truth.r_TN_N)
    v_TN = as_tuple(truth.v_TN_N)
    fall = scale(0.5 * h * h, central_attraction(env.mu, r_TN))
    r_T = add(add(r_TN, scale(h, v_TN)), fall)
    r_C = add(r_T, add(as_tuple(truth.r_CT_N), scale(h, as_tuple(truth.v_CT_N))))
    v_C = add(v_TN, as_tuple(truth.v_CT_N))
    own_T = perturbation(env, t, r_T, v_TN, target, truth.mass_T)
    own_C = perturbation(env, t, r_C, v_C, chaser, truth.mass_C)
    field.mu = env.mu
    store(field.perturbation_N, own_T)
    store(field.relative_perturbation_N, subtract(own_C, own_T))
