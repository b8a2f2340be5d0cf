"""What cooperating municipalities ask: every function gives the bytes of its request, tables add up, wrong questions are refused."""

from __future__ import annotations

import datetime
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import hemvist
from hemvist import region

from .conftest import EXAMPLES
from .test_conformance import CASES, policy_of, pool_of

REQUESTS = [path for path in CASES if tomllib.loads(path.read_text("utf-8"))["operation"] == "region"]


def asked(case: dict[str, Any]) -> hemvist.Answer:
    """A case through the function that its request names."""
    options = json.loads(case["request"])
    name = options.pop("ask")
    policy = policy_of(case)
    pool = pool_of(case) if "pool" in case or "example" in case else None
    if pool is None:
        return FROM_NOTHING[name](**options)
    if name in FROM_PLAN:
        return FROM_PLAN[name](hemvist.match(pool, policy, seed=case.get("seed")), **options)
    if name == "statistics":
        return region.statistics(options["spells"], options["years"], pool)
    if name == "simulate":
        options |= options.pop("options", {})
    if name in ("gaps", "fairness", "interest", "simulate"):
        options["seed"] = case.get("seed")
    with_policy = {} if name in ("share", "fee_comparison", "listing", "listing_key", "emergency_board") else {"policy": policy}
    function: Callable[..., hemvist.Answer] = getattr(region, name)
    return function(pool, **options, **with_policy)


FROM_NOTHING: dict[str, Callable[..., hemvist.Answer]] = {
    "ladder": region.ladder,
    "secretary_cost": region.secretary_cost,
    "break_even": region.break_even,
    "contract": region.contract,
    "statistics": region.statistics,
}
FROM_PLAN: dict[str, Callable[..., hemvist.Answer]] = {
    "plan_cost": region.plan_cost,
    "exchange": region.exchange,
    "emergency": region.emergency,
    "caseload": region.caseload,
}


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.stem)
def test_every_function_gives_the_bytes_of_its_request(path: Path) -> None:
    case = tomllib.loads(path.read_text("utf-8"))
    pool = pool_of(case) if "pool" in case or "example" in case else None
    assert asked(case).to_json() == region.ask(case["request"], pool, policy_of(case), seed=case.get("seed")).to_json()


def test_there_are_requests_of_every_kind(skane: hemvist.Pool) -> None:
    functions = {name for name in region.__all__ if name.islower()} - {"ask"}
    cases = {json.loads(tomllib.loads(path.read_text("utf-8"))["request"])["ask"] for path in REQUESTS}
    assert cases >= functions - {"listing_key"}
    with pytest.raises(hemvist.RequestError) as caught:
        region.ask({"ask": "everything"})
    assert set(caught.value.problems[0].allowed) == functions, "a question of the engine without a function here"
    key = region.listing_key(skane, "s", k=2).table()
    assert set(region.listing(skane, "s", k=2).table()["handle"]) == set(key["handle"])
    assert set(key["family"]) <= set(skane.family_ids)


def test_questions_about_a_plan_are_about_that_plan() -> None:
    """Also of one that a match would not give again."""
    pool = hemvist.Pool.read(EXAMPLES / "familjepoolen")
    stopped, best = hemvist.match(pool, time_limit=0), hemvist.match(pool)
    assert stopped["totals"] != best["totals"]
    for plan in (stopped, best):
        board = region.emergency(plan)
        assert board == region.Emergency(region.ask({"ask": "emergency"}, plan=plan).to_json())
        homes = {row["child"]: row["proposed"] for row in board.table() if row["proposed"]}
        assert homes and all(plan.family_of(child) == home for child, home in homes.items())
        balance = region.exchange(plan).table()
        assert sum(balance["plan_own"] + balance["plan_got"]) == plan.totals["placed"]
        assert sum(balance["plan_got"]) == sum(balance["plan_gave"])


SPELLS: list[dict[str, Any]] = [
    {"child": "c1", "home": "h1", "from": datetime.date(2024, 11, 1), "until": datetime.date(2025, 4, 11), "municipality": "1276", "kind": "family"},
    {"child": "c2", "home": "h2", "from": datetime.date(2025, 2, 1), "until": None, "municipality": "1282", "kind": "agency"},
]


def test_statistics_from_any_table() -> None:
    found = region.statistics(SPELLS, [np.int64(2024), 2025])
    assert found == region.statistics(pl.DataFrame(SPELLS), [2024, 2025])
    frame = pd.DataFrame(SPELLS)
    frame["until"] = pd.to_datetime(frame["until"])
    assert found == region.statistics(frame, [2024, 2025])
    years, quarters = found.table("years"), found.table("quarters")
    assert years["year"] == [2024] * 3 + [2025] * 3 and years["municipality"] == [None, "1276", "1282"] * 2
    for row in years:
        same = [q["days"] for q in quarters if (q["year"], q["municipality"]) == (row["year"], row["municipality"])]
        assert len(same) == 4 and sum(same) == row["days"]
    assert quarters["quarter"] == [1, 2, 3, 4] * 6
    assert years["days"][3:] == [100 + 334, 100, 334] and years["agency_days"][3] == 334


