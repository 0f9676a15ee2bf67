"""Malformed TLE, OMM and OEM: what is replaced by what, where the fault is named and how."""

from __future__ import annotations

from typing import NamedTuple


class Broken(NamedTuple):
    """`old` becomes `new` in the good text; the message names the line and column and holds `says`."""

    old: str
    new: str
    line: int
    column: int
    says: str


TLE = {  # re-summed, so that the checksum is not what is found; lines 2 and 3 of the scene's text
    "classification": Broken("25544U 98", "25544X 98", 2, 8, "the classification is 'X'"),
    "satnum with leading blanks": Broken("1 25544U", "1   544U", 2, 3, "write it with leading zeros"),
    "satnum with a trailing blank": Broken("1 25544U", "1 2554 U", 2, 3, "write it with leading zeros"),
    "Alpha-5 with I": Broken("1 25544U", "1 I5544U", 2, 3, "25544, 00005 or A5544"),
    "Alpha-5 in lower case": Broken("1 25544U", "1 a5544U", 2, 3, "25544, 00005 or A5544"),
    "blank within the day": Broken("24001.5", "240 1.5", 2, 21, "the epoch's day is '0 1.51782528'"),
    "two objects": Broken("2 25544 ", "2 25545 ", 3, 3, "is of object 25545 and the line 1 above it of 25544"),
    "designator": Broken("98067A  ", "9806AA  ", 2, 10, "the international designator is '9806AA  '"),
    "year": Broken("24001.5", "2x001.5", 2, 19, "the epoch's year is '2x'"),
    "day 0": Broken("24001.5", "24000.5", 2, 21, "the epoch's day is 0 and 2024 has days 1 to 366"),
    "day 367": Broken("24001.5", "24367.5", 2, 21, "2024 has days 1 to 366"),
    "day 366 of 2023": Broken("24001.5", "23366.5", 2, 21, "2023 has days 1 to 365"),
    "day without its point": Broken("001.51782528", "001,51782528", 2, 21, "the epoch's day is '001,51782528'"),
    "rate without a point": Broken(" .00016717", " 000016717", 2, 34, "half the rate of mean motion"),
    "rate with a letter O": Broken(" .00016717", " .O0016717", 2, 34, "half the rate of mean motion"),
    "second rate": Broken(" 00000+0", " 00000 0", 2, 45, "a sixth of the second rate"),
    "B* with a point": Broken(" 10270-3", " .1027-3", 2, 54, "the drag term B* is ' .1027-3'"),
    "SGP4-XP": Broken("-3 0  9999", "-3 4  9999", 2, 63, "SGP4-XP"),
    "element set": Broken("0  9999", "0  9x99", 2, 65, "the element set's number"),
    "no blank before the day": Broken("U 98067A", "U_98067A", 2, 9, "holds '_' where a blank must be"),
    "inclination": Broken(" 51.6416", " 51.64x6", 3, 9, "the inclination is ' 51.64x6'"),
    "inclination of 191 deg": Broken(" 51.6416", "191.6416", 3, 9, "191.642 deg and must be at most 180 deg"),
    "node of 447 deg": Broken("247.4627", "447.4627", 3, 18, "at most 360 deg"),
    "eccentricity with a point": Broken("0006703", ".006703", 3, 27, "its point implied"),
    "argument": Broken("130.5360", "130.536 ", 3, 35, "the argument of perigee"),
    "anomaly": Broken("325.0288", "3-5.0288", 3, 44, "the mean anomaly"),
    "no motion": Broken("15.72125391", " 0.00000000", 3, 53, "the mean motion is 0 rev/day"),
    "negative motion": Broken("15.72125391", "-5.72125391", 3, 53, "the mean motion is '-5.72125391'"),
    "motion of 35": Broken("15.72125391", "35.72125391", 3, 53, "at most 20"),
    "revolution": Broken("43353", "4335x", 3, 64, "the revolution number"),
    "tab": Broken("2 25544  51", "2 25544\t 51", 3, 8, "holds a tab"),
    "byte order mark": Broken("ISS (", "\ufeffISS (", 1, 1, "byte order mark"),
    "Arabic digit": Broken("1 25544U", "1 2554\u0664U", 2, 7, "not printable ASCII"),
    "cut": Broken("253914335", "2539143", 3, 68, "has 67 characters and an element line has 69"),
    "blanks collapsed": Broken("25544  51", "25544 51", 3, 69, "its checksum is missing"),
    "blanks collapsed more": Broken("  00000+0  ", " 00000+0 ", 2, 68, "blanks were lost"),
    "no line 2": Broken("\n2 25544", "\nX 25544", 3, 1, "a line 2 is due here"),
    "no line 1": Broken("\n1 25544U", "\n3 25544U", 2, 1, "a line 1 is due here"),
    "a line 2 first": Broken("ISS (ZARYA)\n1 25544U", "2 25544U", 1, 1, "without a line 1 above it"),
    "long name": Broken("ISS (ZARYA)", "A" * 25, 1, 25, "at most 24 characters"),
    "HTML": Broken("ISS (ZARYA)", "\n<!DOCTYPE html>", 2, 0, "is a web page"),
}
OMM = {
    "no version": Broken("CCSDS_OMM_VERS = 2.0\n", "", 2, 1, "an OMM begins with CCSDS_OMM_VERS"),
    "version": Broken("VERS = 2.0", "VERS = 9.0", 1, 18, "is '9.0' and the known ones are"),
    "centre": Broken("= EARTH", "= MARS", 7, 15, "CENTER_NAME is MARS and SGP4 elements have EARTH"),
    "frame": Broken("= TEME", "= EME2000", 8, 13, "REF_FRAME is EME2000"),
    "time system": Broken("= UTC", "= TAI", 9, 15, "TIME_SYSTEM is TAI"),
    "theory": Broken("= SGP4", "= DSST", 10, 23, "MEAN_ELEMENT_THEORY is DSST"),
    "epoch": Broken("2024-01-01T12", "2024-13-01T12", 11, 9, "there is no such date as 2024-13-01"),
    "epoch in a leap second": Broken("12:25:40.104192", "23:59:60", 11, 9, "is in a leap second"),
    "epoch's hour": Broken("01T12:25", "01T24:25", 11, 9, "there is no time 24:25:40"),
    "unit": Broken("[rev/day]", "[rad/s]", 12, 15, "is in [rad/s] and is read in [rev/day]"),
    "eccentricity of 1": Broken(".0006703", "1.0", 13, 16, "ECCENTRICITY is 1 and must be at most"),
    "decimal comma": Broken("51.6416", "51,6416", 14, 15, "INCLINATION is '51,6416', which is no number"),
    "Fortran's exponent": Broken(".0001027", "1.027d-4", 23, 9, "BSTAR is '1.027d-4', which is no number"),
    "NaN": Broken("325.0288", "NaN", 17, 16, "MEAN_ANOMALY is 'NaN', which is no number"),
    "infinite": Broken("325.0288", "1e999", 17, 16, "beyond any number"),
    "missing": Broken("BSTAR = .0001027\n", "", 1, 18, "BSTAR is missing"),
    "twice": Broken("BSTAR =", "MEAN_ANOMALY =", 23, 16, "is given twice, first in line 17"),
    "unknown": Broken("BSTAR =", "BTERM =", 23, 9, "BTERM is not known here"),
    "no value": Broken("= 25544", "=", 20, 15, "NORAD_CAT_ID has no value"),
    "no pair": Broken("NORAD_CAT_ID = 25544", "NORAD 25544", 20, 1, "is not KEY = value"),
    "number in parts": Broken("= 25544", "= 2.5", 20, 16, "must be a whole number"),
    "SGP4-XP": Broken("EPHEMERIS_TYPE = 0", "EPHEMERIS_TYPE = 4", 18, 18, "only 0, SGP4, is known"),
    "classification": Broken("TYPE = U", "TYPE = X", 19, 23, "must be U, C or S"),
}
ROW3 = "2016-12-31T23:59:60.000 6778.0 15.2"
OEM = {
    "version": Broken("VERS = 2.0", "VERS = 7.0", 1, 1, "an OEM begins with"),
    "no META_START": Broken("META_START\n", "", 29, 0, "there is no META_START"),
    "no META_STOP": Broken("META_STOP\n", "", 5, 0, "META_START has no META_STOP"),
    "no TIME_SYSTEM": Broken("TIME_SYSTEM = UTC\n", "", 5, 0, "TIME_SYSTEM is missing"),
    "TIME_SYSTEM": Broken("= UTC", "= MET", 10, 15, "TIME_SYSTEM is MET"),
    "frame": Broken("= GCRF", "= TOD", 9, 13, "REF_FRAME is TOD"),
    "centre": Broken("= EARTH", "= MOON", 8, 15, "CENTER_NAME is MOON"),
    "key twice": Broken("OBJECT_ID =", "OBJECT_NAME =", 7, 15, "is given twice, first in line 6"),
    "unknown key": Broken("OBJECT_ID =", "OBJECT_NUMBER =", 7, 17, "is not known here"),
    "degree": Broken("DEGREE = 3", "DEGREE = 9", 14, 24, "needs 5 states where the segment has 4"),
    "no degree": Broken("INTERPOLATION_DEGREE = 3\n", "", 13, 17, "without INTERPOLATION_DEGREE"),
    "method": Broken("= HERMITE", "= SPLINE", 13, 17, "INTERPOLATION is SPLINE"),
    "epoch repeated": Broken(ROW3, "2016-12-31T23:59:59.000 6778.0 15.2", 19, 1, "repeats the one of the line above"),
    "epoch before": Broken(ROW3, "2016-12-31T23:59:58.500 6778.0 15.2", 19, 1, "is before the one of the line above"),
    "no leap second": Broken("SYSTEM = UTC", "SYSTEM = TAI", 19, 1, "there was no leap second then in TAI"),
    "day of year 000": Broken("2016-12-31T23:59:58.000 6", "2016-000T23:59:58.000 6", 17, 1, "there is no such date"),
    "day of year 367": Broken("2016-12-31T23:59:58.000 6", "2016-367T23:59:58.000 6", 17, 1, "there is no such date"),
    "digits": Broken("59:60.000 6", "59:60.0000000000000001 6", 19, 1, "has 16 digits after the point"),
    "year": Broken("2016-12-31T23:59:60.000 6", "1916-12-31T23:59:60.000 6", 19, 1, "the year is 1916"),
    "no epoch": Broken("2016-12-31T23:59:60.000 6", "31.12.2016T23:59:60 6", 19, 1, "is no epoch"),
    "stop before start": Broken("STOP_TIME = 2017", "STOP_TIME = 2015", 12, 13, "is not after START_TIME"),
    "states cut": Broken("2017-01-01T00:00:01.000 6778.0 30.4 0.0 0.0 7.6 0.0\n", "", 19, 0, "fetch the file again"),
    "row cut": Broken("30.4 0.0 0.0 7.6 0.0", "30.4 0.0", 20, 0, "has 4 entries"),
    "metres": Broken("6778.0 15.2", "6778000.0 15200", 19, 0, "give km from there, not m"),
    "inside the Earth": Broken("6778.0 15.2", "0.0 15.2", 19, 0, "km from the Earth's centre"),
    "metres a second": Broken("15.2 0.0 0.0 7.6", "15.2 0.0 0.0 7600", 19, 0, "give km/s, not m/s"),
    "NaN": Broken("6778.0 15.2", "nan 15.2", 19, 25, "X is 'nan', which is no number"),
    "Fortran's exponent": Broken("6778.0 15.2", "6778.0 1.52d1", 19, 32, "Y is '1.52d1'"),
    "decimal comma": Broken("6778.0 15.2", "6778.0 15,2", 19, 32, "Y is '15,2'"),
    "byte order mark": Broken("CCSDS_OEM", "\ufeffCCSDS_OEM", 1, 1, "byte order mark"),
    "useable outside": Broken(
        "INTERPOLATION = H", "USEABLE_STOP_TIME = 2018-001T00:00:00\nINTERPOLATION = H", 13, 21, "is outside the states"
    ),
    "covariance open": Broken("COVARIANCE_STOP\n", "", 21, 0, "COVARIANCE_START has no COVARIANCE_STOP"),
    "covariance of no time": Broken("EPOCH = 2016-12-31T23:59:59.000\n", "", 22, 1, "an EPOCH is due"),
    "covariance's frame": Broken("= RTN", "= XYZ", 23, 17, "COV_REF_FRAME is one of"),
    "covariance not positive": Broken("\n0.5 1.0", "\n1.5 1.0", 22, 9, "negative eigenvalue"),
    "covariance row": Broken("\n0.5 1.0", "\n0.5", 25, 0, "row 2 of the covariance has 1 numbers and needs 2"),
    "covariance outside": Broken("EPOCH = 2016-12-31T23:59:59", "EPOCH = 2016-12-31T23:59:50", 22, 9, "is outside"),
    "after the covariance": Broken("NCE_STOP\n", "NCE_STOP\nX = 1\n", 31, 0, "follows COVARIANCE_STOP"),
}  # fmt: skip
