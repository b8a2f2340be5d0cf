"""The cases that every face of Hemvist must answer with the same bytes, and the malformed documents with the same problems."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import hemvist
import hemvist.region

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
    total = 0
    try:
        pool_of(case)
    except hemvist.PoolError as error:
        problems, total = error.problems, error.total
    return hemvist.canonical_json(json.dumps(_told(problems) | {"total": total}))


def _told(problems: list[hemvist.Problem]) -> dict[str, Any]:
    """Problems as documents tell them."""

    def fields(problem: hemvist.Problem) -> dict[str, Any]:
        known = {name: getattr(problem, name) for name in ("allowed", "found") if getattr(problem, name) is not None}
        return known | {"code": problem.code, "number": problem.number, "path": problem.path}

    return {"problems": [fields(problem) for problem in problems]}


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


def plan_of(case: dict[str, Any]) -> hemvist.Plan:
    return hemvist.match(pool_of(case), policy_of(case), seed=case.get("seed"))


def audit(case: dict[str, Any]) -> bytes:
    return plan_of(case).audit(run=1).to_json()


def rank(case: dict[str, Any]) -> bytes:
    most, ruled_out = case.get("most", 3), case.get("ruled_out", False)
    return hemvist.rank(pool_of(case), case["child"], most, policy_of(case), ruled_out=ruled_out).to_json()


def alternatives(case: dict[str, Any]) -> bytes:
    return plan_of(case).alternatives(case["child"], case.get("most", 3)).to_json()


def why_not(case: dict[str, Any]) -> bytes:
    return plan_of(case).why_not(case["child"], case["family"]).to_json()


def what_if(case: dict[str, Any]) -> bytes:
    return plan_of(case).what_if(case["changes"], policy=policy_of(case, "then_policy")).to_json()


def choices(case: dict[str, Any]) -> bytes:
    return plan_of(case).choices().to_json()


def ties(case: dict[str, Any]) -> bytes:
    return plan_of(case).ties().to_json()


def robustness(case: dict[str, Any]) -> bytes:
    return plan_of(case).robustness(**{name: case[name] for name in ("share", "samples", "steps") if name in case}).to_json()


def questions(case: dict[str, Any]) -> bytes:
    return plan_of(case).questions(case.get("child")).to_json()


def calls(case: dict[str, Any]) -> bytes:
    options = {name: case[name] for name in ("rates", "unknown_rate") if name in case}
    return plan_of(case).calls(case.get("child"), case.get("most", 3), runs=case.get("runs", 0), **options).to_json()


def groups(case: dict[str, Any]) -> bytes:
    return plan_of(case).groups(case["labels"].encode(), least=case.get("least", 5)).to_json()


def region(case: dict[str, Any]) -> bytes:
    pool = pool_of(case) if "pool" in case or "example" in case else None
    return hemvist.region.ask(case["request"], pool, policy_of(case), seed=case.get("seed")).to_json()


_ALL = (
    match, validate, replay, canonical, lottery, audit, rank, alternatives, why_not, what_if, choices, ties, robustness, questions,
    calls, groups, region,
)  # fmt: skip
OPERATIONS = {run.__name__: run for run in _ALL}


def run(case: dict[str, Any]) -> bytes:
    """The bytes of a case; a question that is refused gives its problems."""
    try:
        return OPERATIONS[case["operation"]](case)
    except hemvist.ProblemsError as error:
        return hemvist.canonical_json(json.dumps(_told(error.problems)))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_case_gives_the_bytes_beside_it(path: Path) -> None:
    case = tomllib.loads(path.read_text("utf-8"))
    assert run(case) == path.with_suffix(".json").read_bytes()


def test_there_are_cases_of_every_operation() -> None:
    cases = [tomllib.loads(path.read_text("utf-8")) for path in CASES]
    assert {case["operation"] for case in cases} == OPERATIONS.keys()
    assert len(CASES) >= 120 and len(BAD_INPUT) >= 100


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
