"""One step of Dormand and Prince's 8(5,3) method with its 7th-order dense output, for a thrusting point mass.

Tableau: Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, 2nd ed., section II.5 and the
authors' published coefficients. The state is r [m], v [m/s] in GCRF and mass [kg].
"""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from ..astro.constants import MINIMUM_HEIGHT
from ..astro.environment import height
from ..conventions import Array, Record
from ..kernels import kernel
from ..numerics.vectors import norm
from .forces import acceleration
from .light_edges import step_to_light_edge

# fmt: off
_NODES = (
    0.0, 0.05260015195876773, 0.0789002279381516, 0.1183503419072274, 0.2816496580927726, 0.3333333333333333, 0.25,
    0.3076923076923077, 0.6512820512820513, 0.6, 0.8571428571428571, 1.0, 1.0, 0.1, 0.2, 0.7777777777777778,
)
_STAGES = (  # (stage, earlier stage, factor): what is not listed is zero
    (1, 0, 0.05260015195876773), (2, 0, 0.0197250569845379), (2, 1, 0.0591751709536137), (3, 0, 0.02958758547680685),
    (3, 2, 0.08876275643042054), (4, 0, 0.2413651341592667), (4, 2, -0.8845494793282861), (4, 3, 0.924834003261792),
    (5, 0, 0.037037037037037035), (5, 3, 0.17082860872947386), (5, 4, 0.12546768756682242), (6, 0, 0.037109375),
    (6, 3, 0.17025221101954405), (6, 4, 0.06021653898045596), (6, 5, -0.017578125), (7, 0, 0.03709200011850479),
    (7, 3, 0.17038392571223998), (7, 4, 0.10726203044637328), (7, 5, -0.015319437748624402),
    (7, 6, 0.008273789163814023), (8, 0, 0.6241109587160757), (8, 3, -3.3608926294469414),
    (8, 4, -0.868219346841726), (8, 5, 27.59209969944671), (8, 6, 20.154067550477894), (8, 7, -43.48988418106996),
    (9, 0, 0.47766253643826434), (9, 3, -2.4881146199716677), (9, 4, -0.590290826836843), (9, 5, 21.230051448181193),
    (9, 6, 15.279233632882423), (9, 7, -33.28821096898486), (9, 8, -0.020331201708508627),
    (10, 0, -0.9371424300859873), (10, 3, 5.186372428844064), (10, 4, 1.0914373489967295),
    (10, 5, -8.149787010746927), (10, 6, -18.52006565999696), (10, 7, 22.739487099350505),
    (10, 8, 2.4936055526796523), (10, 9, -3.0467644718982196), (11, 0, 2.273310147516538),
    (11, 3, -10.53449546673725), (11, 4, -2.0008720582248625), (11, 5, -17.9589318631188),
    (11, 6, 27.94888452941996), (11, 7, -2.8589982771350235), (11, 8, -8.87285693353063),
    (11, 9, 12.360567175794303), (11, 10, 0.6433927460157636), (12, 0, 0.054293734116568765),
    (12, 5, 4.450312892752409), (12, 6, 1.8915178993145003), (12, 7, -5.801203960010585),
    (12, 8, 0.3111643669578199), (12, 9, -0.1521609496625161), (12, 10, 0.20136540080403034),
    (12, 11, 0.04471061572777259), (13, 0, 0.056167502283047954), (13, 6, 0.25350021021662483),
    (13, 7, -0.2462390374708025), (13, 8, -0.12419142326381637), (13, 9, 0.15329179827876568),
    (13, 10, 0.00820105229563469), (13, 11, 0.007567897660545699), (13, 12, -0.008298), (14, 0, 0.03183464816350214),
    (14, 5, 0.028300909672366776), (14, 6, 0.053541988307438566), (14, 7, -0.05492374857139099),
    (14, 10, -0.00010834732869724932), (14, 11, 0.0003825710908356584), (14, 12, -0.00034046500868740456),
    (14, 13, 0.1413124436746325), (15, 0, -0.42889630158379194), (15, 5, -4.697621415361164),
    (15, 6, 7.683421196062599), (15, 7, 4.06898981839711), (15, 8, 0.3567271874552811),
    (15, 12, -0.0013990241651590145), (15, 13, 2.9475147891527724), (15, 14, -9.15095847217987),
)
_FIFTH = (
    0.01312004499419488, 0.0, 0.0, 0.0, 0.0, -1.2251564463762044, -0.4957589496572502, 1.6643771824549864,
    -0.35032884874997366, 0.3341791187130175, 0.08192320648511571, -0.022355307863886294, 0.0,
)
_THIRD = (
    -0.18980075407240762, 0.0, 0.0, 0.0, 0.0, 4.450312892752409, 1.8915178993145003, -5.801203960010585,
    -0.4226823213237919, -0.1521609496625161, 0.20136540080403034, 0.02265179219836082, 0.0,
)
_DENSE = (
    (0, 0, -8.428938276109013), (0, 5, 0.5667149535193777), (0, 6, -3.0689499459498917), (0, 7, 2.38466765651207),
    (0, 8, 2.117034582445028), (0, 9, -0.871391583777973), (0, 10, 2.2404374302607883), (0, 11, 0.6315787787694688),
    (0, 12, -0.08899033645133331), (0, 13, 18.148505520854727), (0, 14, -9.194632392478356),
    (0, 15, -4.436036387594894), (1, 0, 10.427508642579134), (1, 5, 242.28349177525817), (1, 6, 165.20045171727028),
    (1, 7, -374.5467547226902), (1, 8, -22.113666853125306), (1, 9, 7.733432668472264), (1, 10, -30.674084731089398),
    (1, 11, -9.332130526430229), (1, 12, 15.697238121770845), (1, 13, -31.139403219565178),
    (1, 14, -9.35292435884448), (1, 15, 35.81684148639408), (2, 0, 19.985053242002433), (2, 5, -387.0373087493518),
    (2, 6, -189.17813819516758), (2, 7, 527.8081592054236), (2, 8, -11.57390253995963), (2, 9, 6.8812326946963),
    (2, 10, -1.0006050966910838), (2, 11, 0.7777137798053443), (2, 12, -2.778205752353508),
    (2, 13, -60.19669523126412), (2, 14, 84.32040550667716), (2, 15, 11.99229113618279), (3, 0, -25.69393346270375),
    (3, 5, -154.18974869023643), (3, 6, -231.5293791760455), (3, 7, 357.6391179106141), (3, 8, 93.40532418362432),
    (3, 9, -37.45832313645163), (3, 10, 104.0996495089623), (3, 11, 29.8402934266605), (3, 12, -43.53345659001114),
    (3, 13, 96.32455395918828), (3, 14, -39.17726167561544), (3, 15, -149.72683625798564),
)

