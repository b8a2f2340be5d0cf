"""The cases that every face of Hemvist must answer with the same bytes, and the malformed documents with the same problems."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import hemvist

from .conftest import EXAMPLES, ROOT

CASES = sorted((ROOT / "tests" / "cases").glob("*.toml"))
BAD_INPUT = sorted((ROOT / "tests" / "bad-input").glob("*.toml"))


def pool_of(case: dict[str, Any], key: str = "pool") -> hemvist.Pool:
    return hemvist.Pool.from_json(case[key]) if key in case else hemvist.Pool.read(EXAMPLES / case["example"])


def policy_of(case: dict[str, Any], key: str = "policy") -> hemvist.Policy | None:
    return hemvist.Policy.from_toml(case[key]) if key in case else None


def match(case: dict[str, Any]) -> bytes:
    return hemvist.match(pool_of(case), policy_of(case), seed=case.get("seed")).to_json()


def validate(case: dict[str, Any]) -> bytes:
    problems: list[hemvist.Problem] = []
    try:
        pool_of(case)
    except hemvist.PoolError as error:
        problems = error.problems

    def fields(problem: hemvist.Problem) -> dict[str, Any]:
        known = {name: getattr(problem, name) for name in ("allowed", "found") if getattr(problem, name) is not None}
        return known | {"code": problem.code, "number": problem.number, "path": problem.path}

    return hemvist.canonical_json(json.dumps({"problems": [fields(problem) for problem in problems]}))


def replay(case: dict[str, Any]) -> bytes:
    plan = hemvist.match(pool_of(case), policy_of(case), seed=case.get("seed"))
    then = pool_of(case, "then_pool") if "then_pool" in case else plan.pool
    policy = policy_of(case, "then_policy" if "then_policy" in case else "policy")
    replayed = hemvist.replay(plan.audit(run=1), then, policy)
    answer = {"confirmed": replayed["confirmed"], "differences": replayed["differences"]}
    return hemvist.canonical_json(json.dumps(answer))


def canonical(case: dict[str, Any]) -> bytes:
    return hemvist.canonical_json(case["document"])


def lottery(case: dict[str, Any]) -> bytes:
    return hemvist.canonical_json(json.dumps({"order": hemvist.draw(case["seed"], case["ids"])}))


OPERATIONS = {run.__name__: run for run in (match, validate, replay, canonical, lottery)}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_case_gives_the_bytes_beside_it(path: Path) -> None:
    case = tomllib.loads(path.read_text("utf-8"))
    assert OPERATIONS[case["operation"]](case) == path.with_suffix(".json").read_bytes()


def test_there_are_cases() -> None:
    assert len(CASES) >= 50 and len(BAD_INPUT) >= 100


@pytest.mark.parametrize("path", BAD_INPUT, ids=lambda path: path.stem)
def test_every_malformed_document_gives_its_problems(path: Path) -> None:
    case = tomllib.loads(path.read_text("utf-8"))
    allow = case.get("allow_identity_numbers", False)
    found: list[hemvist.Problem] = []
    total = 0
    try:
        if "make" in case:
            text = "".join(part["text"] * part["times"] for part in case["make"])
            hemvist.Pool.from_json(text, allow_identity_numbers=allow)
        elif path.with_suffix("").is_dir():
            hemvist.Pool.read(path.with_suffix(""), allow_identity_numbers=allow)
        else:
            hemvist.Pool.from_json(path.with_suffix(".json").read_bytes(), allow_identity_numbers=allow)
    except hemvist.PoolError as error:
        found, total = error.problems, error.total
        assert str(error).count("\n") <= 21
    expected = [tuple(problem) for problem in case["problems"]]
    assert [(problem.code, problem.path) for problem in found[: len(expected)]] == expected
    assert total == case.get("total", len(expected))
