"""What the mission file says of the forces in orbit: [environment]."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from ..astro.environment import Forces
from ..astro.space_weather import (
    LARGEST_AP,
    LARGEST_DAILY_AP,
    SpaceWeather,
    daily_weather,
    fixed_weather,
    three_hourly_weather,
)
from ..formats.document import Document, Misfit

Flux = Annotated[float, Field(gt=0.0, lt=1000.0)]
Activity = Annotated[float, Field(ge=0.0, le=LARGEST_AP)]
_MJD_OF_YEAR_1 = 678576  # MJD = the ordinal of a date less this


def _day(text: str) -> str:
    try:
        is_day = date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_day = False
    if not is_day:
        raise ValueError(f"'{text[:40]}' is no day; write it like 1975-07-15")
    return text


class FixedWeather(Document):
    """Space weather that stays as it is: a scenario, not the record of those days."""

    f107_sfu: Flux
    """Solar radio flux at 10.7 cm, as observed."""
    f107_mean_sfu: Flux
    """Its mean over 81 days."""
    ap: Annotated[float, Field(ge=0.0, le=LARGEST_DAILY_AP)]
    """Magnetic activity, the mean of the day."""


class WeatherDay(Document):
    """Space weather of one day (UTC), as CelesTrak's files have it."""

    day: Annotated[str, AfterValidator(_day)]
    f107_sfu: Flux
    """Solar radio flux at 10.7 cm, as observed on the day."""
    f107_mean_sfu: Flux
    """Its mean over the 81 days around."""
    ap: Annotated[tuple[Activity, ...], Field(min_length=8, max_length=8)]
    """Magnetic activity of every three hours."""


class Environment(Document):
    """Forces on craft in orbit."""

    gravity_degree: Annotated[int, Field(ge=2, le=70)]
    gravity_order: Annotated[int, Field(ge=0, le=70)]
    sun: bool
    moon: bool
    drag: bool
    solar_pressure: bool = False
    """Sunlight pushes, where the Earth does not shade it."""
    tides: bool = False
    """The solid Earth yields to Sun and Moon."""
    density_sigma_fraction: Annotated[float, Field(ge=0.0, le=0.5)] = 0.0
    """One sigma of the air's true density against the model's, drawn once a flight; planning does not know it."""
    allow_prediction: bool = False
    """Go on past the measured Earth orientation and space weather, with what is predicted."""
    three_hourly_ap: bool = False
    """The air follows the magnetic activity of every three hours, as measured, instead of the day's."""
    space_weather: FixedWeather | None = None
    """Given, it takes the place of the daily table on board."""
    space_weather_days: tuple[WeatherDay, ...] = ()
    """Given, they take the place of the daily table on board; from three days before the mission to a day after it."""

    @model_validator(mode="after")
    def _order_fits(self) -> Self:
        if self.gravity_order > self.gravity_degree:
            raise Misfit(
                f"is {self.gravity_order} and gravity_degree is {self.gravity_degree}; an order is at most the degree",
                key="gravity_order",
            )
        return self

    @model_validator(mode="after")
    def _one_weather(self) -> Self:
        days = [date.fromisoformat(row.day) for row in self.space_weather_days]
        given = days or self.space_weather is not None
        if given and self.three_hourly_ap:
            raise Misfit("is true and space weather is given as well; keep one of the two", key="three_hourly_ap")
        if days and self.space_weather is not None:
            raise Misfit("is given beside space_weather_days; keep one of the two", key="space_weather")
        for index, (before, day) in enumerate(pairwise(days)):
            if day != before + timedelta(1):
                raise Misfit(
                    f"is {day} after {before} and the days must follow each other; put them in order, leave none out",
                    key=f"space_weather_days[{index + 1}].day",
                )
        if len(days) == 1:
            raise Misfit("holds one day and at least two are needed; add days", key="space_weather_days")
        return self

    @property
    def forces(self) -> Forces:
        """What acts, as the environment's tables are built for it."""
        return Forces(
            field=(self.gravity_degree, self.gravity_order),
            sun=self.sun,
            moon=self.moon,
            drag=self.drag,
            solar_pressure=self.solar_pressure,
            tides=self.tides,
        )

    @property
    def weather(self) -> SpaceWeather | None:
        """Indices for the air; None for those of the daily table on board. Raises DataError."""
        if self.space_weather is not None:
            given = self.space_weather
            return fixed_weather(given.f107_sfu, given.f107_mean_sfu, given.ap)
        if not self.space_weather_days:
            return three_hourly_weather() if self.three_hourly_ap else None
        rows = self.space_weather_days
        return daily_weather(
            date.fromisoformat(rows[0].day).toordinal() - _MJD_OF_YEAR_1,
            np.array([(row.f107_sfu, row.f107_mean_sfu) for row in rows]),
            np.array([row.ap for row in rows]),
        )