# fmt: on

STAGES = 16  # 12 of the step, its end point, 3 for the dense output
COEFFICIENTS = 7  # of the dense output, per component
STRIDE = 2.4  # rad of the shortest wave of the field in one step
_BEYOND = 1e-5  # s outside a step that is rounding


def _matrix(rows: int, entries: tuple[tuple[int, int, float], ...]) -> Array:
    matrix = np.zeros((rows, STAGES))
    for i, j, value in entries:
        matrix[i, j] = value
    return matrix


NODES, STAGE, DENSE = np.array(_NODES), _matrix(STAGES, _STAGES), _matrix(4, _DENSE)
FIFTH, THIRD = np.array(_FIFTH), np.array(_THIRD)

RUNNING, ARRIVED, UNDERFLOW, TOO_LOW = 0, 1, 2, 3

STEPPER = np.dtype(
    [
        ("t", "f8"),
        ("until", "f8"),
        ("step", "f8"),  # s, the next one to try; its sign is the direction of travel
        ("rtol", "f8"),  # relative to |r| and to |v|
        ("y", "f8", 7),
        ("trial", "f8", 7),
        ("rates", "f8", (STAGES, 7)),
        ("force", "f8", 3),  # N in GCRF, constant
        ("flow", "f8"),  # kg/s, positive out
        ("drag_area", "f8"),  # m^2, drag coefficient times area
        ("light_area", "f8"),  # m^2, radiation pressure coefficient times area
        ("dense", "i8"),
        ("fresh", "i8"),  # 1 when rates[0] does not belong to y yet
        ("rejected", "i8"),  # 1 when the last attempt was
        ("status", "i8"),
    ],
    align=True,
)


