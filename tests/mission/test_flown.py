"""The flight record: values with their unit, and where the simulated value is found."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from softdock.mission.flown import Quantity

TIME = {
    "name": "capture",
    "value": "1975-07-17T16:09:09",
    "unit": "UTC",
    "tolerance": 1800.0,
    "source": "SP-4012",
    "status": "read",
    "simulated": {"table": "events", "name": "capture"},
}


def test_a_time_is_a_utc_text_and_its_tolerance_seconds() -> None:
    assert Quantity(**TIME).tolerance == 1800.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": 7.0}, "its unit is UTC"),
        ({"value": "tea time"}, "is not a UTC time"),
        ({"unit": "km"}, "write a number"),
        ({"source": " "}, "say where the value was read"),
        ({"status": "rumoured"}, "read"),
        ({"tolerance": -1.0}, "greater than or equal to 0"),
        ({"value": float("nan"), "unit": "km"}, "finite"),
    ],
)
def test_a_quantity_that_cannot_be_compared_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Quantity(**{**TIME, **changes})
