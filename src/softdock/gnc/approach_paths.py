"""Proximity manoeuvres in closed form: hops, transfers, forced lines, glideslopes, fly-arounds and natural orbits.

Everything is r_CT_L [m] and v_CT_L [m/s] in the target's LVLH (x along V-bar, y along minus the orbit normal, z down),
about a target on a nearly circular orbit of mean motion n [rad/s]. The equations are Hill's (1878):

    x" = 2 n z' + a_x        y" = -n^2 y + a_y        z" = 3 n^2 z - 2 n x' + a_z

Their free solution is that of Clohessy and Wiltshire (1960). What they leave out grows as distance squared: about
1.4 cm of half a revolution at 100 m, 1.4 m at 1 km.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, expm1, isfinite, log1p, pi, sin, sqrt

import numpy as np

from ..astro.relative import clohessy_wiltshire_stm
from ..conventions import Array
from ..errors import PlanError

SINGULAR = 1e-4
"""Least determinant of a transfer, over (n t)^2, that is still solved; assumed. For short transfers it is 1; near a
whole revolution it is 3 times the fraction of a revolution that is missing."""
HALF_TURN = 1e-8  # rad from a half revolution at which an impulse out of plane has no effect; assumed


@dataclass(frozen=True, kw_only=True)
class PulsedPath:
    """A path of free arcs between impulses, in the target's LVLH.

    times (k,) [s] from the start · points (k, 3) [m] · before, after (k, 3) [m/s]: velocities either side of the
    impulse at each point · mean_motion [rad/s] of the target.
    """

    times: Array
    points: Array
    before: Array
    after: Array
    mean_motion: float

    @property
    def impulses(self) -> Array:
        """Velocity changes (k, 3) [m/s] in the target's LVLH."""
        return np.asarray(self.after - self.before)

    @property
    def delta_v(self) -> float:
        """Sum of the magnitudes of all impulses [m/s]."""
        return float(np.sum(np.linalg.norm(self.impulses, axis=-1)))

    def leaving_with(self, velocity: Array) -> PulsedPath:
        """The same path with a last impulse to `velocity` (3,) [m/s]; zeros stop it there. Raises PlanError."""
        return replace(self, after=np.concatenate([self.after[:-1], [_vector(velocity, "velocity", "m/s")]]))

    def states(self, seconds: Array) -> Array:
        """States (..., 6) [m, m/s] at `seconds` (...) from the start; at an impulse the state after it.

        After the last point the free motion goes on. Raises PlanError.
        """
        wanted = np.asarray(seconds, dtype=float)
        if not np.all((wanted >= 0.0) & np.isfinite(wanted)):
            raise PlanError(f"a state {np.min(wanted):g} s from the path's start was asked for; give 0 s or more")
        arcs = np.searchsorted(self.times, wanted, side="right") - 1
        out = np.empty((*wanted.shape, 6))
        for place in np.ndindex(wanted.shape):
            arc = arcs[place]
            stm = clohessy_wiltshire_stm(self.mean_motion, float(wanted[place] - self.times[arc]))
            out[place] = stm @ np.concatenate([self.points[arc], self.after[arc]])
        return out


@dataclass(frozen=True, kw_only=True)
class ForcedLine:
    """A straight line in the target's LVLH flown at a constant velocity, and the thrust that holds it.

    start (3,) [m] · velocity (3,) [m/s] · seconds · mean_motion [rad/s] of the target.
    """

    start: Array
    velocity: Array
    seconds: float
    mean_motion: float

    def states(self, seconds: Array) -> Array:
        """States (..., 6) [m, m/s] at `seconds` (...) from the start of the line."""
        t = np.asarray(seconds, dtype=float)[..., None]
        position = self.start + t * self.velocity
        return np.concatenate([position, np.broadcast_to(self.velocity, position.shape)], axis=-1)

    def acceleration(self, seconds: Array) -> Array:
        """The thrust acceleration (..., 3) [m/s^2], in the target's LVLH, that holds the line at `seconds` (...)."""
        states = self.states(seconds)
        return holding_acceleration(states[..., :3], states[..., 3:], mean_motion=self.mean_motion)

    @property
    def delta_v_by_axis(self) -> Array:
        """Velocity change (3,) [m/s] by axis that holding the line takes; getting to its speed is not in it.

        The acceleration is linear in time on each axis. Along V-bar the sum is 2 n times the length, at any speed.
        """
        first, last = self.acceleration(np.array([0.0, self.seconds]))
        sums = [_area_of_line(float(a), float(b)) for a, b in zip(first, last, strict=True)]
        return self.seconds * np.array(sums)


