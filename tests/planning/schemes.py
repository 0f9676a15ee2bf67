"""Whole schemes of rendezvous as a user writes them."""

from __future__ import annotations

NESTED = """
[[manoeuvres]]
preset = "CSI"
name = "NC1"
when = { seconds = 0 }
at = "TPI"
elevation_deg = 27.0

[[manoeuvres]]
preset = "NH"
name = "NC2"
when = { revolutions = 20 }
at = "NCC"
height_difference_km = 37.04

[[manoeuvres]]
preset = "NH"
name = "NCC"
when = { revolutions = 0.5 }
at = "TPI"
height_difference_km = 18.52

[[manoeuvres]]
preset = "NSR"
when = { minutes = 37 }

[[manoeuvres]]
preset = "TPI"
when = { minutes = 65 }
at = "TPF"

[[manoeuvres]]
preset = "TPF"
when = { target_travel_deg = 130 }
"""
"""The two-body example with its conditions: 10 and 20 n.mi, NSR 37 min after NCC, TPI 65 min after NSR."""
TERMINAL = """
[[manoeuvres]]
preset = "TPI"
when = { elevation_deg = 27.0 }
at = "TPF"

[[manoeuvres]]
preset = "TPF"
when = { target_travel_deg = 130.0 }
"""
CSI_CDH = """
[[manoeuvres]]
preset = "CSI"
when = { minutes = 20 }
at = "TPI"
elevation_deg = 26.6

[[manoeuvres]]
preset = "CDH"
when = { revolutions = 0.5 }

[[manoeuvres]]
preset = "TPI"
when = { minutes = 45 }
at = "TPF"

[[manoeuvres]]
preset = "TPF"
when = { target_travel_deg = 130.0 }
"""
STABLE_ORBIT = """
[[manoeuvres]]
preset = "Ti"
when = { minutes = 15 }
at = "arrival"
offset_lvlh_m = [-600.0, 0.0, 180.0]

[[manoeuvres]]
preset = "MC"
name = "MC1"
when = { minutes = 20 }
at = "arrival"
offset_lvlh_m = [-600.0, 0.0, 180.0]
free = []

[[manoeuvres]]
name = "arrival"
when = { after = "Ti", target_travel_deg = 330.0 }
"""
FOUR_ORBITS = """
[[manoeuvres]]
name = "DV1"
when = { revolutions = 0.55 }
free = ["forward"]

[[manoeuvres]]
preset = "DV2"
when = { revolutions = 0.5 }
at = "DV4"
phase_deg = 1.6

[[manoeuvres]]
preset = "DV4"
when = { after = "start", revolutions = 2.6 }
at = "DV5"
offset_lvlh_m = [-40000.0, 0.0, 12000.0]

[[manoeuvres]]
preset = "DV5"
when = { revolutions = 0.45 }
at = "braking"
offset_lvlh_m = [-1500.0, 0.0, 1000.0]

[[manoeuvres]]
preset = "braking"
when = { target_travel_deg = 150 }
relative_velocity_m_s = [0.5, 0.0, 0.0]
"""
TWO_ORBITS = """
[[manoeuvres]]
name = "DV1"
when = { minutes = 20 }
free = ["forward"]

[[manoeuvres]]
preset = "DV2"
when = { revolutions = 0.5 }
at = "DV4"
phase_deg = 2.2

[[manoeuvres]]
preset = "DV4"
when = { after = "start", revolutions = 1.25 }
at = "DV5"
offset_lvlh_m = [-60000.0, 0.0, 20000.0]

[[manoeuvres]]
preset = "DV5"
when = { revolutions = 0.35 }
at = "braking"
offset_lvlh_m = [-1500.0, 0.0, 1000.0]

[[manoeuvres]]
preset = "braking"
when = { target_travel_deg = 130 }
relative_velocity_m_s = [0.5, 0.0, 0.0]
"""
TWO_DAYS = """
[[manoeuvres]]
name = "DV1"
when = { revolutions = 2.5 }
free = ["forward"]

[[manoeuvres]]
preset = "DV2"
when = { revolutions = 0.5 }
at = "DV4"
phase_deg = 4.5

[[manoeuvres]]
name = "DV3"
when = { after = "start", revolutions = 16.3 }
free = ["forward", "across"]
achieves = [{ at = "DV5", out_of_plane_km = 0.0 }]

[[manoeuvres]]
preset = "DV4"
when = { after = "start", revolutions = 31.5 }
at = "DV5"
offset_lvlh_m = [-100000.0, 0.0, 25000.0]

[[manoeuvres]]
preset = "DV5"
when = { revolutions = 0.5, offset_min = -5}
at = "braking"
offset_lvlh_m = [-1500.0, 0.0, 1000.0]

[[manoeuvres]]
preset = "braking"
when = { target_travel_deg = 150 }
relative_velocity_m_s = [0.5, 0.0, 0.0]
"""
