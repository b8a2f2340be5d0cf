"""The same problems as `hemvist.solve` takes, as the mixed-integer program that an integrator would write, for HiGHS."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np


@dataclass
class Program:
    """A zero-one program: maximise `value`, rows of sums between 0 and `most`."""

    value: list[float]
    rows: list[tuple[list[int], list[float], float, float]]
    whole: int
    """So many of the variables, the first ones, are whole; the others follow from them."""


def program(
    indptr: Sequence[int],
    indices: Sequence[int],
    values: Sequence[int],
    capacity: Sequence[int],
    group_ptr: Sequence[int] | None = None,
    group_members: Sequence[int] = (),
    group_policy: Sequence[int] = (),
    placed_value: int = 10_000,
    pair_bonus: int = 300,
) -> Program:
    """One variable for each candidate pair; one more for each pair of siblings who would rather share a home, and the home."""
    value = [float(placed_value + v) for v in values]
    rows: list[tuple[list[int], list[float], float, float]] = []
    at = [
        {int(indices[e]): e for e in range(int(indptr[i]), int(indptr[i + 1]))}
        for i in range(len(indptr) - 1)
    ]
    inside: list[list[int]] = [[] for _ in capacity]
    for row in at:
        if row:
            rows.append((list(row.values()), [1.0] * len(row), 0.0, 1.0))
        for family, e in row.items():
            inside[family].append(e)
    for held, most in zip(inside, capacity, strict=True):
        if held:
            rows.append((held, [1.0] * len(held), 0.0, float(most)))
    whole = len(value)
    pointers = [0] if group_ptr is None else [int(p) for p in group_ptr]
    for (a, b), policy in zip(itertools.pairwise(pointers), group_policy, strict=True):
        members = [int(m) for m in group_members[a:b]]
        if policy == 0:
            # Who has a home where the first has none cannot go there; elsewhere all go or none.
            for one, other in itertools.pairwise(members):
                for family in at[one].keys() | at[other].keys():
                    pair = [(at[m][family], s) for m, s in ((one, 1.0), (other, -1.0)) if family in at[m]]
                    rows.append(([e for e, _ in pair], [s for _, s in pair], 0.0, 0.0))
            # Each pair is in one home if the first member is in any.
            if len(members) > 1:
                pairs = len(members) * (len(members) - 1) // 2
                for e in at[members[0]].values():
                    value[e] += pair_bonus * pairs
            continue
        for one, other in itertools.combinations(members, 2):
            for family in at[one].keys() & at[other].keys():
                both = at[one][family], at[other][family]
                if policy == 2:
                    rows.append((list(both), [1.0, 1.0], 0.0, 1.0))
                else:
                    value.append(float(pair_bonus))
                    rows.extend(([e, len(value) - 1], [1.0, -1.0], 0.0, 1.0) for e in both)
    return Program(value, rows, whole)


def best(problem: dict[str, Any], threads: int = 1, time_limit: float = 600.0) -> tuple[int, bool]:
    """The greatest value that HiGHS finds, and whether it proves it."""
    return solved(program(**problem), threads, time_limit)


def solved(of: Program, threads: int = 1, time_limit: float = 600.0) -> tuple[int, bool]:
    """As `best`, for a program made before."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    for option, setting in [
        ("threads", threads),
        ("time_limit", time_limit),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),
    ]:
        highs.setOptionValue(option, setting)
    n = len(of.value)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = n, len(of.rows)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.array(of.value), np.zeros(n), np.ones(n)
    kind = highspy.HighsVarType
    lp.integrality_ = [kind.kInteger] * of.whole + [kind.kContinuous] * (n - of.whole)
    lp.row_lower_ = np.array([row[2] for row in of.rows])
    lp.row_upper_ = np.array([row[3] for row in of.rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum([len(row[0]) for row in of.rows]))).astype(np.int32)
    lp.a_matrix_.index_ = np.array([e for row in of.rows for e in row[0]], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([v for row in of.rows for v in row[1]], dtype=np.float64)
    highs.passModel(lp)
    highs.run()
    proven = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return round(highs.getInfo().objective_function_value), proven