def radial_hop(start: float, end: float, *, mean_motion: float) -> PulsedPath:
    """Hop along V-bar from x = `start` to x = `end` [m] by two radial impulses, half a revolution apart, rest to rest.

    Each is n dx / 4 down (Clohessy and Wiltshire 1960 at n t = pi: dx = 4 v_z / n), the middle dx / 4 below V-bar.
    Without the second impulse the chaser comes back to `start` after a whole revolution. Raises PlanError.
    """
    n = _positive(mean_motion, "mean motion", "rad/s")
    away = np.array([0.0, 0.0, n * _hop_length(start, end) / 4.0])
    return _hop(start, end, seconds=pi / n, leaving=away, arriving=-away, mean_motion=n)


def tangential_hop(start: float, end: float, *, mean_motion: float) -> PulsedPath:
    """Hop along V-bar from x = `start` to x = `end` [m] by two tangential impulses, a revolution apart, rest to rest.

    The first is -n dx / (6 pi) along x, the second its opposite (Clohessy and Wiltshire 1960 at n t = 2 pi:
    dx = -6 pi v_x / n). Without the second the chaser goes on by dx in each revolution. Raises PlanError.
    """
    n = _positive(mean_motion, "mean motion", "rad/s")
    away = np.array([-n * _hop_length(start, end) / (6.0 * pi), 0.0, 0.0])
    return _hop(start, end, seconds=2.0 * pi / n, leaving=away, arriving=away, mean_motion=n)


def transfer_velocities(start: Array, end: Array, *, seconds: float, mean_motion: float) -> tuple[Array, Array]:
    """Velocities (3,) [m/s] after the impulse at `start` and before that at `end`, (3,) [m], `seconds` apart.

    v = Phi_rv^-1 (r_end - Phi_rr r_start), Clohessy and Wiltshire 1960, the out-of-plane part solved by itself. Where
    half revolutions leave that part free (no offset, or one that mirrors itself) its velocity is zero.
    Raises PlanError where no transfer time, or a singular one, is given.
    """
    t = _positive(seconds, "transfer time", "s")
    n = _positive(mean_motion, "mean motion", "rad/s")
    r0, r1 = _vector(start, "start", "m"), _vector(end, "end", "m")
    a, s, c = n * t, sin(n * t), cos(n * t)
    versine = 2.0 * sin(0.5 * a) * sin(0.5 * a)  # 1 - cos, exact for short times
    stm = clohessy_wiltshire_stm(n, t)
    gap = r1 - stm[:3, :3] @ r0
    determinant = s * (4.0 * s - 3.0 * a) + 4.0 * versine * versine
    if not abs(determinant) > SINGULAR * a * a:
        raise PlanError(
            f"a transfer in {t:g} s was asked for, {a / (2.0 * pi):.4f} revolutions of the target, after which "
            "its end in the orbit plane hardly depends on the impulse; choose another time"
        )
    v = np.array([n * (s * gap[0] - 2.0 * versine * gap[2]) / determinant, 0.0, 0.0])
    v[2] = n * (2.0 * versine * gap[0] + (4.0 * s - 3.0 * a) * gap[2]) / determinant
    v[1] = _out_of_plane_rate(r0[1], r1[1], sine=s, cosine=c, mean_motion=n)
    return v, np.asarray((stm @ np.concatenate([r0, v]))[3:])


