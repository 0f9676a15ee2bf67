"""Launch windows day by day: plane pane, phase pane, and light and cover at docking.

The lift-off is solved so that the plane is met on arrival: the node turns at another rate in each orbit of the chase,
and how long the chase stays in which orbit follows from the phase at that very lift-off. Both are iterated together.
Equations are numbered in docs/theory/launch-windows.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, cos, inf, isfinite, nan, pi, sqrt, tan

import erfa
import numpy as np
from numpy.typing import NDArray

from ..astro.constants import EARTH_RATE, FLATTENING
from ..astro.orbits import secular_rates
from ..astro.orientation import earth_orientation
from ..astro.passes import Station
from ..conventions import DAY, DEGREE, HOUR, MINUTE, Array
from ..errors import PlanError
from .inputs import Site
from .window_lighting import Surroundings, surroundings
from .window_phasing import Phasing, Scheme, phasing
from .window_plane import (
    PlanePass,
    Steering,
    earth_relative_azimuth,
    foot_of_site,
    inertial_azimuth,
    site_from_node,
)
from .window_target import LONGITUDE, RAAN, A, I, MeanTarget

TOLERANCE = 1e-3  # s of the in-plane lift-off
_PASSES = 30  # each takes what is left to a twentieth: node and phase hang together weakly
_LAPS_FREE = 5  # passes in which the lap is chosen anew
_CARRY = 2.0 * HOUR  # more than a node offset carries a lift-off: 2 h are 30 deg
_TURN = 2.0 * pi


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a window has to keep to.

    plane_budget [m/s]: for a plane change by a lift-off early or late · steering: of the launcher · branches:
    'ascending', 'descending' or both · stations, cover_before [s]: whose cover is told, and over how long before
    docking · allow_prediction: past the measured Earth orientation. Raises PlanError.
    """

    plane_budget: float
    steering: Steering = Steering()
    branches: tuple[str, ...] = ("ascending",)
    stations: tuple[Station, ...] = ()
    cover_before: float = 30.0 * MINUTE
    allow_prediction: bool = False

    def __post_init__(self) -> None:
        if not self.branches or not set(self.branches) <= {"ascending", "descending"}:
            raise PlanError(f"branches {self.branches} were asked for; give 'ascending', 'descending' or both")
        if not (self.plane_budget >= 0.0 and self.cover_before >= 0.0):
            raise PlanError(
                f"a plane budget of {self.plane_budget} m/s and cover over {self.cover_before} s were asked for; give"
                " 0 or more"
            )


@dataclass(frozen=True, kw_only=True)
class LaunchWindow:
    """One passage of a site through the plane that a scheme needs. Panes are seconds late, early ones negative.

    lift_off [s]: in-plane, from the epoch of the target · azimuth, relative_azimuth [rad]: inertial and as the Earth
    turns · node_offset [rad]: of the aimed plane from the target's at insertion, that J2 closes by arrival · plane:
    what being early or late makes of it · cost_rate [m/s per s] of that near the in-plane time, without yaw · phase
    [rad]: target ahead at insertion, 0 to 2 pi · caught_up [rad]: from insertion to arrival, laps counted · dv [m/s]
    for that; nan beyond the table · plane_pane, phase_pane: where each allows a lift-off; nan where the scheme never
    does, infinite where it always does · pane: both; nan where they have nothing in common · best_dv [m/s]: phasing
    and plane change of the lift-off `best`; nan when there is none · arrival, docking [s]
    """

    site: str
    scheme: str
    branch: str
    lift_off: float
    azimuth: float
    relative_azimuth: float
    node_offset: float
    plane: PlanePass
    cost_rate: float
    phase: float
    caught_up: float
    dv: float
    plane_pane: tuple[float, float]
    phase_pane: tuple[float, float]
    pane: tuple[float, float]
    best_dv: float
    arrival: float
    docking: float
    at_docking: Surroundings

    @property
    def is_open(self) -> bool:
        """True when some lift-off keeps both panes."""
        return isfinite(self.pane[0])

    @property
    def best(self) -> float:
        """The lift-off [s] nearest to the in-plane one that keeps both panes; nan when none does."""
        return self.lift_off + min(max(0.0, self.pane[0]), self.pane[1]) if self.is_open else nan


