"""Plans: what they say, their records, and that nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import hemvist

from .conftest import EXAMPLES

ALL = ["familjepoolen", "gotland", "hassleholm", "nordvastra-skane", "norr"]


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_lost(name: str) -> None:
    pool = hemvist.Pool.read(EXAMPLES / name)
    plan = hemvist.match(pool, time_limit=60)
    placements, unplaced, stays = plan.placements(), plan.unplaced(), plan.stays()
    assert sorted([*placements["child"], *unplaced["child"], *stays["child"]]) == sorted(pool.child_ids)
    assert plan.totals["placed"] == len(placements) and plan.totals["children"] == pool.n_children
    places = dict(zip(pool.table("families")["id"], pool.table("families")["places"]))
    for family in set(placements["family"]):
        assert placements["family"].count(family) <= places[family]
    for child, fit in zip(placements["child"], placements["fit"]):
        assert plan.explain(child, plan.family_of(child) or "").fit == fit
    assert all(plan.explain(child).sentences for child in pool.child_ids)
    assert (plan.is_optimal, plan.value + plan.gap) == (plan.gap == 0, plan.bound)


def test_the_same_bytes_for_any_number_of_threads_and_any_order(skane: hemvist.Pool) -> None:
    plan = hemvist.match(skane)
    shuffled = skane.to_dict()
    for section in ("families", "children", "sibling_groups", "placements", "municipalities"):
        shuffled[section] = shuffled[section][::-1]
    for threads in (1, 2, 3):
        again = hemvist.match(hemvist.Pool.from_json(shuffled), threads=threads)
        assert again.to_json() == plan.to_json() and again == plan


def test_tables_of_a_plan(skane_plan: hemvist.Plan) -> None:
    parts = skane_plan.parts()
    by_child: dict[str, int] = {}
    for row in parts:
        by_child[row["child"]] = by_child.get(row["child"], 0) + row["points"]
    placements = skane_plan.placements()
    assert by_child == dict(zip(placements["child"], placements["fit"]))
    duties = skane_plan.duties("sv")
    assert len(duties) == len(skane_plan["duties"]) == 30
    assert duties["sentence"][0] == "underrätta kommun 1283, där F-022 ligger, om att C-004 ska bo där"
    assert skane_plan.warnings()[0] == "the siblings of group G-002 would not all live in one home (homes: 2)"
    assert placements["because"][0].startswith("needs at level 4") and len(placements["because"]) == 32
    unplaced = dict(zip(skane_plan.unplaced()["child"], skane_plan.unplaced()["because"]))
    assert unplaced["C-001"].endswith("F-022 is taken by C-004 (more urgent)")
    assert skane_plan.unplaced("sv")["because"][0].startswith("de möjliga familjerna är upptagna; 36 familjer:")


def test_explanations(skane_plan: hemvist.Plan) -> None:
    placed, unplaced = skane_plan.explain("C-015"), skane_plan.explain("C-001")
    assert (placed.outcome, placed.family, placed.entry["fit"]) == ("placed", "F-048", 828)
    assert placed.score is not None and placed.score.fit == 828
    assert str(placed).splitlines()[0] == "C-015: F-048" and "likadant" in placed.text("sv")
    assert (unplaced.outcome, unplaced.family, unplaced.score) == ("unplaced", None, None)
    stays = skane_plan.explain(skane_plan.stays()["child"][0])
    assert stays.outcome == "stays" and stays.family == skane_plan.stays()["family"][0]
    for call in (skane_plan.explain, skane_plan.family_of):
        with pytest.raises(hemvist.NotInPoolError):
            call("nobody")


def test_a_lock_that_breaks_a_rule_is_an_answer(tiny: dict[str, Any]) -> None:
    tiny["choices"] = [{"kind": "lock", "child": "c2", "family": "f1", "reason": "A test"}]
    plan = hemvist.match(hemvist.Pool.from_json(tiny))
    assert plan.status == "infeasible" and plan["conflicts"][0]["child"] == "c2"
    assert len(plan.unplaced()) == 2 and "contradict" in plan._repr_html_()
    assert hemvist.replay(plan.audit(), plan.pool).confirmed


def test_seeds_draw(tiny: dict[str, Any]) -> None:
    tiny["children"] = [tiny["children"][0] | {"id": f"c{n}"} for n in range(8)]
    pool = hemvist.Pool.from_json(tiny)
    drawn = {hemvist.match(pool, seed=f"seed {n}").placements()["child"][0] for n in range(40)}
    assert len(drawn) > 4
    first = hemvist.draw("seed 0", pool.child_ids)[0]
    assert hemvist.match(pool, seed="seed 0").placements()["child"] == [first]
    for seed in ("", "x" * 201):
        with pytest.raises(hemvist.OptionsError) as caught:
            hemvist.match(pool, seed=seed)
        assert caught.value.code == "option.out_of_range"


def test_limits(skane: hemvist.Pool) -> None:
    least = hemvist.match(skane, work_limit=0)
    assert least.status in {"feasible", "optimal"} and least.to_json() == hemvist.match(skane, work_limit=0).to_json()
    assert hemvist.match(skane, work_limit=2**53 - 1).is_optimal
    timed = hemvist.match(skane, time_limit=100)
    assert any("may not give the same plan again" in warning for warning in timed.warnings())
    low: dict[str, Any] = {"work_limit": -1, "time_limit": -1, "threads": 0}
    for name, value in low.items():
        with pytest.raises(ValueError, match=f"{name} is {value}"):
            hemvist.match(skane, **{name: value})
    other: dict[str, Any] = {"work_limit": "much", "time_limit": "soon", "threads": 1.5}
    for name, value in other.items():
        with pytest.raises(ValueError, match=name):
            hemvist.match(skane, **{name: value})


def test_records(skane: hemvist.Pool, skane_plan: hemvist.Plan, tmp_path: Path) -> None:
    record = skane_plan.audit(run=3)
    assert (record["run"], record["engine"].split()[0]) == (3, "hemvist")
    assert record["pool"] == skane.digest()
    record.write(tmp_path / "record.json")
    read = hemvist.Record.read(tmp_path / "record.json")
    assert read == record != skane_plan.audit()
    replayed = hemvist.replay(read, skane)
    assert replayed.confirmed and replayed.plan == skane_plan and replayed.differences == []
    assert hemvist.replay(record.to_json(), skane).confirmed
    timed = hemvist.match(skane, time_limit=100).audit()
    assert timed["options"]["repeatable"] is False
    assert "cannot be repeated" in " ".join(map(str, hemvist.replay(timed, skane).differences))
    with pytest.raises(ValueError, match="run is -1"):
        skane_plan.audit(run=-1)


def test_a_flipped_byte_is_found(skane: hemvist.Pool, skane_plan: hemvist.Plan) -> None:
    record = bytearray(skane_plan.audit().to_json())
    for place in range(0, len(record), 97):
        flipped = bytes(record[:place]) + bytes([record[place] ^ 1]) + bytes(record[place + 1 :])
        try:
            assert not hemvist.replay(flipped, skane).confirmed
        except hemvist.RecordError as error:
            assert error.problems
    with pytest.raises(hemvist.RecordError):
        hemvist.replay(b"{}", skane)


def test_moves(skane: hemvist.Pool, skane_plan: hemvist.Plan) -> None:
    assert len(skane_plan.moves(skane_plan)) == 0
    other = hemvist.match(skane, hemvist.Policy.default().with_weights({"travel_home": 1000}))
    forth, back = skane_plan.moves(other), other.moves(skane_plan)
    assert len(forth) > 0 and forth["before"] == back["after"] and forth["fit_after"] == back["fit_before"]
    for child, family in zip(forth["child"], forth["after"]):
        assert other.family_of(child) == family != skane_plan.family_of(child)
