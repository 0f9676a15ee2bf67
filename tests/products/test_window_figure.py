"""A month of launch windows as rows of a table and as a picture."""

from __future__ import annotations

import json
import re
import xml.dom.minidom
from dataclasses import replace
from math import inf, nan, radians
from pathlib import Path

import pytest

from softdock.astro.orbits import MeanOrbit
from softdock.astro.time import Epoch
from softdock.conventions import DAY, MINUTE
from softdock.planning.inputs import Site
from softdock.planning.window_phasing import Phasing, phasing
from softdock.planning.window_schemes import FOUR_ORBIT, TWO_DAY
from softdock.planning.window_target import MeanTarget, mean_target
from softdock.planning.windows import LaunchWindow, Rules, launch_windows
from softdock.products.window_figure import month_of_windows, window_row, windows_svg

EPOCH = Epoch.from_utc("2024-03-01T00:00:00")
PAD = Site(name="Baikonur <31>", latitude_deg=45.9961, longitude_deg=63.5639, height_m=104.0)


@pytest.fixture(scope="module")
def target() -> MeanTarget:
    orbit = MeanOrbit(6793.8e3, 0.0, radians(51.634), 1.0, 2.0, 0.0)
    return mean_target(EPOCH, [(0.0, orbit)], until=34.0 * DAY)


@pytest.fixture(scope="module")
def found(target: MeanTarget) -> Phasing:
    return phasing(FOUR_ORBIT, target.middle, target.env)


@pytest.fixture(scope="module")
def month(target: MeanTarget) -> list[LaunchWindow]:
    return launch_windows(target, PAD, FOUR_ORBIT, start=0.0, stop=30.0 * DAY, rules=Rules(plane_budget=10.0))


def dots(svg: str, class_: str) -> int:
    return len(re.findall(rf'<circle [^>]*class="{class_}"', svg))


def test_every_launch_is_a_dot_in_each_panel_filled_where_it_is_open(month: list[LaunchWindow], found: Phasing) -> None:
    svg = month_of_windows(month, EPOCH, found=found)
    assert svg is not None
    is_open, is_lit = [w.is_open for w in month], [w.at_docking.is_sunlit for w in month]
    assert 0 < sum(is_open) < len(month)
    assert dots(svg, "dot") == 2 * sum(is_open) + sum(is_lit)
    assert dots(svg, "tickdot") == 3 * len(month) - dots(svg, "dot")
    assert "shaded: within the limit" in svg
    assert "1 Mar" in svg
    assert "Baikonur &lt;31&gt;: four-orbit" in svg
    assert "nan" not in svg.lower()


def test_open_launches_lie_in_the_shaded_band(month: list[LaunchWindow], found: Phasing) -> None:
    svg = str(month_of_windows(month, EPOCH, found=found))
    (points,) = re.findall(r'<polygon points="([^"]*)" class="allowed"', svg)
    levels = sorted({float(pair.split(",")[1]) for pair in points.split()})
    panel = [float(y) for y in re.findall(r'<circle [^>]*cy="([\d.]+)"[^>]*class="dot"', svg)]
    n = sum(w.is_open for w in month)
    assert all(levels[0] - 1.5 <= y <= levels[1] + 1.5 for y in panel[n : 2 * n])


def test_a_scheme_for_every_phase_shades_all_and_one_for_none_nothing(
    month: list[LaunchWindow], target: MeanTarget, found: Phasing
) -> None:
    every = str(month_of_windows(month, EPOCH, found=phasing(TWO_DAY, target.middle, target.env)))
    assert every.count('class="allowed"') == 1
    none = str(month_of_windows(month, EPOCH, found=replace(found, limits=(nan, nan))))
    assert "allowed" not in none
    assert "shaded" not in none
    over_zero = str(month_of_windows(month, EPOCH, found=replace(found, limits=(-0.3, 0.4))))
    assert over_zero.count('class="allowed"') == 2
    assert month_of_windows([], EPOCH) is None


def test_a_row_has_units_in_its_names_and_nothing_where_nothing_limits(month: list[LaunchWindow]) -> None:
    window = next(w for w in month if w.is_open)
    row = window_row(window, EPOCH)
    assert json.loads(json.dumps(row)) == row
    assert row["lift_off_utc"] == EPOCH.utc(window.best)
    assert row["cost_m_s_per_min"] == pytest.approx(window.cost_rate * MINUTE)
    assert row["pane_opens_min"] == pytest.approx(window.pane[0] / MINUTE)
    closed = window_row(replace(window, phase_pane=(-inf, inf), pane=(nan, nan), dv=nan), EPOCH)
    for name in ("phase_pane_opens_min", "phase_pane_closes_min", "pane_opens_min", "lift_off_utc", "phasing_dv_m_s"):
        assert closed[name] is None
    assert closed["is_open"] is False


def test_the_months_of_several_schemes_are_one_file_that_stands_alone(
    month: list[LaunchWindow], target: MeanTarget, found: Phasing
) -> None:
    two = phasing(TWO_DAY, target.middle, target.env)
    days = launch_windows(target, PAD, two, start=0.0, stop=9.0 * DAY, rules=Rules(plane_budget=10.0))
    text = windows_svg([(found, month), (two, days), (two, [])], EPOCH)
    assert text is not None
    drawn = xml.dom.minidom.parseString(text).documentElement
    assert drawn is not None
    assert drawn.getAttribute("xmlns") == "http://www.w3.org/2000/svg"
    assert len(drawn.getElementsByTagName("circle")) == 3 * (len(month) + len(days))
    first, second = (node for node in drawn.childNodes if node.nodeName == "g")
    assert first.getAttribute("transform") == "translate(0 0)"
    below = float(second.getAttribute("transform").split()[1].rstrip(")"))
    assert float(drawn.getAttribute("height")) == pytest.approx(2.0 * below)
    used = set(re.findall(r'class="([a-z]+)"', text))
    assert {name for name in used if f".{name} " not in text} <= {"tick"}  # a tick is plain text
    assert windows_svg([(found, [])], EPOCH) is None


@pytest.mark.browser
def test_the_picture_is_drawn_by_a_browser(
    month: list[LaunchWindow], found: Phasing, chromium: str, tmp_path: Path
) -> None:
    import subprocess

    page, picture = tmp_path / "month.html", tmp_path / "month.png"
    page.write_text(f"<meta charset=utf-8><body>{month_of_windows(month, EPOCH, found=found)}", encoding="utf-8")
    command = [chromium, "--headless", "--no-sandbox", f"--screenshot={picture}", "--window-size=840,600", str(page)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert picture.stat().st_size > 5000