@dataclass(frozen=True, kw_only=True)
class Scan:
    """In-plane lift-offs for days and shifts of the target along its orbit, as arrays (days, shifts).

    shifts (m,) [rad]: target further ahead · lift_off [s] · caught_up [rad] · dv [m/s], nan beyond the table ·
    is_admissible: the scheme can absorb the phase within its limit
    """

    shifts: Array
    lift_off: Array
    caught_up: Array
    dv: Array
    is_admissible: NDArray[np.bool_]


def launch_windows(
    target: MeanTarget, site: Site, scheme: Scheme | Phasing, *, start: float, stop: float, rules: Rules
) -> list[LaunchWindow]:
    """Every in-plane lift-off from start to stop [s] from the target's epoch, in order of time.

    scheme: or what `phasing` has found for it against this target. The target must be known from start to docking. A
    site passes a plane once a day on each branch; on the sidereal clock of the node, 23 h 36 min for a station, so that
    a day now and then has two. Raises PlanError, DataError.
    """
    found = scheme if isinstance(scheme, Phasing) else phasing(scheme, target.middle, target.env)
    rows: list[LaunchWindow] = []
    for branch in rules.branches:
        chase = _Chase(target, site, found, descending=branch == "descending", rules=rules)
        near = chase.passages(start - _CARRY, stop + _CARRY)
        if not near.size:
            continue
        met = chase.met(near, np.zeros(1))
        inside = (met.lift_off >= start) & (met.lift_off <= stop)
        chosen = _Met(*(part[inside] for part in (met.lift_off, met.caught_up, met.arrival, met.node_offset)))
        rows += chase.rows(chosen, branch)
    return sorted(rows, key=lambda row: row.lift_off)


def scan(target: MeanTarget, site: Site, scheme: Scheme, *, days: int, shifts: Array, rules: Rules) -> Scan:
    """The phase pane for many days, from noon of the target's first on, and many places of the target in its orbit.

    Of the first branch of the rules; without light and cover. Raises PlanError, DataError.
    """
    found = phasing(scheme, target.middle, target.env)
    chase = _Chase(target, site, found, descending=rules.branches[0] == "descending", rules=rules)
    if days < 1:
        raise PlanError(f"a scan of {days} days was asked for; give at least 1")
    shifts = np.asarray(shifts, dtype=float)
    near = chase.passages(target.start + 0.5 * DAY, target.start + (days + 0.5) * DAY)
    met = chase.met(near, shifts)
    shape = (near.size, shifts.size)
    low, high = found.limits
    return Scan(
        shifts=shifts,
        lift_off=met.lift_off.reshape(shape),
        caught_up=met.caught_up.reshape(shape),
        dv=found.cost_at(met.caught_up).reshape(shape),
        is_admissible=((met.caught_up >= low) & (met.caught_up <= high)).reshape(shape),
    )


def best_of(windows: Sequence[LaunchWindow]) -> LaunchWindow | None:
    """The window to choose of several; None when none is open.

    Open; then docked in sight of a station, where stations are asked for; then docked in sunlight; then cheapest; then
    first. Costs within 0.1 m/s are taken for one.
    """

    def merit(window: LaunchWindow) -> tuple[bool, bool, float, float]:
        around = window.at_docking
        return not around.stations, not around.is_sunlit, round(window.best_dv, 1), window.lift_off

    return min((window for window in windows if window.is_open), key=merit, default=None)


def geocentric_latitude(site: Site) -> float:
    """Of a site on the ellipsoid [rad]; a kilometre of height changes it by 5e-7 rad."""
    return atan((1.0 - FLATTENING) * (1.0 - FLATTENING) * tan(site.latitude_deg * DEGREE))


@dataclass(frozen=True)
class _Met:
    """Lift-offs [s], angles caught up [rad], arrivals [s] and node offsets [rad], each (n,)."""

    lift_off: Array
    caught_up: Array
    arrival: Array
    node_offset: Array


