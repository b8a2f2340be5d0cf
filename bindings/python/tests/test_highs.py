"""What `solve` answers to problems too large to try every answer, against HiGHS, which shares nothing with it."""

from __future__ import annotations

import pytest

import hemvist

from .by_highs import best
from .conftest import random_problem


@pytest.mark.parametrize("seed", range(24))
def test_both_find_the_same_optimum(seed: int) -> None:
    # Sizes that HiGHS proves within a second or so; it takes minutes for twice as many children.
    children, families = 18 + seed // 2, 14 + seed // 3
    problem = random_problem(seed, children, families, groups=children // 4)
    solution = hemvist.solve(**problem)
    assert solution.status == "optimal"
    assert (solution.objective, True) == best(problem)


@pytest.mark.parametrize("seed", range(100, 110))
def test_both_agree_where_many_answers_tie(seed: int) -> None:
    problem = random_problem(seed, 22, 14, groups=6)
    problem["values"] = problem["values"] // 250 * 250
    assert (hemvist.solve(**problem).objective, True) == best(problem)


@pytest.mark.parametrize("seed", range(200, 210))
def test_both_agree_without_groups(seed: int) -> None:
    problem = random_problem(seed, 150, 100)
    assert (hemvist.solve(**problem).objective, True) == best(problem)
