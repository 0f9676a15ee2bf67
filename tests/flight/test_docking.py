"""The docking phase: what it records, when it captures, why it does not, and who judges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from softdock.conventions import STANDARD_GRAVITY
from softdock.errors import FlightInterrupted, MissionError
from softdock.flight import docking
from softdock.flight.docking import fly
from softdock.flight.meeting import meeting
from softdock.flight.world import World
from softdock.vehicle.envelopes import ContactEnvelope, envelope, judge
from softdock.vehicle.mechanisms import Mechanism, mechanism
from tests.fixtures.docking_scene import CHASER, TARGET, phase, world

round_off = 1e-12
NOMINAL: dict[str, Any] = {
    "offset": (0.05, -0.03),
    "lateral": (0.02, 0.01),
    "tilt_deg": (1.0, -0.6),
    "roll_deg": -1.5,
    "rate_deg_s": (0.05, 0.1, -0.1),
}


def flown(scene: World, **changes: Any) -> World:
    fly(phase(**changes), scene)
    return scene


@pytest.fixture(scope="module")
def nominal() -> World:
    return flown(world(**NOMINAL))


def row_of(scene: World) -> dict[str, Any]:
    assert len(scene.record.dockings) == 1
    return scene.record.dockings[0]


def verdict(scene: World, name: str) -> dict[str, Any]:
    return next(row for row in scene.record.verdicts if row["name"] == name)


# ---- the nominal docking


def test_nominal_contact_is_captured_inside_the_envelope(nominal: World) -> None:
    assert row_of(nominal)["captured"] is True
    assert row_of(nominal)["reason"] == ""
    assert all(row["passed"] for row in nominal.record.verdicts)
    assert [event["name"] for event in nominal.record.events] == ["first contact", "capture"]


def test_conditions_are_those_that_the_scene_was_built_with(nominal: World) -> None:
    expected = {
        "axial_speed_m_s": 0.2, "lateral_speed_m_s": np.hypot(0.02, 0.01), "lateral_offset_m": np.hypot(0.05, 0.03),
        "pitch_yaw_deg": np.hypot(1.0, 0.6), "roll_deg": 1.5, "pitch_yaw_rate_deg_s": np.hypot(0.1, 0.1),
        "roll_rate_deg_s": 0.05,
    }  # fmt: skip
    found = {key: row_of(nominal)[key] for key in expected}
    assert found == pytest.approx(expected, rel=0.05)


def test_first_contact_is_found_to_the_microsecond() -> None:
    times = []
    for step_s in (1e-3, 3e-4):
        meet = meeting(world(**NOMINAL), (TARGET, CHASER), step_s=step_s, sample_s=0.02)
        assert meet.reach_contact(5.0)
        times.append(float(meet.touch.t))
    one_microsecond = 1e-6
    assert times[0] == pytest.approx(times[1], abs=one_microsecond)


def test_momentum_is_kept_through_contact_and_union(nominal: World) -> None:
    row = row_of(nominal)
    for key in ("momentum_error", "angular_momentum_error", "union_momentum_error", "union_angular_momentum_error"):
        assert row[key] < round_off


def test_joined_craft_move_as_one(nominal: World) -> None:
    one = nominal.joined
    target, chaser = nominal.bodies[TARGET], nominal.bodies[CHASER]
    assert one.mass == pytest.approx(target.mass_kg + chaser.mass_kg, rel=round_off)
    assert target.t == chaser.t == one.t
    apart = chaser.r_N - target.r_N
    one_nanometre_per_second = 1e-9
    assert chaser.v_N - target.v_N == pytest.approx(np.cross(one.omega_BN_N, apart), abs=one_nanometre_per_second)
    assert np.linalg.norm(target.omega_BN_B) == pytest.approx(np.linalg.norm(chaser.omega_BN_B), rel=1e-9)
    assert np.linalg.norm(apart) == pytest.approx(9.9, abs=0.5)


def test_joined_inertia_is_that_of_the_mated_stack(nominal: World) -> None:
    # vehicles.md 1.3: 20,926 kg and about 5.7e5 kg m2
    assert nominal.joined.mass == pytest.approx(20926.0, rel=0.01)
    assert nominal.joined.inertia[1, 1] == pytest.approx(5.7e5, rel=0.1)


def test_telemetry_follows_both_craft_from_hand_over(nominal: World) -> None:
    target, chaser = nominal.record.telemetry
    assert target["craft"][0] == TARGET
    assert chaser["craft"][0] == CHASER
    assert np.all(np.diff(chaser["get_s"]) > 0.0)
    first = world(**NOMINAL).bodies[CHASER]
    one_micrometre = 1e-6
    assert chaser["position_gcrf_x_m"][0] == pytest.approx(first.r_N[0], abs=one_micrometre)
    last = nominal.bodies[CHASER]
    one_millimetre = 1e-3
    assert chaser["position_gcrf_x_m"][-1] == pytest.approx(last.r_N[0], abs=one_millimetre)
    for name in ("height_km", "attitude_w", "rate_x_deg_s", "relative_x_m", "port_axial_m", "port_tilt_deg"):
        assert np.all(np.isfinite(chaser[name]))


def test_same_scene_gives_the_same_row(nominal: World) -> None:
    assert row_of(flown(world(**NOMINAL))) == row_of(nominal)


# ---- thrust


def spent(scene: World) -> float:
    return world().bodies[CHASER].propellant["rcs"] - scene.bodies[CHASER].propellant["rcs"]


def test_axial_thrust_is_booked_from_its_delay_to_capture(nominal: World) -> None:
    row = row_of(nominal)
    seconds = row["capture_get_s"] - row["get_s"] - 0.4
    flow = 443.9 / (280.0 * STANDARD_GRAVITY)
    one_step = 4 * flow * 0.002
    assert 0.0 < seconds < 1.5
    assert spent(nominal) == pytest.approx(4 * flow * seconds, abs=one_step)


def test_thrust_that_is_not_stopped_by_capture_lasts_as_commanded() -> None:
    scene = flown(world(offset=(0.0, 0.6)), capture_limit_s=2.5)
    assert row_of(scene)["captured"] is False
    assert spent(scene) == pytest.approx(4 * 1.5 * 443.9 / (280.0 * STANDARD_GRAVITY), rel=1e-6)


def test_pulses_due_at_hand_over_are_finished_and_booked() -> None:
    scene = world(clearance=0.05)
    on_times = np.zeros(32)
    on_times[3] = 0.0314
    scene.pending_on_times[CHASER] = on_times
    flown(scene, thrust_duration_s=0.0)
    assert spent(scene) == pytest.approx(0.0314 * 443.9 / (280.0 * STANDARD_GRAVITY), rel=1e-6)
    assert scene.pending_on_times == {}


def test_thrust_before_capture_is_in_the_row_and_the_event(nominal: World) -> None:
    row = row_of(nominal)
    capture = nominal.record.events[-1]["data"]
    assert row["thrust_s"] == capture["thrust_s"]
    assert row["thrust_s"] == pytest.approx(max(0.0, capture["after_contact_s"] - 0.4), abs=1e-9)


def test_capture_before_the_thrust_is_due_leaves_none() -> None:
    row = row_of(flown(world(closing=0.3), thrust_delay_s=0.5, attenuation_s=0.0))
    if row["capture_get_s"] - row["get_s"] > 0.5:
        pytest.fail("the case is to be captured sooner than the thrust begins")
    assert row["thrust_s"] == 0.0


def test_jet_time_goes_on_from_the_hand_over_for_both_craft() -> None:
    scene = world(**NOMINAL)
    scene.jet_time = {CHASER: 100.0, TARGET: 7.0}
    on_times = np.zeros(32)
    on_times[3] = 0.0314
    scene.pending_on_times[CHASER] = on_times
    flown(scene)
    target, chaser = scene.record.telemetry
    four_jets = 4 * row_of(scene)["thrust_s"]
    one_step = 4 * 0.002
    assert np.all(target["jet_time_s"] == 7.0)
    assert chaser["jet_time_s"][0] == 100.0
    assert np.all(np.diff(chaser["jet_time_s"]) >= 0.0)
    assert chaser["jet_time_s"][-1] == pytest.approx(100.0314 + four_jets, abs=one_step)
    assert scene.jet_time[CHASER] == pytest.approx(chaser["jet_time_s"][-1])


def test_thrust_must_begin_within_half_a_second() -> None:
    with pytest.raises(ValueError, match="thrust_delay_s"):
        phase(thrust_delay_s=0.6)


# ---- capture and its failure


LIMITS: list[dict[str, Any]] = [
    {"closing": 0.05},
    {"closing": 0.30},
    {"lateral": (0.1, 0.0)},
    {"lateral": (0.0, -0.1)},
    {"offset": (0.15, 0.2598)},
    {"offset": (0.0, 0.3)},
    {"offset": (-0.3, 0.0)},
    {"tilt_deg": (7.0, 0.0)},
    {"tilt_deg": (-4.95, 4.95)},
    {"roll_deg": 7.0},
    {"roll_deg": -7.0},
    {"rate_deg_s": (1.0, 0.7, 0.7)},
]


@pytest.mark.parametrize("case", LIMITS, ids=str)
def test_each_condition_at_its_limit_is_captured(case: dict[str, Any]) -> None:
    assert row_of(flown(world(**case), attenuation_s=0.0))["captured"] is True


@pytest.mark.parametrize("azimuth_deg", [20.0, 140.0, 260.0])
def test_half_of_all_limits_at_once_is_captured(azimuth_deg: float) -> None:
    c, s = np.cos(np.radians(azimuth_deg)), np.sin(np.radians(azimuth_deg))
    scene = world(offset=(0.15 * s, 0.15 * c), lateral=(0.05 * c, -0.05 * s), tilt_deg=(3.5 * s, 3.5 * c),
                  roll_deg=3.5, rate_deg_s=(0.5, 0.35, 0.35))  # fmt: skip
    assert row_of(flown(scene, attenuation_s=0.0))["captured"] is True


@pytest.mark.parametrize(
    ("case", "changes", "reason"),
    [
        ({"lateral": (1.0, 0.0)}, {}, "rebounded, opening at"),
        ({"offset": (0.0, 0.6)}, {}, "petals missed: the rings passed each other 0."),
        ({"closing": 0.01}, {"thrust_duration_s": 0.0}, "rebounded, opening at 0.0"),
        ({"closing": -0.1}, {"approach_limit_s": 1.0}, "did not touch within 1 s of the hand-over"),
        ({"closing": float("nan")}, {}, "not finite"),
        ({"closing": 0.01, "offset": (0.0, 0.2)}, {"capture_limit_s": 3.0}, "No capture within 3 s"),
    ],
    ids=str,
)
def test_absurd_contact_fails_with_its_reason(case: dict[str, Any], changes: dict[str, Any], reason: str) -> None:
    if "offset" in case and "closing" in case:
        changes = changes | {"thrust_duration_s": 0.0}
    scene = flown(world(**case), **changes)
    assert row_of(scene)["captured"] is False
    assert reason in row_of(scene)["reason"]
    row = verdict(scene, "captured")
    assert row["passed"] is False
    assert row["ends_flight"] is True
    assert reason in row["sentence"]
    assert scene.joined is None


def test_reason_names_the_latch_that_stayed_open_and_by_how_much() -> None:
    reason = row_of(flown(world(closing=0.01), thrust_duration_s=0.0))["reason"]
    assert "latch 2 came no nearer than" in reason
    assert "it closes within 2 and 25 mm" in reason


def test_an_interruption_passes_through() -> None:
    scene = world()

    def stop(*_: object) -> None:
        raise FlightInterrupted("stopped")

    scene.notify = stop
    with pytest.raises(FlightInterrupted):
        flown(scene)


def test_ports_without_the_same_mechanism_are_refused() -> None:
    scene = world()
    ports = scene.crafts[TARGET].ports
    ports["apas"] = ports["apas"].model_copy(update={"mechanism": None})
    with pytest.raises(MissionError, match="soyuz has none"):
        flown(scene)


# ---- judgement


def test_judgement_does_not_touch_the_mechanics(nominal: World, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = envelope("apas-75").model_copy(update={"lateral_offset_m": 0.001})
    monkeypatch.setattr(docking, "envelope", lambda name: narrow)
    scene = flown(world(**NOMINAL))
    assert verdict(scene, "captured")["passed"] is True
    assert verdict(scene, "contact inside the envelope")["passed"] is False
    assert "lateral offset 0.05" in verdict(scene, "contact inside the envelope")["sentence"]
    same = {key: value for key, value in row_of(scene).items() if key != "envelope"}
    assert same == {key: value for key, value in row_of(nominal).items() if key != "envelope"}


def test_a_contact_outside_the_envelope_may_capture() -> None:
    scene = flown(world(closing=0.35), attenuation_s=0.0)
    assert verdict(scene, "captured")["passed"] is True
    assert verdict(scene, "contact inside the envelope")["passed"] is False


def conditions(**changes: float) -> dict[str, float]:
    return {
        "axial_speed_m_s": 0.2, "lateral_speed_m_s": 0.0, "lateral_offset_m": 0.0, "pitch_yaw_deg": 0.0,
        "roll_deg": 0.0, "pitch_yaw_rate_deg_s": 0.0, "roll_rate_deg_s": 0.0,
    } | changes  # fmt: skip


@pytest.mark.parametrize("key", conditions())
def test_not_a_number_and_a_missing_value_fail_the_judgement(key: str) -> None:
    limits = envelope("apas-75")
    assert all(row["passed"] for row in judge(conditions(), limits))
    assert sum(not row["passed"] for row in judge(conditions(**{key: float("nan")}), limits)) == 1
    missing = conditions()
    del missing[key]
    assert sum(not row["passed"] for row in judge(missing, limits)) == 1


def test_axial_speed_has_a_limit_on_either_side() -> None:
    limits = envelope("apas-75")
    assert not judge(conditions(axial_speed_m_s=0.049), limits)[0]["passed"]
    assert not judge(conditions(axial_speed_m_s=0.301), limits)[0]["passed"]


# ---- the files


@pytest.mark.parametrize("model", [mechanism("apas-75"), envelope("apas-75")], ids=lambda m: type(m).__name__)
def test_every_number_of_the_mechanism_has_a_source(model: Mechanism | ContactEnvelope) -> None:
    def leaves(node: Any, path: str) -> list[str]:
        if isinstance(node, dict):
            return [leaf for key, value in node.items() for leaf in leaves(value, f"{path}.{key}" if path else key)]
        return [path] if isinstance(node, float | int) else []

    for leaf in leaves(model.model_dump(exclude={"sources"}), ""):
        assert model.sources.get(leaf, "").strip(), f"{leaf} has no source"
    assert all(key in leaves(model.model_dump(exclude={"sources"}), "") for key in model.sources)


@pytest.mark.parametrize(("read", "name"), [(mechanism, "apas-89"), (envelope, "nasa")])
def test_an_unknown_name_is_refused_with_the_known_ones(read: Any, name: str) -> None:
    with pytest.raises(MissionError, match=f"{name}.*apas-75"):
        read(name)


def test_a_mechanism_whose_petals_overlap_is_refused() -> None:
    data = mechanism("apas-75").model_dump()
    data["petals"]["root_width_m"] = 0.8
    with pytest.raises(ValueError, match=r"facing petals would overlap; make it less than 0\.725 m"):
        Mechanism.model_validate(data)


def test_an_envelope_without_an_inside_is_refused() -> None:
    data = envelope("apas-75").model_dump() | {"slowest_axial_speed_m_s": 0.5}
    with pytest.raises(ValueError, match="no speed is inside"):
        ContactEnvelope.model_validate(data)