class _Chase:
    """A site, a target and a scheme that is to bring one to the other."""

    def __init__(self, target: MeanTarget, site: Site, found: Phasing, *, descending: bool, rules: Rules) -> None:
        self.target, self.site, self.found, self.rules = target, site, found, rules
        self.descending = descending
        self.latitude = geocentric_latitude(site)
        self.node_rate = float(secular_rates(target.middle, target.env)[0])
        self.rate = EARTH_RATE - self.node_rate
        self.angle = _EarthAngle(target, rules.allow_prediction)

    def passages(self, start: float, stop: float) -> Array:
        """About when the site passes the target's own plane, from a time to a time [s]; minutes off."""
        at_start = np.array([start])
        first = start + float(self._to_plane(at_start, self._read(at_start))[0]) / self.rate
        count = int(np.floor((stop - first) * self.rate / _TURN)) + 1
        return np.asarray(first + _TURN / self.rate * np.arange(float(max(count, 0))))

    def met(self, near: Array, shifts: Array) -> _Met:
        """In-plane lift-offs, each near to a time (n,) [s], for every shift (m,) [rad] of the target; n m of them."""
        t, ahead = np.repeat(near, shifts.size), np.tile(shifts, near.size)
        caught_up = np.full(t.shape, 0.5 * (self.found.caught_up[0] + self.found.caught_up[-1]))
        for k in range(_PASSES):
            caught_up, arrival, aimed = self._aim(t, ahead, caught_up, settled=k >= _LAPS_FREE)
            step = ((self._to_plane(t, aimed) + pi) % _TURN - pi) / self.rate
            t = t + step
            if k > _LAPS_FREE and np.max(np.abs(step)) < TOLERANCE:
                break
        else:
            raise PlanError(
                f"the in-plane lift-off from {self.site.name} still moves by {np.max(np.abs(step)):.3g} s after"
                f" {_PASSES} passes; check the target's elements"
            )
        offset = aimed[:, RAAN] - self._read(t + self.found.scheme.ascent)[:, RAAN]
        return _Met(t, caught_up, arrival, offset)

    def _aim(self, t: Array, ahead: Array, near: Array, *, settled: bool) -> tuple[Array, Array, Array]:
        """Angles caught up, arrivals, and elements whose node is the chaser's at insertion. Eq. 18 and 19.

        settled: stay on the lap of the angles `near`, between which a lift-off at a lap's edge would go to and fro
        """
        scheme, found = self.found.scheme, self.found
        lasts = found.duration_at(near)
        arrival = t + scheme.ascent + lasts
        aimed = self._read(arrival)
        own = self._own_argument(aimed[:, I])
        angle = aimed[:, LONGITUDE] + ahead - own - scheme.phase_at_arrival - found.rate * lasts
        lap = angle + _TURN * np.round((near - angle) / _TURN) if settled else found.nearest_lap(angle)
        aimed = aimed.copy()
        aimed[:, RAAN] -= found.node_at(lap)
        return lap, arrival, aimed

    def _to_plane(self, t: Array, aimed: Array) -> Array:
        """Angle (n,) [rad] that the site has to turn through until lift-off into planes, 0 to 2 pi."""
        x = site_from_node(aimed[:, I], self.latitude, descending=self.descending)
        here = self.angle(t + self.found.scheme.plane_lead) + self.site.longitude_deg * DEGREE
        return np.asarray((aimed[:, RAAN] + x - here) % _TURN)

    def _own_argument(self, inclination: Array) -> Array:
        """Argument of latitude (n,) [rad] of the chaser at insertion: pad's foot at lift-off, and the powered arc."""
        scheme = self.found.scheme
        x = site_from_node(inclination, self.latitude, descending=self.descending) - EARTH_RATE * scheme.plane_lead
        return foot_of_site(inclination, self.latitude, from_node=x) + scheme.powered_arc

    def _read(self, times: Array) -> Array:
        """The target's elements; on the way to the solution also past its ends, where they run on evenly."""
        held = np.clip(times, self.target.start, self.target.stop)
        out = self.target.at(held)
        out[:, RAAN] += self.node_rate * (times - held)
        out[:, LONGITUDE] += self.found.rate * (times - held)
        return out

    def rows(self, met: _Met, branch: str) -> list[LaunchWindow]:
        """A row for each lift-off."""
        scheme = self.found.scheme
        docking = met.arrival + scheme.approach
        around = surroundings(
            self.target,
            docking,
            stations=self.rules.stations,
            cover_before=self.rules.cover_before,
            allow_prediction=self.rules.allow_prediction,
        )
        inserted = self.target.at(met.lift_off + scheme.ascent)
        return [self._row(met, k, inserted[k], branch, around[k]) for k in range(met.lift_off.size)]

    def _row(self, met: _Met, k: int, inserted: Array, branch: str, around: Surroundings) -> LaunchWindow:
        scheme, steering = self.found.scheme, self.rules.steering
        inclination = float(inserted[I])
        plane = PlanePass(
            inclination=inclination,
            latitude=self.latitude,
            rate=self.rate,
            speed=sqrt(self.target.env.mu / float(inserted[A])),
            descending=self.descending,
        )
        caught_up, offset = float(met.caught_up[k]), float(met.node_offset[k])
        own = float(self._own_argument(np.array(inclination)))
        phase = float(inserted[LONGITUDE]) - own - cos(inclination) * offset
        plane_pane = plane.pane(self.rules.plane_budget, steering)
        phase_pane = self._phase_pane(caught_up, inclination)
        low, high = max(phase_pane[0], plane_pane[0]), min(phase_pane[1], plane_pane[1])  # a nan, when first, stays
        pane = (low, high) if low <= high else (nan, nan)
        azimuth = inertial_azimuth(inclination, self.latitude, descending=self.descending)
        speed = scheme.insertion_speed(float(self.target.env.mu))
        return LaunchWindow(
            site=self.site.name,
            scheme=scheme.name,
            branch=branch,
            lift_off=float(met.lift_off[k]),
            azimuth=azimuth,
            relative_azimuth=earth_relative_azimuth(azimuth, self.latitude, speed=speed),
            node_offset=offset,
            plane=plane,
            cost_rate=plane.cost_rate(steering),
            phase=phase % _TURN,
            caught_up=caught_up,
            dv=float(self.found.cost_at(np.array(caught_up))),
            plane_pane=plane_pane,
            phase_pane=phase_pane,
            pane=pane,
            best_dv=self._best_dv(plane, caught_up, pane),
            arrival=float(met.arrival[k]),
            docking=float(met.arrival[k]) + scheme.approach,
            at_docking=around,
        )

    def _phase_pane(self, caught_up: float, inclination: float) -> tuple[float, float]:
        """Seconds late between which the scheme absorbs the phase, of the lap chosen. Eq. 20."""
        low, high = self.found.limits
        if high - low >= _TURN:
            return -inf, inf
        slip = self._slip(inclination)
        return float(low - caught_up) / slip, float(high - caught_up) / slip

    def _slip(self, inclination: float) -> float:
        """How the angle to be caught up grows with being late [rad/s]. Eq. 20."""
        return self.found.rate - cos(inclination) * self.rate

    def _best_dv(self, plane: PlanePass, caught_up: float, pane: tuple[float, float]) -> float:
        """Phasing and plane change [m/s] of the lift-off nearest to the in-plane one within a pane."""
        if not isfinite(pane[0]):
            return nan
        late = min(max(0.0, pane[0]), pane[1])
        angle = float(self.found.nearest_lap(np.array(caught_up + self._slip(plane.inclination) * late)))
        around = np.clip(angle, *self.found.limits)  # an edge of the pane is one of the limits, to rounding
        across = plane.cost(np.array([late]), self.rules.steering)
        return float(self.found.cost_at(around)) + float(across[0])


class _EarthAngle:
    """The Earth's rotation angle [rad] at times (n,) [s], UT1 by straight lines between days: to half a millisecond."""

    def __init__(self, target: MeanTarget, allow_prediction: bool) -> None:
        epoch, count = target.epoch, int(np.ceil((target.stop - target.start) / DAY)) + 1
        self.days = np.linspace(target.start, target.stop, count)
        _, behind = earth_orientation(epoch, np.append(self.days, 0.0), allow_prediction=allow_prediction)
        self.change = behind[:-1] - behind[-1]
        self.at_epoch = float(erfa.era00(epoch.tt1, epoch.tt2 + behind[-1] / DAY))

    def __call__(self, t: Array) -> Array:
        return np.asarray(self.at_epoch + EARTH_RATE * (t + np.interp(t, self.days, self.change)))