def pulses_through(points: Array, times: Array, *, mean_motion: float, arriving: Array | None = None) -> PulsedPath:
    """The path that visits `points` (k, 3) [m] at `times` (k,) [s], by an impulse at each point but the last.

    dv_m = Phi_rv^-1 (r_m+1 - Phi_rr r_m) - v_m, Hablani, Tapper and Dana-Bashian 2002. The path's own times count from
    its first point. arriving (3,) [m/s]: velocity before the first impulse, rest unless given. Raises PlanError.
    """
    r, t = np.asarray(points, dtype=float), np.asarray(times, dtype=float)
    if r.ndim != 2 or r.shape[1:] != (3,) or len(r) < 2 or t.shape != (len(r),):
        raise PlanError(
            f"points of shape {r.shape} at times of shape {t.shape} were asked for; give two points or more, (k, 3), "
            "and a time for each"
        )
    if not np.all(np.diff(t) > 0.0):
        raise PlanError("the times of the points do not increase; give each point a later time than the one before")
    before, after = np.zeros_like(r), np.zeros_like(r)
    if arriving is not None:
        before[0] = _vector(arriving, "arriving", "m/s")
    for m in range(len(r) - 1):
        span = float(t[m + 1] - t[m])
        after[m], before[m + 1] = transfer_velocities(r[m], r[m + 1], seconds=span, mean_motion=mean_motion)
    after[-1] = before[-1]
    return PulsedPath(times=t - t[0], points=r, before=before, after=after, mean_motion=mean_motion)


def holding_acceleration(position: Array, velocity: Array, *, mean_motion: float) -> Array:
    """Thrust acceleration (..., 3) [m/s^2] in the target's LVLH that keeps `velocity` (..., 3) [m/s] unchanged.

    Hill's equations with no acceleration left, at `position` (..., 3) [m]: along V-bar 2 n v_x down; along R-bar
    -2 n v_z along x and -3 n^2 z down; at rest only the last and n^2 y. Raises PlanError.
    """
    n = _positive(mean_motion, "mean motion", "rad/s")
    r, v = np.broadcast_arrays(np.asarray(position, dtype=float), np.asarray(velocity, dtype=float))
    parts = [-2.0 * n * v[..., 2], n * n * r[..., 1], 2.0 * n * v[..., 0] - 3.0 * n * n * r[..., 2]]
    return np.stack(parts, axis=-1)


def forced_line(start: Array, end: Array, *, speed: float, mean_motion: float) -> ForcedLine:
    """The straight line from `start` to `end`, (3,) [m], at a constant `speed` [m/s] in the target's LVLH.

    Along x it is the forced V-bar approach, along z that on R-bar. Raises PlanError.
    """
    r0, r1, distance = _leg(start, end)
    v = (r1 - r0) * (_positive(speed, "speed", "m/s") / distance)
    n = _positive(mean_motion, "mean motion", "rad/s")
    return ForcedLine(start=r0, velocity=v, seconds=distance / speed, mean_motion=n)


def glide_seconds(distance: float, *, start_speed: float, end_speed: float) -> float:
    """Time [s] of a glide over `distance` [m] whose speed [m/s] falls (or grows) linearly with the distance to go.

    T = ln(end / start) / a with a = (end - start) / distance, Hablani, Tapper and Dana-Bashian 2002. Raises PlanError:
    with no speed at the end the end is never reached.
    """
    _positive(distance, "glide distance", "m")
    _positive(start_speed, "starting speed", "m/s")
    _positive(end_speed, "final speed", "m/s")
    gain = (start_speed - end_speed) / end_speed
    return distance / end_speed * (log1p(gain) / gain if gain else 1.0)


def glide_to_go(distance: float, seconds: float, *, start_speed: float, end_speed: float) -> float:
    """Distance to go [m] on such a glide, `seconds` after its start; its speed is end + (start - end) to_go / distance.

    rho(t) = rho_0 e^(a t) + (v_T / a) (e^(a t) - 1), Hablani, Tapper and Dana-Bashian 2002. Raises PlanError.
    """
    total = glide_seconds(distance, start_speed=start_speed, end_speed=end_speed)
    if not 0.0 <= seconds <= total * (1.0 + 1e-12):
        raise PlanError(f"the distance to go at {seconds:g} s was asked for; the glide lasts from 0 to {total:g} s")
    rate = (end_speed - start_speed) / distance
    growth = expm1(rate * seconds)
    return distance * (1.0 + growth) - end_speed * (growth / rate if rate else seconds)


