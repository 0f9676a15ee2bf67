"""Units in the names of keys: `range_m` is a range in metres."""

from __future__ import annotations

SPELLED = {
    "m": "m", "km": "km", "m2": "m2", "m_s": "m/s", "m_s2": "m/s2", "s": "s", "min": "min", "h": "h",
    "deg": "deg", "deg_s": "deg/s", "mrad": "mrad", "kg": "kg", "kg_s": "kg/s", "kg_m2": "kg m2", "N": "N",
    "N_s": "N s", "Nm": "N m", "N_m": "N/m", "Hz": "Hz", "get_s": "s", "sfu": "sfu",
}  # fmt: skip
"""How the units that files use are printed."""

FOREIGN = {
    "lb": "lb", "lbs": "lb", "lbf": "lbf", "slug": "slug", "ft": "ft", "ft_s": "ft/s", "in": "in", "mi": "mi",
    "nmi": "n.mi", "nm": "n.mi", "kn": "kn", "mm": "mm", "cm": "cm", "km_s": "km/s", "km_h": "km/h", "mph": "mph",
    "g": "g", "t": "t", "kN": "kN", "kgf": "kgf", "rad": "rad", "rad_s": "rad/s", "arcmin": "arcmin",
    "arcsec": "arcsec", "ms": "ms", "us": "us", "minutes": "min", "hours": "h", "days": "d", "d": "d",
}  # fmt: skip
"""Units that a user may try; none is a unit of the files."""

_BY_LENGTH = sorted({**FOREIGN, **SPELLED}.items(), key=lambda item: -len(item[0]))


def split(key: str) -> tuple[str, str]:
    """A key without its unit, and the unit as it is printed: 'speed_m_s' is ('speed', 'm/s')."""
    for suffix, spelled in _BY_LENGTH:
        if key.endswith("_" + suffix):
            return key[: -len(suffix) - 1], spelled
    return key, ""


def unit_of(key: str) -> str:
    """The unit in a key, as it is printed; empty where it has none."""
    return split(key)[1]