@kernel
def _evaluate(env: Record, s: Record, stage: int, t: float) -> None:
    """Put the rates of the trial state into one row."""
    y = s.trial
    mass = y[6]
    a = acceleration(env, t, (y[0], y[1], y[2]), (y[3], y[4], y[5]), s.drag_area / mass, s.light_area / mass)
    for i in range(3):
        s.rates[stage, i] = y[3 + i]
        s.rates[stage, 3 + i] = a[i] + s.force[i] / mass
    s.rates[stage, 6] = -s.flow


@kernel
def _stage(env: Record, s: Record, stage: int, h: float) -> None:
    """Form the trial state of one stage and evaluate it."""
    for i in range(7):
        total = 0.0
        for j in range(stage):
            total += STAGE[stage, j] * s.rates[j, i]
        s.trial[i] = s.y[i] + h * total
    _evaluate(env, s, stage, s.t + NODES[stage] * h)


@kernel
def _error(s: Record, h: float) -> float:
    """Estimated local error over the tolerance: the blend of a 5th- and a 3rd-order estimate."""
    scale_r = s.rtol * norm((s.y[0], s.y[1], s.y[2]))
    scale_v = s.rtol * max(norm((s.y[3], s.y[4], s.y[5])), 1.0)  # also for a craft at rest
    fifth, third = 0.0, 0.0
    for i in range(6):  # the mass is linear in time: no error
        e5, e3 = 0.0, 0.0
        for j in range(13):
            e5 += FIFTH[j] * s.rates[j, i]
            e3 += THIRD[j] * s.rates[j, i]
        scale = scale_r if i < 3 else scale_v
        fifth += e5 * e5 / (scale * scale)
        third += e3 * e3 / (scale * scale)
    if fifth == 0.0 and third == 0.0:
        return 0.0
    return abs(h) * fifth / sqrt((fifth + 0.01 * third) * 6.0)


@kernel
def _store_dense(env: Record, s: Record, h: float, end: Record, out: Record) -> None:
    """Coefficients of the 7th-order interpolant of the step just accepted; s.y is still its start."""
    for stage in range(13, STAGES):
        _stage(env, s, stage, h)
    for i in range(7):
        change = end[i] - s.y[i]
        out[0, i] = change
        out[1, i] = h * s.rates[0, i] - change
        out[2, i] = 2.0 * change - h * (s.rates[12, i] + s.rates[0, i])
        for k in range(4):
            total = 0.0
            for j in range(STAGES):
                total += DENSE[k, j] * s.rates[j, i]
            out[3 + k, i] = h * total


@kernel
def _try_step(env: Record, s: Record, h: float) -> float:
    """Evaluate one step of h [s]; the trial state holds its end. Returns the error over the tolerance."""
    if s.fresh != 0:
        for i in range(7):
            s.trial[i] = s.y[i]
        _evaluate(env, s, 0, s.t)
        s.fresh = 0
    for stage in range(1, 13):
        _stage(env, s, stage, h)
    return _error(s, h)