def glideslope(
    start: Array,
    end: Array,
    *,
    start_speed: float,
    end_speed: float,
    pulses: int,
    mean_motion: float,
    arriving: Array | None = None,
) -> PulsedPath:
    """The path from `start` to `end`, (3,) [m], by `pulses` impulses at equal times on a straight glideslope.

    The commanded speed goes linearly with the distance to go, from `start_speed` to `end_speed` [m/s] (`glide_to_go`);
    at each impulse the path is on the slope, and between two it bends away freely. It comes to `end` with about
    `end_speed`, no impulse there. arriving (3,) [m/s]: velocity before the first impulse, rest unless given.
    Hablani, Tapper and Dana-Bashian, J. Guidance 25 (2002) 553. Raises PlanError.
    """
    r0, r1, distance = _leg(start, end)
    total = glide_seconds(distance, start_speed=start_speed, end_speed=end_speed)
    times = np.linspace(0.0, total, _counted(pulses) + 1)
    to_go = [glide_to_go(distance, float(t), start_speed=start_speed, end_speed=end_speed) for t in times[:-1]]
    points = r1 + np.array([*to_go, 0.0])[:, None] * ((r0 - r1) / distance)
    return pulses_through(points, times, mean_motion=mean_motion, arriving=arriving)


def fly_around(
    start: Array,
    axis: Array,
    *,
    angle: float,
    seconds: float,
    pulses: int,
    mean_motion: float,
    arriving: Array | None = None,
) -> PulsedPath:
    """The circle from `start` (3,) [m] around `axis` (3,) through the target, by `pulses` impulses at equal times.

    angle [rad]: the turn in all, right-handed about the axis, 2 pi or more for an inspection · seconds: for all of it ·
    arriving (3,) [m/s]: velocity before the first impulse, rest unless given. At the impulses the radius is exact; with
    da and dt between two it is off by at most about radius (da^2 + 2 n dt da + 3 n^2 dt^2) / 8, the bend of circle
    and free arc against their chord. Hablani, Tapper and Dana-Bashian 2002, circumnavigation. Raises PlanError.
    """
    r0, k = _vector(start, "start", "m"), _vector(axis, "axis", "")
    _positive(seconds, "fly-around time", "s")
    length = float(np.linalg.norm(k))
    if not float(np.linalg.norm(np.cross(k, r0))) > 1e-9 * length * float(np.linalg.norm(r0)):
        raise PlanError(f"a fly-around of {r0} m about the axis {k} was asked for, and has no radius; turn the axis")
    if not (isfinite(angle) and angle != 0.0):
        raise PlanError(f"a fly-around by {angle:g} rad was asked for; give an angle other than zero")
    k = k / length
    parts = np.linspace(0.0, 1.0, _counted(pulses) + 1)
    turned = (angle * parts)[:, None]
    along = np.dot(k, r0) * k
    points = along + (r0 - along) * np.cos(turned) + np.cross(k, r0) * np.sin(turned)
    return pulses_through(points, seconds * parts, mean_motion=mean_motion, arriving=arriving)


def inspection_circle(radius: float, *, phase: float, mean_motion: float, side: int = 1) -> Array:
    """State (6,) [m, m/s] on a natural circle of `radius` [m] about the target, once round in a revolution, no thrust.

    x = radius cos u, z = -(radius / 2) sin u, y = side sqrt(3) z: a plane 30 deg from V-bar's horizontal one. u = phase
    [rad] + n t · side: 1 or -1, which way the plane leans. It crosses V-bar twice, so that a drift along track meets
    the target: `safety_ellipse` does not. Clohessy and Wiltshire 1960 without drift. Raises PlanError.
    """
    if side not in (1, -1):
        raise PlanError(f"side {side} of an inspection circle was asked for; give 1 or -1")
    half = 0.5 * _positive(radius, "circle radius", "m")
    n, s, c = _positive(mean_motion, "mean motion", "rad/s"), *_sine_and_cosine(phase)
    lean = side * sqrt(3.0)
    place = [2.0 * half * c, -lean * half * s, -half * s]
    return np.array([*place, -2.0 * half * n * s, -lean * half * n * c, -half * n * c])


