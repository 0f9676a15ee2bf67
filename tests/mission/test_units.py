"""Units in the names of keys."""

from __future__ import annotations

import pytest

from softdock.formats.faults import dotted
from softdock.formats.units import split


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("range_m", ("range", "m")),
        ("closing_speed_m_s", ("closing_speed", "m/s")),
        ("rate_limit_deg_s", ("rate_limit", "deg/s")),
        ("inertia_kg_m2", ("inertia", "kg m2")),
        ("tail_off_N_s", ("tail_off", "N s")),
        ("sample_interval_s", ("sample_interval", "s")),
        ("launch_mass_lb", ("launch_mass", "lb")),
        ("height_ft", ("height", "ft")),
        ("range_nmi", ("range", "n.mi")),
        ("gravity_degree", ("gravity_degree", "")),
        ("name", ("name", "")),
        ("m", ("m", "")),
    ],
)
def test_the_longest_unit_at_the_end_of_a_key_is_its_unit(key: str, expected: tuple[str, str]) -> None:
    assert split(key) == expected


def test_paths_are_written_with_dots_and_brackets() -> None:
    assert dotted(["phases", 2, "gates", 0, "range_m"]) == "phases[2].gates[0].range_m"
    assert dotted([]) == ""
