"""What must not stand in the files: units outside their room, paths of a machine, addresses of registries."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

from tests.house.sources import ROOT, name_of, package_files, text_files

UNIT_FACTORS = ("0.3048", ".3048", "1852", "4.448", "0.453", ".453")
MACHINE_FOLDERS = ("wo" + "rk", "ro" + "ot", "fa" + "rm", "ho" + "me")  # in two pieces, not to find themselves
REGISTRY_HOSTS = ("pypi" + ".org", "python" + "hosted", "registry." + "npm" + "js", "deb." + "debian")


def unit_factors(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.NUMBER and is_unit_factor(token.string)]


def is_unit_factor(number: str) -> bool:
    return number.replace("_", "").startswith(UNIT_FACTORS) and not re.match(r"1852\d", number)


def machine_paths(text: str) -> list[str]:
    return re.findall(r"(?:^|[\s\"'(=`:])(/(?:" + "|".join(MACHINE_FOLDERS) + r")/\S*)", text, flags=re.MULTILINE)


def offenders(find: object, paths: list[Path]) -> dict[str, list[str]]:
    assert callable(find)
    found = {name_of(path): find(path.read_text(encoding="utf-8")) for path in paths}
    return {name: hits for name, hits in found.items() if hits}


def test_factors_of_units_stand_in_conventions_only() -> None:
    rooms = [path for path in package_files() if path.name != "conventions.py"]
    assert offenders(unit_factors, rooms) == {}


def test_a_foot_a_mile_and_a_pound_are_found_and_neighbours_are_not() -> None:
    text = "a = 0.3048 * 3 + 1852.0 - 4.4482216 + .453592; b = 18520 + 44.48 + 0.4\n"
    assert unit_factors(text) == ["0.3048", "1852.0", "4.4482216", ".453592"]


def test_no_file_names_a_path_of_one_machine() -> None:
    assert offenders(machine_paths, text_files()) == {}
    assert machine_paths(f'open("/{MACHINE_FOLDERS[0]}/x.py")') == [f'/{MACHINE_FOLDERS[0]}/x.py")']


def test_no_file_names_a_package_registry() -> None:
    def hosts(text: str) -> list[str]:
        return [host for host in REGISTRY_HOSTS if host in text]

    assert offenders(hosts, text_files()) == {}


def test_no_lock_file_with_addresses() -> None:
    assert not [path for path in ROOT.iterdir() if path.name.endswith((".lock", "-lock.json"))]