def safety_ellipse(
    radial: float, normal: float, *, phase: float, mean_motion: float, centre: float = 0.0, side: int = 1
) -> Array:
    """State (6,) [m, m/s] on a natural ellipse around V-bar, `radial` [m] up and down, `normal` [m] aside.

    x = centre + 2 radial cos u, z = -radial sin u, y = side normal cos u, u = phase [rad] + n t: seen along V-bar it is
    an ellipse about it that never comes nearer than the lesser of both, wherever a drift along track takes it: parallel
    eccentricity and inclination vectors, D'Amico and Montenbruck 2006. centre [m]: along x · side: 1 or -1, the way
    round. Raises PlanError.
    """
    if side not in (1, -1):
        raise PlanError(f"side {side} of a safety ellipse was asked for; give 1 or -1")
    up, out = _positive(radial, "radial size", "m"), side * _positive(normal, "normal size", "m")
    n, s, c = _positive(mean_motion, "mean motion", "rad/s"), *_sine_and_cosine(phase)
    place = [centre + 2.0 * up * c, out * c, -up * s]
    return np.array([*place, -2.0 * up * n * s, -out * n * s, -up * n * c])


def _hop(
    start: float, end: float, *, seconds: float, leaving: Array, arriving: Array, mean_motion: float
) -> PulsedPath:
    rest = np.zeros(3)
    return PulsedPath(
        times=np.array([0.0, seconds]),
        points=np.array([[start, 0.0, 0.0], [end, 0.0, 0.0]]),
        before=np.stack([rest, arriving]),
        after=np.stack([leaving, rest]),
        mean_motion=mean_motion,
    )


def _hop_length(start: float, end: float) -> float:
    if not (isfinite(end - start) and end != start):
        raise PlanError(f"a hop from {start:g} m to {end:g} m was asked for; give two places that differ")
    return end - start


def _out_of_plane_rate(y0: float, y1: float, *, sine: float, cosine: float, mean_motion: float) -> float:
    """Rate [m/s] that takes y0 to y1 [m]; zero where every rate does."""
    gap, reach = y1 - cosine * y0, max(abs(y0), abs(y1))
    is_free = abs(sine) <= HALF_TURN
    if abs(sine) <= SINGULAR and not abs(gap) <= (HALF_TURN if is_free else SINGULAR) * reach:
        raise PlanError(
            f"a transfer in a whole number of half revolutions was asked for, from {y0:g} m to {y1:g} m out of plane; "
            "no impulse does that: choose another time"
        )
    return 0.0 if is_free else float(mean_motion * gap / sine)


def _area_of_line(first: float, last: float) -> float:
    """Mean magnitude of what goes linearly from `first` to `last`."""
    if first * last >= 0.0:
        return 0.5 * abs(first + last)
    return 0.5 * (first * first + last * last) / abs(last - first)


def _leg(start: Array, end: Array) -> tuple[Array, Array, float]:
    """Both ends [m] and their distance [m]."""
    r0, r1 = _vector(start, "start", "m"), _vector(end, "end", "m")
    distance = float(np.linalg.norm(r1 - r0))
    if not distance > 0.0:
        raise PlanError(f"a line from {r0} m to itself was asked for; give two places that differ")
    return r0, r1, distance


def _vector(a: Array, name: str, unit: str) -> Array:
    out = np.asarray(a, dtype=float)
    if out.shape != (3,) or not np.all(np.isfinite(out)):
        raise PlanError(f"{name} was given as {out} {unit}; give three finite numbers".replace("  ", " "))
    return out


def _positive(value: float, name: str, unit: str) -> float:
    if not (value > 0.0 and isfinite(value)):
        raise PlanError(f"a {name} of {value:g} {unit} was asked for; give more than zero, and a finite number")
    return value


def _sine_and_cosine(phase: float) -> tuple[float, float]:
    if not isfinite(phase):
        raise PlanError(f"a phase of {phase:g} rad was asked for; give a finite number")
    return sin(phase), cos(phase)


def _counted(pulses: int) -> int:
    if pulses < 1:
        raise PlanError(f"{pulses} pulses were asked for; give at least 1")
    return pulses
