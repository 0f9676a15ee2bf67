"""A craft and its modules as one rigid body, and the record that kernels read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.conventions import INCH, STANDARD_GRAVITY, Array
from softdock.errors import MissionError
from softdock.vehicle.assembly import Assembly, Attachment, RigidPart, assemble, combined, port_axes
from softdock.vehicle.craft import Craft, Port
from softdock.vehicle.library import load_vehicle
from softdock.vehicle.lowered import CRAFT, lowered

AT_DOCKING = 14246.0  # kg, CSM 12,240 and module 2,006

vectors = st.tuples(*[st.floats(-5.0, 5.0)] * 3).map(np.array)


@pytest.fixture(scope="module")
def apollo() -> Assembly:
    """CSM-111 with the Docking Module on its nose."""
    module = Attachment(load_vehicle("docking-module"), "nose", "csm")
    return assemble(load_vehicle("apollo-csm-111"), [module])


def part(mass: float, centre: Array, moments: Array, turn: Array) -> RigidPart:
    """A body with principal moments along turned axes."""
    q = np.linalg.qr(turn)[0]
    return RigidPart(mass, centre, q @ np.diag(moments) @ q.T)


def box(seed: int) -> RigidPart:
    """Some rigid body."""
    random = np.random.default_rng(seed)
    a, b, c = random.uniform(1.0, 4.0, 3) ** 2
    mass = random.uniform(100.0, 9000.0)
    moments = mass / 12.0 * np.array([b + c, a + c, a + b])
    return part(mass, random.uniform(-5.0, 5.0, 3), moments, random.standard_normal((3, 3)))


def test_two_point_masses_have_their_hand_calculated_inertia() -> None:
    nothing = np.zeros((3, 3))
    parts = [RigidPart(3.0, np.array([0.0, 0.0, 0.0]), nothing), RigidPart(1.0, np.array([4.0, 0.0, 0.0]), nothing)]
    centre, inertia = combined(parts)
    assert centre == pytest.approx([1.0, 0.0, 0.0])
    assert inertia == pytest.approx(np.diag([0.0, 12.0, 12.0]))


def test_off_diagonals_are_minus_the_integral_of_xy() -> None:
    nothing = np.zeros((3, 3))
    parts = [RigidPart(1.0, np.array([1.0, 1.0, 0.0]), nothing), RigidPart(1.0, np.array([-1.0, -1.0, 0.0]), nothing)]
    assert combined(parts)[1][0, 1] == pytest.approx(-2.0)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_order_of_joining_does_not_matter_and_the_result_could_be_a_body(first: int, second: int) -> None:
    a, b, c = box(first), box(second), box(first + second + 1)
    centre, inertia = combined([a, b, c])
    pair = RigidPart(a.mass + b.mass, *combined([a, b]))
    again, same = combined([pair, c])
    np.testing.assert_allclose(centre, again, atol=1e-12)
    np.testing.assert_allclose(inertia, same, rtol=1e-12, atol=1e-9)
    moments = np.linalg.eigvalsh(inertia)
    assert moments[0] > 0.0
    assert moments[2] < moments[0] + moments[1]


def test_apollo_13_docked_follows_from_its_two_craft() -> None:
    """Apollo 13 Mission Report, table A-I; its products are +integral(xy dm), the tensor's minus that."""
    pound, slug_ft2 = 0.45359237, 1.3558179483

    def craft(mass: float, centre: tuple[float, ...], moments: tuple[float, ...], xz: float, yz: float) -> RigidPart:
        inertia = np.diag(moments) - np.array([[0.0, 0.0, xz], [0.0, 0.0, yz], [xz, yz, 0.0]])
        return RigidPart(mass * pound, np.array(centre) * INCH, inertia * slug_ft2)

    csm = craft(63720.3, (934.5, 4.0, 6.5), (33995.0, 76486.0, 79123.0), -126.0, 3221.0)
    module = craft(33499.1, (1237.0, -0.1, 0.0), (22457.0, 24654.0, 25255.0), 95.0, 235.0)
    centre, inertia = combined([csm, module])
    assert centre[0] / INCH == pytest.approx(1038.7, abs=0.2)
    per_mille = 1e-3
    assert inertia[1, 1] / slug_ft2 == pytest.approx(534890.0, rel=per_mille)
    assert -inertia[0, 2] / slug_ft2 == pytest.approx(-9376.0, rel=5 * per_mille)
    assert -inertia[1, 2] / slug_ft2 == pytest.approx(3585.0, rel=5 * per_mille)


