"""What `solve` answers, against an exhaustive search that shares nothing with it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import hemvist

from .conftest import random_problem


def groups_of(problem: dict[str, Any]) -> list[tuple[list[int], int]]:
    """Members and policy of each group."""
    if problem.get("group_ptr") is None:
        return []
    ptr, members = list(problem["group_ptr"]), [int(m) for m in problem["group_members"]]
    return [(members[a:b], int(p)) for a, b, p in zip(ptr, ptr[1:], problem["group_policy"])]


def worth(problem: dict[str, Any], bins: tuple[int, ...]) -> int | None:
    """The objective of an answer by its definition; `None` if the answer breaks a rule."""
    placed_value, pair_bonus = problem.get("placed_value", 10_000), problem.get("pair_bonus", 300)
    total = 0
    for child, family in enumerate(bins):
        if family < 0:
            continue
        row = range(problem["indptr"][child], problem["indptr"][child + 1])
        found = [int(problem["values"][e]) for e in row if problem["indices"][e] == family]
        if not found:
            return None
        total += placed_value + found[0]
    for family, capacity in enumerate(problem["capacity"]):
        if bins.count(family) > capacity:
            return None
    for members, policy in groups_of(problem):
        families = [bins[m] for m in members]
        pairs = sum(a == b >= 0 for a, b in itertools.combinations(families, 2))
        if policy == 0 and len(set(families)) > 1:
            return None
        if policy == 2 and pairs:
            return None
        total += pair_bonus * pairs
    return total


def best(problem: dict[str, Any]) -> int:
    """The greatest worth over every answer."""
    ptr, indices = problem["indptr"], problem["indices"]
    choices = [[-1, *map(int, indices[ptr[i] : ptr[i + 1]])] for i in range(len(ptr) - 1)]
    return max(value for bins in itertools.product(*choices) if (value := worth(problem, bins)) is not None)


def test_the_yardstick_itself(small: dict[str, Any]) -> None:
    assert worth(small, (0, 1)) == 21_000
    assert worth(small, (1, 0)) == 21_500 == best(small)
    assert worth(small, (0, 0)) is None
    together = small | {"group_ptr": [0, 2], "group_members": [0, 1], "group_policy": [0]}
    assert best(together) == 0
    assert best(together | {"capacity": [2, 2]}) == 900 + 800 + 20_000 + 300
    assert best(together | {"capacity": [2, 2], "group_policy": [2]}) == 21_500
    assert worth(together | {"group_policy": [1]}, (0, -1)) == 10_900


def test_every_small_problem_is_solved_to_the_optimum() -> None:
    statuses = []
    for seed in range(400):
        problem = random_problem(seed, children=1 + seed % 6, families=1 + seed % 4, groups=seed % 3)
        solution = hemvist.solve(**problem)
        assert worth(problem, tuple(solution.bin.tolist())) == solution.objective == best(problem), seed
        assert solution.bound == solution.objective, seed
        statuses.append(solution.status)
    assert set(statuses) == {"optimal"}


def test_placing_a_child_outweighs_any_value(small: dict[str, Any]) -> None:
    crowded = small | {"indptr": [0, 2, 3], "indices": [0, 1, 0], "values": [1000, 0, 0]}
    assert hemvist.solve(**crowded).bin.tolist() == [1, 0]
    assert hemvist.solve(**crowded, placed_value=0).bin[0] == 0


def test_pair_bonus_counts_each_pair_once() -> None:
    group: dict[str, Any] = {"group_ptr": [0, 3], "group_members": [2, 0, 1], "group_policy": [1]}
    assert hemvist.solve([0, 1, 2, 3], [0, 0, 0], [0, 0, 0], [3], **group, placed_value=0, pair_bonus=7).objective == 21


def test_no_children_no_families_and_no_candidates() -> None:
    assert hemvist.solve([0], [], [], []).bin.tolist() == []
    assert hemvist.solve([0, 0], [], [], []).bin.tolist() == [-1]
    solution = hemvist.solve([0, 0, 1], [0], [5], [0])
    assert (solution.bin.tolist(), solution.objective, solution.status) == ([-1, -1], 0, "optimal")


def test_the_answer_has_the_documented_types(small: dict[str, Any]) -> None:
    solution = hemvist.solve(**small)
    assert solution.bin.dtype == np.int32
    assert solution.prices.dtype == np.int64 and solution.prices.shape == (2,)
    assert solution.child_prices.dtype == np.int64 and solution.child_prices.shape == (2,)
    assert type(solution.objective) is int and type(solution.bound) is int
    assert 0 <= solution.seconds < 60
    assert (solution.gap, solution.n_placed) == (0, 2)
    assert repr(solution).startswith("Solution(placed 2 of 2, objective=21500, bound=21500, status='optimal', seconds=")


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64])
def test_every_integer_type_gives_the_same_answer(dtype: type[np.generic]) -> None:
    problem = random_problem(3, 6, 4, 2)
    problem["values"] %= 100
    expected = hemvist.solve(**problem)
    converted = {name: array.astype(dtype) for name, array in problem.items()}
    assert hemvist.solve(**converted).bin.tolist() == expected.bin.tolist()
    backwards = {name: array.astype(array.dtype.newbyteorder(">")) for name, array in problem.items()}
    assert hemvist.solve(**backwards).bin.tolist() == expected.bin.tolist()


def test_arrays_with_gaps_and_read_only_arrays_are_taken() -> None:
    problem = random_problem(4, 6, 4, 2)
    expected = hemvist.solve(**problem).bin.tolist()
    strided = {name: np.repeat(array, 2)[::2] for name, array in problem.items()}
    assert hemvist.solve(**strided).bin.tolist() == expected
    for array in problem.values():
        array.flags.writeable = False
    assert hemvist.solve(**problem).bin.tolist() == expected
    lists = {name: array.tolist() for name, array in problem.items()}
    assert hemvist.solve(**lists).bin.tolist() == expected


def test_threads_do_not_change_the_answer() -> None:
    for seed in range(20):
        problem = random_problem(seed, 40, 20, 6)
        answers = [hemvist.solve(**problem, threads=threads) for threads in (1, 2, 3, 8, None)]
        assert len({answer.bin.tobytes() for answer in answers}) == 1, seed
        assert len({answer.prices.tobytes() for answer in answers}) == 1, seed