@kernel
def advance(env: Record, s: Record, starts: Array, spans: Array, states: Array, dense: Array) -> int:
    """Take steps until the arrays are full, the end is reached or the flight cannot go on; returns their number.

    starts, spans (n,) [s] · states (n + 1, 7): before each step and after the last · dense (n, 7, 7)
    """
    count = 0
    while s.status == RUNNING and count < starts.shape[0]:
        h, error, last = _attempt(env, s)
        if not error < 1.0:
            continue
        states[count, :] = s.y
        states[count + 1, :] = s.trial
        starts[count], spans[count] = s.t, h
        if s.dense != 0:
            _store_dense(env, s, h, states[count + 1], dense[count])
        _accept(env, s, h, last, error, states[count + 1])
        count += 1
    return count


@kernel
def land(env: Record, s: Record, t: float) -> None:
    """Take steps to t [s] and keep none of them; the status says whether t was reached."""
    s.until, s.status = t, RUNNING
    while s.status == RUNNING:
        h, error, last = _attempt(env, s)
        if error < 1.0:
            _accept(env, s, h, last, error, s.trial)


@kernel
def _attempt(env: Record, s: Record) -> tuple[float, float, bool]:
    """Try one step and shrink the next if it fails; returns its span [s], its error and whether it ends the flight."""
    left = s.until - s.t
    last = abs(s.step) >= abs(left) * 0.999999  # no sliver of a step at the end
    whole = left if last else s.step
    h = step_to_light_edge(env, s, whole)
    last = last and h == whole
    error = _try_step(env, s, h)
    if not error < 1.0:  # also when it is nan: a trial state left the domain
        shrink = max(0.9 / sqrt(sqrt(sqrt(error))), 0.2) if error >= 1.0 else 0.2
        s.step = h * shrink
        s.rejected = 1
        if abs(s.step) < 1e-6:
            s.status = UNDERFLOW
    return (h, error, last)


@kernel
def _accept(env: Record, s: Record, h: float, last: bool, error: float, end: Record) -> None:
    """Move to the end of the step and choose the next."""
    s.t = s.until if last else s.t + h
    for i in range(7):
        s.y[i] = end[i]
        s.rates[0, i] = s.rates[12, i]
    grow = min(0.9 / sqrt(sqrt(sqrt(max(error, 1e-12)))), 10.0)
    if s.rejected != 0:
        grow = min(grow, 1.0)
    proposed = h * max(grow, 0.2)
    longest = _stride(env, s)
    proposed = min(max(proposed, -longest), longest)
    s.step = proposed if not last or abs(proposed) > abs(s.step) else s.step
    s.rejected = 0
    if not height(env, s.t, (s.y[0], s.y[1], s.y[2])) >= MINIMUM_HEIGHT:
        s.status = TOO_LOW
    elif last:
        s.status = ARRIVED


@kernel
def _stride(env: Record, s: Record) -> float:
    """Longest step [s] that the error estimate can judge: it is blind to much shorter waves of the field."""
    r, v = norm((s.y[0], s.y[1], s.y[2])), norm((s.y[3], s.y[4], s.y[5]))
    stride: float = STRIDE * r / (max(v, 1.0) * max(float(env.degree), 1.0))
    return stride


@kernel
def interpolate(starts: Array, spans: Array, states: Array, dense: Array, times: Array, out: Array) -> None:
    """States (n, 7) at `times` [s] from the steps of an arc whose earliest moments ascend; nan outside."""
    count = starts.shape[0]
    for n in range(times.shape[0]):
        t = times[n]
        low, high = 0, count
        while high - low > 1:
            middle = (low + high) // 2
            if t >= min(starts[middle], starts[middle] + spans[middle]):
                low = middle
            else:
                high = middle
        x = (t - starts[low]) / spans[low]
        slack = _BEYOND / abs(spans[low])
        if not -slack <= x <= 1.0 + slack:
            for i in range(7):
                out[n, i] = nan
            continue
        for i in range(7):
            value = 0.0
            for k in range(COEFFICIENTS - 1, -1, -1):
                value = (value + dense[low, k, i]) * (x if k % 2 == 0 else 1.0 - x)
            out[n, i] = states[low, i] + value
