"""The package as its user's type checker sees it: checked by mypy and by pyright in strict mode, never run."""

from __future__ import annotations

from typing import assert_type

import numpy as np
import numpy.typing as npt

import hemvist


def a_plan(path: str) -> list[tuple[str, str | None, int]]:
    pool = hemvist.Pool.read(path)
    policy = hemvist.Policy.default().with_weights({"needs": 300}, source="A meeting")
    plan = hemvist.match(pool, policy, time_limit=10, progress=lambda progress: print(progress.reached))
    assert_type(plan, hemvist.Plan)
    assert_type(plan.explain("c1"), hemvist.Explanation)
    assert_type(plan.explain("c1", "f1"), hemvist.Score)
    assert_type(plan.placements(), hemvist.Table)
    assert_type(hemvist.replay(plan.audit(run=1), pool).confirmed, bool)
    points = [(part.label("sv"), str(part.sentence), part.points) for part in plan.explain("c1", "f1").parts]
    return [(label, plan.family_of(sentence), value) for label, sentence, value in points]


def fits(pool: hemvist.Pool) -> npt.NDArray[np.int16]:
    try:
        return hemvist.score_matrix(pool, threads=2)
    except hemvist.ProblemsError as error:
        assert_type([problem.row for problem in error.problems], list[int | None])
        raise


def own_numbers() -> hemvist.Solution:
    solution = hemvist.solve([0, 1], np.array([0], np.int32), [900], [1])
    assert_type(solution.bin, npt.NDArray[np.int32])
    return solution