def test_the_stack_has_the_mass_properties_derived_for_it(apollo: Assembly) -> None:
    """The values worked out by hand for CSM and module at docking, good to 5 %."""
    centre, inertia = apollo.mass_properties(AT_DOCKING)
    assert 1000.0 + centre[0] / INCH == pytest.approx(999.0, abs=1.0)
    assert inertia[0, 0] == pytest.approx(21500.0, rel=0.02)
    assert inertia[1, 1] == pytest.approx(110000.0, rel=0.02)
    assert inertia[2, 2] == pytest.approx(110000.0, rel=0.02)
    craft = lowered(apollo, mass_kg=AT_DOCKING, port="apas")
    one_centimetre = 0.01
    assert craft.port_position == pytest.approx([5.98, 0.0, 0.0], abs=one_centimetre)


def test_masses_close(apollo: Assembly) -> None:
    assert apollo.dry_mass_kg == pytest.approx(10866.0 + 2006.0)
    assert apollo.dry_mass_kg + sum(apollo.initial_propellant.values()) == pytest.approx(12904.0 + 2006.0)


def test_between_rows_of_the_table_properties_are_interpolated(apollo: Assembly) -> None:
    low, middle, high = (apollo.mass_properties(2006.0 + mass) for mass in (12000.0, 12120.0, 12240.0))
    lead = [np.interp(12120.0, [12000.0, 12240.0], [-0.702, -0.747])]
    assert (middle[0][0] * 14126.0 - 2006.0 * (2.8 + 1.568)) / 12120.0 == pytest.approx(lead[0])
    assert low[1][0, 0] < middle[1][0, 0] < high[1][0, 0]


@pytest.mark.parametrize("mass", [12000.0, 20000.0, float("nan"), -1.0])
def test_a_mass_outside_the_table_is_refused(apollo: Assembly, mass: float) -> None:
    with pytest.raises(MissionError, match="outside its mass table"):
        apollo.mass_properties(mass)


def test_mated_ports_are_taken_and_the_others_move_along(apollo: Assembly) -> None:
    assert list(apollo.ports) == ["apas"]
    assert apollo.ports["apas"].position_m == pytest.approx((5.95, 0.0, 0.0))
    assert apollo.ports["apas"].axis == pytest.approx((1.0, 0.0, 0.0))
    assert apollo.ports["apas"].clock == pytest.approx((0.0, 0.0, 1.0))
    assert apollo.attached_names == ("docking-module",)


def test_drag_areas_add(apollo: Assembly) -> None:
    assert apollo.drag_area == pytest.approx(2.2 * (23.4 + 4.2))
    assert apollo.light_area == pytest.approx(1.3 * (23.4 + 4.2))


def test_an_unknown_port_is_refused_with_the_free_ones() -> None:
    csm, module = load_vehicle("apollo-csm-111"), load_vehicle("docking-module")
    with pytest.raises(MissionError, match="apollo-csm-111 has no free port 'tail'; its free ports are: nose"):
        assemble(csm, [Attachment(module, "tail", "csm")])
    with pytest.raises(MissionError, match="docking-module has no free port 'hatch'; its free ports are: apas, csm"):
        assemble(csm, [Attachment(module, "nose", "hatch")])
    with pytest.raises(MissionError, match="has no free port 'nose'; its free ports are: apas"):
        assemble(csm, [Attachment(module, "nose", "csm"), Attachment(module, "nose", "csm")])
    with pytest.raises(MissionError, match="has no free port 'nose'"):
        lowered(assemble(csm, [Attachment(module, "nose", "csm")]), mass_kg=AT_DOCKING, port="nose")


def sideways(craft: Craft) -> Craft:
    """The same module with its frame turned: x to starboard of what it was."""
    dcm = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    row = craft.mass_properties[0]
    xx, yy, zz = row.inertia_kg_m2
    ports = {
        name: Port(
            position_m=tuple(dcm @ port.position_m), axis=tuple(dcm @ port.axis), clock=tuple(dcm @ port.clock)
        )
        for name, port in craft.ports.items()
    }
    turned = row.model_copy(
        update={"centre_of_mass_m": tuple(dcm @ row.centre_of_mass_m), "inertia_kg_m2": (yy, xx, zz)}
    )
    return craft.model_copy(update={"ports": ports, "mass_properties": (turned,)})


