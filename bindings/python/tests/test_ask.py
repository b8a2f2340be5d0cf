"""What a plan answers: agrees with the plan and with matches from nothing, keeps its limits, refuses what is wrong."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

import hemvist
from hemvist import _rows, region

from .conftest import TINY
from .test_conformance import CASES


def test_a_regret_is_what_a_match_with_the_lock_loses(skane: hemvist.Pool, skane_plan: hemvist.Plan) -> None:
    for child in ("C-005", "C-015", "C-056"):
        answer = skane_plan.alternatives(child, k=2)
        for row in answer.table():
            document = skane.to_dict()
            document["choices"].append({"kind": "lock", "child": child, "family": row["family"], "reason": "a test"})
            locked = hemvist.match(hemvist.Pool.from_json(document))
            before, after = skane_plan["objective"]["tiers"], locked["objective"]["tiers"]
            assert [row[f"regret_{tier}"] for tier in before] == [before[tier] - after[tier] for tier in before]
            moved = [move["child"] for move in answer.table("moves") if move["family"] == row["family"]]
            assert sorted([*moved, child]) == skane_plan.moves(locked)["child"]
            why = skane_plan.why_not(child, row["family"])
            assert why["regret"] == next(f["regret"] for f in answer["families"] if f["family"] == row["family"])
            assert why.answer == ("tied" if row["tied"] else "loses")


def test_why_not_says_what_stands_in_the_way(skane_plan: hemvist.Plan) -> None:
    ruled_out = skane_plan.why_not("C-001", "F-007")
    assert ruled_out.answer == "ruled_out" and ruled_out.regret is None and ruled_out.table("reasons")["rule"]
    assert str(ruled_out).startswith("C-001 cannot go to F-007") and ruled_out.sentence is not None
    assert ruled_out.sentence.sv.startswith("C-001 kan inte komma till F-007")
    proposed = skane_plan.why_not("C-015", "F-048")
    assert proposed.answer == "proposed" and proposed.regret is not None and proposed.regret["fit"] == 0
    assert skane_plan.why_not("C-044", "F-048").answer == "stays"


def test_what_if_gives_the_plan_of_the_changed_pool(skane: hemvist.Pool, skane_plan: hemvist.Plan) -> None:
    answer = skane_plan.what_if(
        ban=[("C-015", "F-048"), ("C-005", "F-015")], withdraw="F-001", leave=["C-001"], places={"F-048": 2}, reason="a test"
    )
    assert answer.plan.to_json() == hemvist.match(answer.pool).to_json()
    assert answer["plan"] == answer.plan.to_dict() and "F-001" not in answer.pool.family_ids
    assert answer.table("left")["child"] == ["C-001"] and "C-015" in answer.table("moves")["child"]
    assert sorted(answer.table("moves")["child"]) == [c for c in skane_plan.moves(answer.plan)["child"] if c != "C-001"]
    assert skane.n_families == answer.pool.n_families + 1
    further = answer.plan.what_if(lift=("C-015", "F-048")).plan
    assert further.family_of("C-015") == "F-048"
    assert [choice["reason"] for choice in answer.pool["choices"]].count("a test") == 2


def test_what_if_with_another_policy(skane: hemvist.Pool, skane_plan: hemvist.Plan) -> None:
    near = hemvist.Policy.default().with_weights({"travel_home": 1000})
    answer = skane_plan.what_if(policy=near)
    assert answer.plan == hemvist.match(skane, near) and answer.plan.policy == near and answer["regret"] is None


def test_what_if_adds_to_a_document(skane_plan: hemvist.Plan) -> None:
    changes: dict[str, Any] = {"format": "hemvist.changes/1", "withdrawn": ["F-001"]}
    for given in (changes, json.dumps(changes), json.dumps(changes).encode()):
        answer = skane_plan.what_if(given, withdraw=["F-002"])
        assert {"F-001", "F-002"}.isdisjoint(answer.pool.family_ids)
    assert changes == {"format": "hemvist.changes/1", "withdrawn": ["F-001"]}


def test_a_plan_from_a_pickle_can_be_asked(skane_plan: hemvist.Plan) -> None:
    restored: hemvist.Plan = pickle.loads(pickle.dumps(skane_plan))
    replayed = hemvist.replay(skane_plan.audit(), skane_plan.pool).plan
    for plan in (restored, replayed):
        assert plan.alternatives("C-015") == skane_plan.alternatives("C-015")
    what_if = pickle.loads(pickle.dumps(skane_plan.what_if(withdraw="F-001")))
    assert what_if.plan.why_not("C-005", "F-019").answer in {"loses", "tied", "proposed"}


def test_a_plan_that_cannot_be_made_again_is_not_asked(skane: hemvist.Pool) -> None:
    limited = hemvist.match(skane, time_limit=60)
    assert pickle.loads(pickle.dumps(limited)).ties().unique == limited.ties().unique
    document = limited.to_dict()
    document["placed"], state = document["placed"][1:], list(limited._state())
    state[3] = hemvist.canonical_json(json.dumps(document))
    other = hemvist.Plan._restored(limited.pool, limited.policy, tuple(state))
    with pytest.raises(hemvist.NotRepeatableError) as caught:
        other.ties()
    assert caught.value.code == "not_repeatable"


def test_the_whole_pool_at_once(skane_plan: hemvist.Plan) -> None:
    every = skane_plan.alternatives_of_all(2)
    assert [answer.child for answer in every] == sorted(
        [*skane_plan.placements()["child"], *skane_plan.unplaced()["child"]]
    )
    assert all(answer == skane_plan.alternatives(answer.child, 2) for answer in every[::12])
    regrets = skane_plan.regrets()
    assert regrets["child"] == skane_plan.placements()["child"] and regrets["home"] == skane_plan.placements()["family"]
    assert pl.DataFrame(regrets).filter(pl.col("regret_urgency") < 0).is_empty()


def test_locks_bans_and_lots(skane_plan: hemvist.Plan) -> None:
    priced = skane_plan.choices().table()
    assert len(priced) == sum(choice["kind"] != "considered" for choice in skane_plan.pool["choices"])
    ties = skane_plan.ties()
    assert ties.unique == sum(not child.get("tied") for child in ties["children"])
    twins = TINY | {"children": [TINY["children"][0] | {"id": child} for child in ("c1", "c2")]}
    drawn = hemvist.match(hemvist.Pool.from_json(twins)).ties()
    assert drawn.unique == 0 and drawn.table()["tied"] == [["f1", "–"], ["f1", "–"]]
    assert drawn.table()["decided_by_child"][0] == hemvist.draw(drawn["seed"], ["c1", "c2"])[0]


def test_how_much_rests_on_the_weights(skane_plan: hemvist.Plan) -> None:
    found = skane_plan.robustness(samples=12, steps=1, shares={"needs": 0}, seed="a")
    assert found.samples == 12 and found["plans"] == 12 + 2 * 11
    assert all(0 <= survives <= 12 for survives in found.table()["survives"])
    shares = dict(zip(found.table("criteria")["criterion"], found.table("criteria")["share"]))
    assert (shares["needs"], shares["age"]) == (0, 250)
    assert found == skane_plan.robustness(samples=12, steps=1, shares={"needs": 0}, seed="a", threads=1)


def test_questions_and_calls(skane_plan: hemvist.Plan) -> None:
    everyone = skane_plan.questions()
    assert everyone.table("children")["child"] == skane_plan.questions().table("children")["child"]
    one = skane_plan.questions("C-010")
    assert one.table()["about"] == ["F-034"] and one.table("answers")["answer"] == ["1", "2", "3", "4"]
    calls = skane_plan.calls("C-015", 2, rates={("C-015", "F-048"): 40}, unknown_rate=50, runs=4, seed="b")
    assert calls.table()["rate"] == [40, 70] and calls.table()["family"][0] == "F-048"
    assert calls.expected is not None and calls.expected[0] == calls.expected[1] > 0
    assert skane_plan.calls("C-015", runs=0).expected is None


def test_how_groups_fare(skane_plan: hemvist.Plan) -> None:
    by = skane_plan.groups()
    assert by["total"]["children"] == skane_plan.totals["placed"] + skane_plan.totals["unplaced"]
    halves = {child: "ab"[at % 2] for at, child in enumerate(skane_plan.pool.child_ids)}
    assert skane_plan.groups(halves).table()["label"] == ["a", "b"]
    assert skane_plan.groups("gender", least=1).table()["label"] == ["boy", "girl"]


def test_progress_of_questions(skane_plan: hemvist.Plan, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[hemvist.Steps] = []
    skane_plan.robustness(samples=40, steps=0, progress=told.append)
    assert (told[-1].done, told[-1].total, told[-1].reached) == (40, 40, 1.0)
    assert [step.done or 0 for step in told] == sorted(step.done or 0 for step in told)
    skane_plan.ties(progress=True)
    assert " solves done" in capsys.readouterr().err


class Stop(Exception):
    pass


def test_an_exception_in_the_function_stops_the_question(skane_plan: hemvist.Plan) -> None:
    def stop(_: hemvist.Steps) -> None:
        raise Stop

    with pytest.raises(Stop):
        skane_plan.robustness(samples=50, progress=stop)


def test_limits_are_told(skane_plan: hemvist.Plan) -> None:
    known = skane_plan.why_not("C-005", "F-019", work_limit=2**53 - 1, threads=1, time_limit=100)
    assert known == skane_plan.why_not("C-005", "F-019")
    soon = skane_plan.why_not("C-005", "F-019", work_limit=0)
    assert soon.answer in {"loses", "tied"} and soon.regret is not None


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("change.no_such_choice", {"lift": ("C-001", "F-001")}),
        ("pool.unknown_child", {"lock": ("nobody", "F-001")}),
        ("document.cut_short", {"changes": b"{"}),
        ("document.unknown_field", {"changes": {"format": "hemvist.changes/1", "x": 1}}),
    ],
)
def test_changes_that_are_refused(skane_plan: hemvist.Plan, code: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(hemvist.RequestError) as caught:
        skane_plan.what_if(**arguments)
    assert caught.value.code == code and "nobody" not in str(caught.value)


def test_options_that_are_refused(skane_plan: hemvist.Plan) -> None:
    with pytest.raises(hemvist.RequestError) as caught:
        skane_plan.robustness(share=0, samples=10**6, steps=101)
    assert [problem.path for problem in caught.value.problems] == ["share", "samples", "steps"]
    for wrong in (
        lambda: skane_plan.robustness(shares={"height": 3}),
        lambda: skane_plan.groups({"C-001": "x"}, least=0),
        lambda: skane_plan.groups({"nobody": "x"}),
        lambda: skane_plan.calls(rates={("C-001", "F-001"): 101}),
        lambda: skane_plan.calls(seed=""),
    ):
        with pytest.raises(hemvist.RequestError):
            wrong()
    for missing in (
        lambda: skane_plan.alternatives("nobody"),
        lambda: skane_plan.why_not("nobody", "nowhere"),
        lambda: skane_plan.questions("nobody"),
        lambda: skane_plan.calls("nobody"),
    ):
        with pytest.raises(hemvist.NotInPoolError) as not_there:
            missing()
        assert "nobody" not in str(not_there.value)
    for unlike in (
        lambda: skane_plan.alternatives("C-001", -1),
        lambda: skane_plan.what_if(lock="C-001"),  # type: ignore[arg-type]
        lambda: skane_plan.what_if(lock=[("C-001",)]),  # type: ignore[list-item]
        lambda: skane_plan.what_if(withdraw=[7]),  # type: ignore[list-item]
        lambda: skane_plan.groups("colour"),  # type: ignore[arg-type]
        lambda: skane_plan.ties(threads=0),
        lambda: skane_plan.ties(work_limit=-1),
        lambda: skane_plan.ties(time_limit=float("nan")),
        lambda: skane_plan.why_not("\ud800", "F-001"),
    ):
        with pytest.raises(ValueError):
            unlike()
    with pytest.raises(TypeError, match="unexpected argument: speed"):
        skane_plan.ties(speed=1)  # type: ignore[call-arg]


def lists_in(record: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The records of every list in a document, with their path."""
    for name, value in record.items() if isinstance(record, dict) else ():
        inner = f"{path}.{name}".strip(".")
        if isinstance(value, list):
            for entry in value:
                if isinstance(entry, dict):
                    yield inner, entry
                    yield from lists_in(entry, inner)
        else:
            yield from lists_in(value, inner)


