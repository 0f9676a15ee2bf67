"""Space weather: solar flux and magnetic activity, as NRLMSISE-00 takes them.

From the packed daily table, as fixed values, or as measured three hours by three hours. All of them are series joined
by straight lines, so that density has no steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import erfa
import numpy as np

from ..conventions import Array
from ..errors import DataError
from .orientation import date_of
from .time import MJD_ZERO, Epoch

PREDICTED_DAYS = 45  # the daily forecast at the end of CelesTrak's table spans so many days
LARGEST_AP = 400.0  # of three hours, the end of the scale
LARGEST_DAILY_AP = 280.0  # 13 November 1960, the greatest since 1957; past it the model finds no air at 100 km
MEAN_DAYS = 81  # three turns of the Sun: the span of the model's mean flux
_FLUX_LAG = 17.5 / 24.0  # days
_AP_HISTORY = (0, 1, 2, 3)  # three-hour steps back, each for itself; then two means of eight: 4 to 11 and 12 to 19


@dataclass(frozen=True, eq=False)
class SpaceWeather:
    """Series of the indices over days of UTC.

    flux_days (n,) [MJD], flux (n, 2) [sfu]: F10.7 as observed and its centred 81-day mean · ap_days (m,) [MJD],
    ap (m,): magnetic activity · flux_lag [days]: how long before the moment the F10.7 that the model wants, that of
    the day before, is read · three_hourly: the model weighs the ap of the last 57 hours instead of the day's ·
    measured [MJD]: after it the values are predicted
    """

    flux_days: Array
    flux: Array
    ap_days: Array
    ap: Array
    flux_lag: float
    three_hourly: bool
    measured: float

    @property
    def span(self) -> tuple[float, float]:
        """First and last moment [MJD, UTC] that can be asked."""
        history = 19.0 / 8.0 if self.three_hourly else 0.0
        first = max(self.flux_days[0] + self.flux_lag, self.ap_days[0] + history)
        return float(first), float(min(self.flux_days[-1], self.ap_days[-1]))

    def at(self, mjd: Array) -> tuple[Array, Array, Array]:
        """F10.7 of the day before (n,), its 81-day mean (n,) [sfu] and the seven ap (n, 7) that the model takes."""
        f107 = np.interp(mjd - self.flux_lag, self.flux_days, self.flux[:, 0])
        mean = np.interp(mjd, self.flux_days, self.flux[:, 1])
        if not self.three_hourly:
            return f107, mean, np.repeat(np.interp(mjd, self.ap_days, self.ap)[:, None], 7, axis=1)
        steps = np.stack([np.interp(mjd - k / 8.0, self.ap_days, self.ap) for k in range(20)], axis=1)
        columns = [steps[:, :8].mean(axis=1), *(steps[:, k] for k in _AP_HISTORY)]
        columns += [steps[:, 4:12].mean(axis=1), steps[:, 12:20].mean(axis=1)]
        return f107, mean, np.stack(columns, axis=1)


def fixed_weather(f107: float, f107_mean: float, ap: float) -> SpaceWeather:
    """The same F10.7 [sfu], 81-day mean of it [sfu] and ap at any time. Raises DataError."""
    if not (0.0 < f107 < 1000.0 and 0.0 < f107_mean < 1000.0 and 0.0 <= ap <= LARGEST_DAILY_AP):
        raise DataError(
            f"space weather of F10.7 {f107} sfu, mean {f107_mean} sfu and ap {ap} was given; "
            f"flux lies between 0 and 1000 sfu, the ap of a day from 0 to {LARGEST_DAILY_AP:.0f}"
        )
    always = np.array([-1e6, 1e6], dtype=float)
    flux = np.array([[f107, f107_mean], [f107, f107_mean]], dtype=float)
    return SpaceWeather(always, flux, always, np.array([ap, ap], dtype=float), 0.0, False, 1e6)


def daily_weather(first_mjd: int, flux: Array, ap: Array, *, measured: float = np.inf) -> SpaceWeather:
    """Weather of whole days of UTC from first_mjd on, as space-weather files have it. Raises DataError.

    flux (n, 2) [sfu]: F10.7 observed on the day and its centred 81-day mean, ap (n, 8): every three hours. A value
    belongs to the middle of its day or of its three hours; the model reads the flux of one day before. measured [MJD]:
    see `SpaceWeather`. With ap (n,), daily means, the model runs in its daily mode.
    """
    flux, ap = np.asarray(flux, dtype=float), np.asarray(ap, dtype=float)
    if flux.shape != (len(ap), 2) or ap.shape[1:] not in ((), (8,)) or len(ap) < 2:
        raise DataError(
            f"space weather of shapes {flux.shape} and {ap.shape} was given; two fluxes and one or eight ap a day are "
            "needed, for two days at least"
        )
    per_day, largest = (8, LARGEST_AP) if ap.ndim == 2 else (1, LARGEST_DAILY_AP)
    if not (np.all((flux > 0.0) & (flux < 1000.0)) and np.all((ap >= 0.0) & (ap <= largest))):
        raise DataError(
            f"space weather was given with a flux outside 0 to 1000 sfu or an ap outside 0 to {largest:.0f}; mend it"
        )
    days = np.asarray(first_mjd + 0.5 + np.arange(len(flux)), dtype=float)
    ap_days = np.asarray(first_mjd + (np.arange(ap.size) + 0.5) / per_day, dtype=float)
    return SpaceWeather(days, flux, ap_days, ap.ravel(), 1.0, per_day == 8, measured)


@lru_cache(maxsize=1)
def packed_weather() -> SpaceWeather:
    """The daily table on board, from October 1957; past its end the mean of its last 81 days.

    The table holds values interpolated to 0 h UTC (see its PROVENANCE.md), not means of the day that follows: they
    are joined by straight lines. The model wants the flux measured on the day before: seen from the middle of a day
    that is 16 to 19 h back.
    """
    first, table = _table("space_weather_daily.csv", 3)
    days = first + np.arange(len(table), dtype=float)
    measured = float(days[-1] - PREDICTED_DAYS)
    usual = np.append(table[-MEAN_DAYS:, 0].mean(), np.full(2, table[-1, 2]))  # what is expected when nothing is known
    days, table = np.append(days, [days[-1] + 1.0, 1e6]), np.vstack([table, usual, usual])
    return SpaceWeather(days, table[:, 1:], days, table[:, 0], _FLUX_LAG, False, measured)


@lru_cache(maxsize=1)
def three_hourly_weather() -> SpaceWeather:
    """The measured days on board with the ap of every three hours, from October 1957."""
    first, table = _table("space_weather_three_hourly.csv", 10)
    return daily_weather(first, table[:, 8:], table[:, :8])


def _table(name: str, columns: int) -> tuple[int, Array]:
    """First MJD and rows of a table on board, one a day. Raises DataError."""
    text = resources.files("softdock.data").joinpath(f"space_weather/{name}").read_text("ascii")
    head, *lines = text.splitlines()
    table = np.array(",".join(line.partition(",")[2] for line in lines).split(","), dtype=float)
    if head.count(",") != columns or table.size != columns * len(lines) or not np.all(np.isfinite(table)):
        raise DataError(f"the table {name} is damaged; reinstall softdock")
    year, month, day = (int(part) for part in lines[0].partition(",")[0].split("-"))
    return int(erfa.cal2jd(year, month, day)[1]), table.reshape(-1, columns)


def indices(
    weather: SpaceWeather, epoch: Epoch, times: Array, *, allow_prediction: bool = False
) -> tuple[Array, Array, Array]:
    """F10.7 of the day before (n,), its 81-day mean (n,) [sfu] and the seven ap (n, 7) at mission times [s].

    Raises DataError where the weather is not known, or only predicted and allow_prediction does not say to go on.
    """
    utc1, utc2 = epoch.utc_parts(times)
    mjd = (utc1 - MJD_ZERO) + utc2
    first, last = weather.span
    asked = f"asked for {epoch.utc(float(times[0]))} to {epoch.utc(float(times[-1]))}"
    if not (mjd.min() >= first and mjd.max() <= last):
        raise DataError(
            f"space weather is known from {_day(first)} to {_day(min(last, weather.measured))}, {asked}; fly without "
            "drag, move the epoch or give fixed values in the mission's [environment.space_weather]"
        )
    if not (mjd.max() <= weather.measured or allow_prediction):
        raise DataError(
            f"space weather is measured to {_day(weather.measured)}, {asked}; set allow_prediction = true in the "
            "mission's [environment], or allow_prediction=True in the call, to go on with predicted values, or give "
            "fixed ones in [environment.space_weather]"
        )
    return weather.at(mjd)


def _day(mjd: float) -> str:
    return date_of(int(mjd // 1.0))
