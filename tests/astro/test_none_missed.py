"""No event is missed on drawn orbits: looking eight times as often finds the same ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from softdock.astro import eclipses, encounters, events, passes
from softdock.astro.passes import Station
from softdock.astro.topocentric import Site
from softdock.astro.trajectory import search_step
from softdock.conventions import DAY, Record
from tests.astro.orbits_in_closed_form import Ellipse
from tests.fixtures.worst import worst_of

ORBITS = 8
Search = Callable[[], list[Any]]


def drawn_orbit(generator: np.random.Generator) -> list[float]:
    """Elements with a perigee between 160 and 3,000 km, from circles to ellipses of 0.74, of any inclination."""
    e = generator.choice([0.0, 1e-4, 1e-3, 0.01, 0.1, 0.5, 0.74]) * generator.uniform(0.5, 1.0)
    i = generator.choice([0.001, 0.3, 0.9, 1.57, 1.7, 2.5, 3.1])
    perigee = 6.378e6 + 10.0 ** generator.uniform(5.2, 6.5)
    return [perigee / (1.0 - e), e, i, *generator.uniform(0.0, 6.28, 3)]


def drawn_mask(generator: np.random.Generator) -> list[tuple[float, float]]:
    """Up to twelve corners, gentle slopes and walls down to 1e-8 deg of azimuth."""
    corners = generator.uniform(0.0, 355.0, generator.integers(2, 7))
    azimuth = np.unique(np.concatenate([corners, corners + generator.choice([1e-8, 1e-3, 0.1, 3.0], corners.size)]))
    return list(zip(azimuth.tolist(), generator.uniform(0.0, 40.0, azimuth.size).tolist(), strict=True))


def searches(env: Record, generator: np.random.Generator) -> dict[str, Search]:
    """Every kind of search over a day of one orbit, with places, angles and a second craft drawn as well."""
    elements = drawn_orbit(generator)
    near = np.array(elements) + generator.uniform(-1.0, 1.0, 6) * [5e3, 0.0, 1e-3, 1e-3, 0.0, 1e-2]
    craft, other = Ellipse(elements), Ellipse(near.tolist() if generator.random() < 0.7 else drawn_orbit(generator))
    highest = min(elements[2], np.pi - elements[2])
    latitude, angle = float(generator.uniform(-1.0, 1.0) * highest), float(generator.uniform(-3.0, 3.0))
    distance = float(10.0 ** generator.uniform(3.0, 7.2))
    masks = generator.uniform(0.0, 40.0, 3).tolist()
    stations = [Station(name=f"{mask}", site=Site(latitude, angle), mask_deg=mask) for mask in masks]
    stations += [Station(name=f"mask {k}", site=stations[0].site, mask_deg=drawn_mask(generator)) for k in range(2)]
    found: dict[str, Search] = {
        "passes": lambda: passes.passes(craft, env, 0.0, stop=DAY, stations=stations),
        "umbra": lambda: eclipses.shadow_intervals(craft, env, 0.0, stop=DAY),
        "penumbra": lambda: eclipses.shadow_intervals(craft, env, 0.0, stop=DAY, part="penumbra"),
        "nodes": lambda: events.nodes(craft, env, 0.0, stop=DAY),
        "latitudes": lambda: events.latitude_crossings(craft, env, 0.0, stop=DAY, latitude=latitude),
        "longitudes": lambda: events.longitude_crossings(craft, env, 0.0, stop=DAY, longitude=angle),
        "approaches": lambda: encounters.closest_approaches(craft, other, 0.0, stop=DAY),
        "distances": lambda: encounters.range_crossings(craft, other, 0.0, stop=DAY, distance=distance),
        "elevations": lambda: encounters.elevation_crossings(craft, other, 0.0, stop=DAY, elevation=angle),
        "phases": lambda: encounters.phase_crossings(craft, other, 0.0, stop=DAY, phase=angle),
    }
    if elements[1] > 0.0:  # a circle has no apsides
        found["apsides"] = lambda: events.apsides(craft, 0.0, DAY)
    return found


def times_of(found: list[Any]) -> list[float]:
    return [one.aos if isinstance(one, passes.Pass) else one[0] for one in found]


def test_looking_more_often_finds_nothing_more(
    env: Record, monkeypatch: pytest.MonkeyPatch, claim: Callable[..., None]
) -> None:
    generator = np.random.default_rng(1975)
    kinds = [search for _ in range(ORBITS) for search in searches(env, generator).items()]
    plain = [times_of(search()) for _, search in kinds]
    for module in (eclipses, encounters, events, passes):
        monkeypatch.setattr(module, "search_step", lambda *args: search_step(*args) / 8.0)
    often = [times_of(search()) for _, search in kinds]
    counts = [(name, len(a), len(b)) for (name, _), a, b in zip(kinds, plain, often, strict=True) if len(a) != len(b)]
    assert counts == []
    assert sum(map(len, plain)) > 500
    claim(
        claim=f"{sum(map(len, plain))} events of all kinds in a day of {ORBITS} orbits: none missed, the same times",
        truth="search with an eighth of the step",
        tolerance=1e-3,
        achieved=worst_of(abs(np.array(a) - np.array(b)).max() for a, b in zip(plain, often, strict=True) if a),
        unit="s",
    )