def columns_of(kind: type[hemvist.Answer], path: str) -> set[str]:
    """The columns of a list, and what they stand for; a list of records that is a column of codes is told by that."""
    above, _, name = path.rpartition(".")
    if f"{name}:codes" in kind._lists.get(above, "").split():
        return {"rule"}
    columns = {part.partition(":")[0] for part in kind._lists[path].split()}
    return columns | {f"{column}_{lang}" for column in columns for lang in ("en", "sv")}


def test_tables_hold_everything_that_the_cases_hold() -> None:
    kinds = {kind for module in (hemvist, region) for kind in vars(module).values() if isinstance(kind, type)}
    by_format = {
        (kind.__doc__ or "").split("(`")[1].split("`)")[0]: kind
        for kind in kinds
        if issubclass(kind, hemvist.Answer) and "(`hemvist." in (kind.__doc__ or "")
    }
    # These put their rows together themselves, and have tests of their own.
    own = {hemvist.Rank, region.Statistics, hemvist.WhatIf, hemvist.Questions}
    seen: set[type] = set()
    for case in CASES:
        document = json.loads(case.with_suffix(".json").read_bytes())
        kind = by_format.get(document.get("format", ""))
        if kind is None or kind in own:
            continue
        seen.add(kind)
        for path, entry in lists_in(document):
            path = "best" if (kind, path) == (region.Gaps, "best.profiles") else path
            plain = {name for name, value in _rows.flat(entry).items() if not (value and isinstance(value, list) and isinstance(value[0], dict))}
            told = {name for name in plain if "facts" not in name and not isinstance(entry.get(name), list)}
            assert told <= columns_of(kind, path) | {"kind", "places"}, (kind, path)
    assert len(seen) >= 24