def test_the_frame_of_a_module_does_not_matter(apollo: Assembly) -> None:
    module = sideways(load_vehicle("docking-module"))
    turned = assemble(apollo.craft, [Attachment(module, "nose", "csm")])
    for one, other in zip(apollo.mass_properties(AT_DOCKING), turned.mass_properties(AT_DOCKING), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(port_axes(turned.ports["apas"]), port_axes(apollo.ports["apas"]), atol=1e-12)


def test_port_axes_are_a_rotation_with_x_out_and_z_along_the_clock() -> None:
    port = Port(position_m=(0.0, 0.0, 0.0), axis=(0.0, 0.0, -1.0), clock=(0.6, 0.8, 0.0))
    axes = port_axes(port)
    assert axes @ axes.T == pytest.approx(np.eye(3))
    assert np.linalg.det(axes) == pytest.approx(1.0)
    assert axes[0] == pytest.approx([0.0, 0.0, -1.0])
    assert axes[2] == pytest.approx([0.6, 0.8, 0.0])


# ---- jets

SELECTIONS = {
    # AGC Comanche 055: what each pair of jets is fired for, as (jets, axis of force, axis of torque)
    "+pitch": ("C3 A3", None, (1, +1)),
    "-pitch": ("C4 A4", None, (1, -1)),
    "+yaw": ("D3 B3", None, (2, +1)),
    "-yaw": ("D4 B4", None, (2, -1)),
    "+roll AC": ("A1 C1", None, (0, +1)),
    "-roll AC": ("A2 C2", None, (0, -1)),
    "+roll BD": ("B1 D1", None, (0, +1)),
    "-roll BD": ("B2 D2", None, (0, -1)),
    "+X AC": ("A4 C3", (0, +1), None),
    "+X BD": ("B4 D3", (0, +1), None),
    "-X AC": ("A3 C4", (0, -1), None),
    "-X BD": ("B3 D4", (0, -1), None),
    "+Y": ("A1 C2", (1, +1), None),
    "-Y": ("A2 C1", (1, -1), None),
    "+Z": ("B1 D2", (2, +1), None),
    "-Z": ("B2 D1", (2, -1), None),
}


@pytest.mark.parametrize("selection", SELECTIONS)
def test_the_jet_selections_of_the_guidance_computer_do_what_they_say(apollo: Assembly, selection: str) -> None:
    names, force_wanted, torque_wanted = SELECTIONS[selection]
    craft = lowered(apollo, mass_kg=AT_DOCKING, port="apas")
    jets = list(apollo.jet_indices(names.split()))
    force, torque = craft.jet_force[jets].sum(axis=0), craft.jet_torque[jets].sum(axis=0)
    for vector, wanted, least in ((force, force_wanted, 800.0), (torque, torque_wanted, 1700.0)):
        if wanted is not None:
            axis, sign = wanted
            assert sign * vector[axis] > least
            others = np.delete(vector, axis)
            assert np.max(np.abs(others)) < 0.15 * sign * vector[axis]


def test_two_axial_jets_push_as_the_guidance_computer_says(apollo: Assembly) -> None:
    """Comanche 055: 874.378 N for two jets, canted 10 deg."""
    craft = lowered(apollo, mass_kg=AT_DOCKING, port="apas")
    push = craft.jet_force[list(apollo.jet_indices(("A4", "C3")))].sum(axis=0)
    assert push == pytest.approx([874.378, 0.0, 0.0], abs=0.5)


def test_the_record_holds_what_the_files_say(apollo: Assembly) -> None:
    craft = lowered(apollo, mass_kg=AT_DOCKING, port="apas")
    assert craft.dtype == CRAFT
    assert craft.jet_count == 16
    assert not craft.jet_force[16:].any()
    assert craft.jet_flow[0] == pytest.approx(443.9 / (280.0 * STANDARD_GRAVITY))
    assert craft.inertia @ craft.inertia_inverse == pytest.approx(np.eye(3))
    assert craft.minimum_pulse == 0.014
    assert craft.drag_area == apollo.drag_area
    assert craft.light_area == apollo.light_area


def test_soyuz_controls_all_axes_with_its_small_jets_alone_and_with_all() -> None:
    soyuz = assemble(load_vehicle("soyuz-7k-tm"))
    craft = lowered(soyuz, mass_kg=6680.0, port="apas")
    small = list(soyuz.jet_indices([f"DO-{i}" for i in range(1, 9)]))
    for jets in (small, list(range(craft.jet_count))):
        for axis in range(3):
            assert craft.jet_torque[jets, axis].max() > 10.0
            assert craft.jet_torque[jets, axis].min() < -10.0
    assert np.linalg.norm(craft.jet_force[small[0]]) == pytest.approx(12.0)
    assert np.linalg.norm(craft.jet_force[0]) == pytest.approx(98.0)
    assert soyuz.dry_mass_kg == pytest.approx(6110.0)


def test_a_craft_without_jets_has_none_in_its_record() -> None:
    module = assemble(load_vehicle("docking-module"))
    assert lowered(module, mass_kg=2006.0, port="apas").jet_count == 0
    assert module.jet_indices(()) == ()