def test_money_is_shown_in_kronor() -> None:
    page = region.ladder(2016, secretary_per_day_ore=11_400, agency_per_day_ore=230_000)._repr_html_()
    assert "per day (kr)" in page and "634\u202f370" in page and "_ore" not in page and "_" not in page.partition("</style>")[2]


def test_gaps_of_a_plan_and_of_a_pool(skane: hemvist.Pool, skane_plan: hemvist.Plan) -> None:
    profiles = [
        {"municipality": "1282", "kind": "family", "ages": {"from": age, "to": age + 7}, "highest_needs": level, "places": 1}
        for age in (0, 13)
        for level in (1, 3)
    ]
    found = skane_plan.gaps(profiles, next=1, all=True, costing={"year": 2021, "agency_per_day_ore": 230_000})
    assert found == region.gaps(skane, None, profiles, next=1, all=True, costing={"year": 2021, "agency_per_day_ore": 230_000})
    best = next(iter(found.table()))
    assert len(found.table("all")) == 4 and best["children"] >= 1 and best["saving_ore"] is not None
    seat = next(m["location"] for m in skane["municipalities"] if m["id"] == "1282")
    profile = next(iter(found["best"]))["profiles"][0]["profile"]
    home: dict[str, Any] = {"id": "new", "location": seat, "own_children": [], "pets": [], "smoking": False, "step_free": True}
    home |= dict.fromkeys(("assessed_on", "register_checked_on"), str(skane.as_of))
    after = skane_plan.what_if({"families": [home | profile]})
    gained = {tier: after["after"]["tiers"][tier] - after["before"]["tiers"][tier] for tier in after["after"]["tiers"]}
    assert gained == {tier: best[f"gain_{tier}"] for tier in gained}


def test_wrong_questions_are_refused(skane: hemvist.Pool, skane_plan: hemvist.Plan) -> None:
    with pytest.raises(hemvist.CostError) as cost:
        region.ladder(1999, secretary_per_day_ore=0)
    assert cost.value.code == "costs.unknown_year" and "1999" in str(cost.value) and "1999" in cost.value.message_sv
    with pytest.raises(hemvist.CostError):
        region.ladder(secretary_per_day_ore=0)
    refused: list[Callable[[], object]] = [
        lambda: region.contract(contract_ore=-1, included=1, further_ore=1, per_case_ore=1),
        lambda: region.share(skane, 1, "wealth"),  # type: ignore[arg-type]
        lambda: region.statistics([{"child": "c"}], [2025]),
        lambda: region.statistics([], [1800]),
        lambda: region.listing(skane, ""),
        lambda: region.interest(skane, [{"municipality": "1276", "child": "nobody", "family": "F-001"}]),
        lambda: region.tonight(skane),
        lambda: region.emergency(skane_plan, warn_days=366),
        lambda: region.coverage(skane, near_km=0),
        lambda: region.caseload(skane_plan, workers=[{"child": "nobody", "worker": "w"}]),
        lambda: region.gaps(skane, profiles=[{"municipality": "1282"}]),
        lambda: region.simulate(skane),
        lambda: region.simulate(skane, draw={"seed": "a", "months": 61}),
        lambda: region.fairness(skane, seed=""),
        lambda: region.ask("{"),
        lambda: region.ask(b"\xff"),
        lambda: region.ask("\ud800"),
        lambda: region.ask({"ask": "fairness"}),
    ]
    for call in refused:
        with pytest.raises(hemvist.ProblemsError) as caught:
            call()
        assert caught.value.problems and "nobody" not in str(caught.value)
    with pytest.raises(TypeError, match="unexpected argument: speed"):
        region.fairness(skane, speed=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        region.caseload(skane)  # type: ignore[arg-type]
    with pytest.raises((TypeError, ValueError)):
        region.statistics(7, [2025])
    with pytest.raises((TypeError, ValueError)):
        region.ladder(float("nan"), secretary_per_day_ore=0)  # type: ignore[arg-type]


def test_shares_add_up() -> None:
    pool = hemvist.Pool.read(EXAMPLES / "norr")
    for budget in (0, 1, 450_000_001):
        parts = region.share(pool, budget, "population").table()
        assert sum(parts["amount_ore"]) == budget and len(parts) == len(pool["municipalities"])
