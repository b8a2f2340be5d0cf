"""Wrong arguments: `ValueError` that names the argument and the position, never anything else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import hemvist

GROUP: dict[str, Any] = {"group_ptr": [0, 2], "group_members": [0, 1], "group_policy": [0]}

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"indptr": []}, "indptr is empty"),
    ({"indptr": [1, 2, 4]}, r"indptr\[0\] is 1"),
    ({"indptr": [0, 3, 2]}, r"indptr\[2\] is 2, less than the 3 before it"),
    ({"indptr": [0, 2, 3]}, r"indptr\[2\] is 3, but indices has 4 entries"),
    ({"indptr": [0, -2, 4]}, r"indptr\[1\] is -2"),
    ({"indptr": np.array([0, 2, 2**63], np.uint64)}, r"indptr\[2\] is 9223372036854775808"),
    ({"indptr": [0, 2, 10**30]}, "indptr has dtype object"),
    ({"indptr": [[0, 2, 4]]}, "indptr has 2 dimensions"),
    ({"indptr": 4}, "indptr has 0 dimensions"),
    ({"indptr": [[0], [2, 4]]}, "indptr cannot be read"),
    ({"indptr": None}, "indptr has 0 dimensions"),
    ({"indices": [0, 1, 0, 2]}, r"indices\[3\] is 2; allowed: 0 to 1"),
    ({"indices": [0, 1, -1, 1]}, r"indices\[2\] is -1"),
    ({"indices": [1, 0, 0, 1]}, r"indices\[1\] is 0; each child's families must be in ascending order"),
    ({"indices": [1, 1, 0, 1]}, r"indices\[1\] is 1; each child's families must be in ascending order, each once"),
    ({"indices": [0.0, 1.0, 0.0, 1.0]}, "indices has dtype float64"),
    ({"indices": ["a", "b", "\ud800", "d"]}, "indices has dtype <U"),
    ({"indices": [True, False, True, False]}, "indices has dtype bool"),
    ({"indices": np.array([0, 1, 0, 1], "M8[D]")}, "indices has dtype datetime64"),
    ({"values": [900, 700, 800]}, "values has 3 entries, but indices has 4"),
    ({"values": [900, 700, -1, 100]}, r"values\[2\] is -1"),
    ({"values": [900, 700, float("nan"), 100]}, "values has dtype float64"),
    ({"values": [2**63 - 1, 0, 0, 0]}, r"values\[0\] plus placed_value is beyond 64 bits"),
    ({"values": [2**62, 0, 0, 0]}, "values, placed_value and pair_bonus: .* overflows"),
    ({"capacity": [1, -1]}, r"capacity\[1\] is -1"),
    ({"capacity": [1, 2**32]}, r"capacity\[1\] is 4294967296"),
    ({"capacity": []}, r"indices\[0\] is 0; nothing is allowed here"),
    (GROUP | {"group_policy": None}, "group_policy is missing"),
    ({"group_ptr": [0]}, "group_members is missing"),
    (GROUP | {"group_policy": [3]}, r"group_policy\[0\] is 3; allowed: 0 to 2"),
    (GROUP | {"group_policy": [0, 1]}, "group_policy has 2 entries, but group_ptr describes 1 groups"),
    (GROUP | {"group_ptr": [0, 1]}, r"group_ptr\[1\] is 1, but group_members has 2 entries"),
    (GROUP | {"group_members": [0, 2]}, r"group_members\[1\] is 2; allowed: 0 to 1"),
    (GROUP | {"group_members": [1, 1]}, r"group_members\[1\] is 1, who is in a group already"),
    (GROUP | {"group_ptr": [0, 1, 2], "group_members": [1, 1], "group_policy": [0, 1]}, r"group_members\[1\] is 1"),
    ({"placed_value": -1}, "placed_value is -1"),
    ({"placed_value": 2**41}, "placed_value is 2199023255552; allowed: 0 to 1099511627776"),
    ({"placed_value": 10**5000}, "placed_value is huge"),
    ({"placed_value": 1.5}, "placed_value must be a whole number"),
    ({"pair_bonus": -1}, "pair_bonus is -1"),
    ({"time_limit": -1}, "time_limit is -1"),
    ({"time_limit": float("nan")}, "time_limit is nan"),
    ({"time_limit": "soon"}, "time_limit must be a number"),
    ({"time_limit": 10**400}, "time_limit must be a number"),
    ({"threads": 0}, "threads is 0; allowed: 1 to 1024"),
    ({"threads": 10**9}, "threads is 1000000000"),
]


@pytest.mark.parametrize(("change", "message"), WRONG, ids=[message for _, message in WRONG])
def test_wrong_arguments_are_named(small: dict[str, Any], change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        hemvist.solve(**(small | change))


def test_the_right_arguments_beside_them_pass(small: dict[str, Any]) -> None:
    for change in ({}, GROUP, {"time_limit": 1e300}, {"time_limit": float("inf")}, {"placed_value": 2**40}, {"threads": 1024}):
        assert hemvist.solve(**(small | change)).status == "optimal"


def test_options_are_keywords(small: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        hemvist.solve(*small.values(), [0])  # type: ignore[call-arg]


def test_random_rubbish_raises_nothing_else(small: dict[str, Any]) -> None:
    rng = np.random.default_rng(5)
    outcomes: set[str] = set()
    for _ in range(3000):
        arguments = small | GROUP
        for _ in range(rng.integers(1, 4)):
            name = rng.choice(list(arguments))
            low, high = [(-2, 5), (0, 3), (-(2**62), 2**62)][rng.integers(3)]
            arguments[name] = rng.integers(low, high, rng.integers(0, 6)).astype([np.int32, np.int64][rng.integers(2)])
        try:
            outcomes.add(hemvist.solve(**arguments).status)
        except ValueError as error:
            outcomes.add("refused")
            assert str(error).split("[")[0].split(" ")[0].rstrip(",") in arguments | {"values": 0}
    assert outcomes == {"optimal", "refused"}
