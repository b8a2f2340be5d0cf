"""What municipalities that share family homes ask: costs, shares, statistics, listings, gaps, fairness, simulation.

Every answer is a document of the engine that reads like a `dict` and whose lists are tables: `answer.table()`. Amounts that end in
`_ore` are whole öre, a hundredth of a krona. An option that is left out has the default that its argument names. Questions about a
plan take the plan; questions about a pool may match it, and take `seed`, `threads` and `work_limit` as `hemvist.match` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, SupportsIndex, Unpack

from ._plan import Plan
from ._policy import Policy
from ._pool import Pool
from ._region import (
    BreakEven,
    Caseload,
    Contract,
    Coverage,
    Emergency,
    EmergencyBoard,
    Exchange,
    Fairness,
    FeeComparison,
    Gaps,
    Ladder,
    Listing,
    ListingKey,
    PlanCost,
    Promises,
    SecretaryCost,
    Share,
    Simulation,
    Statistics,
    Tonight,
)
from ._region_ask import Costing, Records, Run, answer, ask, records
from ._region_costs import break_even, contract, fee_comparison, ladder, plan_cost, secretary_cost, share

__all__ = [
    "BreakEven",
    "Caseload",
    "Contract",
    "Coverage",
    "Emergency",
    "EmergencyBoard",
    "Exchange",
    "Fairness",
    "FeeComparison",
    "Gaps",
    "Ladder",
    "Listing",
    "ListingKey",
    "PlanCost",
    "Promises",
    "Run",
    "SecretaryCost",
    "Share",
    "Simulation",
    "Statistics",
    "Tonight",
    "ask",
    "break_even",
    "caseload",
    "contract",
    "coverage",
    "emergency",
    "emergency_board",
    "exchange",
    "fairness",
    "fee_comparison",
    "gaps",
    "interest",
    "ladder",
    "listing",
    "listing_key",
    "plan_cost",
    "secretary_cost",
    "share",
    "simulate",
    "statistics",
    "tonight",
]


def statistics(spells: Records, years: Iterable[SupportsIndex], pool: Pool | None = None) -> Statistics:
    """Children, days and days in agency homes by year, quarter and municipality; quarters sum to the year.

    Args:
        spells: The spells in homes: `child`, `home`, `from`, `until` (the day the child left; absent: still there),
            `municipality` (responsible), `kind` of home, `home_municipality`.
        years: Calendar years, at most 50.
        pool: If given, homes that it does not know are told.

    Raises:
        RequestError: A spell was refused; the error holds every problem.

    Examples:
        >>> from hemvist import region
        >>> spell = {"child": "c1", "home": "h1", "from": "2025-01-01", "until": "2025-04-11", "municipality": "1276", "kind": "agency"}
        >>> region.statistics([spell], [2025]).table("quarters")["days"][:4]
        [90, 10, 0, 0]
    """
    return answer(Statistics, "statistics", {"spells": records(spells), "years": list(years)}, pool)


def exchange(plan: Plan, *, share: Mapping[str, Any] | None = None) -> Exchange:
    """What each municipality gives to the others and gets from them, today and by the plan.

    Args:
        plan: The plan.
        share: A common cost to set beside it: `budget_ore` and `by`, as for `share`.

    Raises:
        RequestError: A municipality lacks a count that the key stands on.
    """
    return answer(Exchange, "exchange", {"share": share}, plan=plan)


def fairness(pool: Pool, policy: Policy | None = None, *, max_min: bool = False, **run: Unpack[Run]) -> Fairness:
    """The joint plan against each municipality alone with its own homes.

    Args:
        pool: The pool.
        policy: The policy; `None`: the default one.
        max_min: Also the plan in which the smallest share is greatest.
        run: See `Run`.

    Examples:
        >>> from hemvist import region
        >>> found = region.fairness(hemvist.Pool.read("examples/norr"))
        >>> found["placed_together"] >= found["placed_alone"]
        True
    """
    return answer(Fairness, "fairness", {"max_min": max_min}, pool, policy, run=run)


def listing(pool: Pool, seed: str, *, k: SupportsIndex | None = None) -> Listing:
    """The free homes as they may be shown before identity is exchanged: at least `k` share all that is shown of each.

    Args:
        pool: The pool.
        seed: Where the handles come from; keep it secret from those who see the listing.
        k: 2 to 1000; `None`: 5.

    Raises:
        RequestError: An option was refused.

    Examples:
        >>> from hemvist import region
        >>> shown = region.listing(hemvist.Pool.read("examples/nordvastra-skane"), "a secret")
        >>> len(shown.table()) + shown["withheld"] > 0
        True
    """
    return answer(Listing, "listing", {"seed": seed, "k": k}, pool)


def listing_key(pool: Pool, seed: str, *, k: SupportsIndex | None = None) -> ListingKey:
    """Which family each handle of a listing means: for the owner of the pool only. Arguments as for `listing`."""
    return answer(ListingKey, "listing_key", {"seed": seed, "k": k}, pool)


def interest(
    pool: Pool,
    interests: Records,
    policy: Policy | None = None,
    *,
    k: SupportsIndex | None = None,
    listing_seed: str | None = None,
    **run: Unpack[Run],
) -> Promises:
    """Whom each home is promised to, where several municipalities have shown interest: best for the pool as a whole.

    Args:
        pool: The pool.
        interests: Every open interest: `municipality`, `child`, and `family` or `handle` in the listing; maybe `on`.
        policy: The policy; `None`: the default one.
        k: That of the listing, where interests name handles.
        listing_seed: That of the listing.
        run: See `Run`.

    Raises:
        RequestError: An interest was refused; the error holds every problem.
    """
    options = {"interests": records(interests), "k": k, "listing_seed": listing_seed}
    return answer(Promises, "interest", options, pool, policy, run=run)


def tonight(
    pool: Pool, child: str | None = None, policy: Policy | None = None, *, new_child: Mapping[str, Any] | None = None
) -> Tonight:
    """Where a child can sleep tonight: emergency homes with places for it and the siblings it is to stay together with.

    Args:
        pool: The pool.
        child: The id of a child of the pool; or give `new_child`.
        policy: The policy; `None`: the default one.
        new_child: A child who is not in the pool, as a record of the pool document.

    Raises:
        RequestError: The record was refused.
        NotInPoolError: The pool has no such child.

    Examples:
        >>> from hemvist import region
        >>> newborn = {"id": "new", "municipality": "1276", "age": 0, "placement": "emergency"}
        >>> homes = region.tonight(hemvist.Pool.read("examples/nordvastra-skane"), new_child=newborn).table()
        >>> homes.columns[:3]
        ('family', 'municipality', 'kind')
    """
    return answer(Tonight, "tonight", {"child": child, "new_child": new_child}, pool, policy)


def emergency_board(pool: Pool) -> EmergencyBoard:
    """Every free emergency place, by municipality."""
    return answer(EmergencyBoard, "emergency_board", {}, pool)


def emergency(plan: Plan, *, warn_days: SupportsIndex | None = None) -> Emergency:
    """Children in emergency homes: their clocks, their places in the queue, what the plan proposes.

    Args:
        plan: The plan.
        warn_days: Alert so many days before the clock ends, 0 to 365; `None`: 30.

    Raises:
        RequestError: An option was refused.
    """
    return answer(Emergency, "emergency", {"warn_days": warn_days}, plan=plan)


def coverage(
    pool: Pool, policy: Policy | None = None, *, near_km: SupportsIndex | None = None, threads: SupportsIndex | None = None
) -> Coverage:
    """Homes and needs by municipality and age.

    Args:
        pool: The pool.
        policy: The policy; `None`: the default one.
        near_km: How near a home must be to count as near, 1 to 2000; `None`: 30.
        threads: Worker threads; `None`: one per processor.

    Raises:
        RequestError: An option was refused.

    Examples:
        >>> from hemvist import region
        >>> ground = region.coverage(hemvist.Pool.read("examples/nordvastra-skane"))
        >>> len(ground.table())
        11
    """
    return answer(Coverage, "coverage", {"near_km": near_km}, pool, policy, run={"threads": threads})


def caseload(
    plan: Plan, *, homes: SupportsIndex | None = None, children: SupportsIndex | None = None, workers: Records = ()
) -> Caseload:
    """How many homes each family-home secretary follows, and how many children each social worker, now and by the plan.

    Args:
        plan: The plan.
        homes: Most homes of a secretary, a target and no law; `None`: 17.
        children: Most children of a social worker; `None`: 17.
        workers: Which `worker` follows which `child`.

    Raises:
        RequestError: A worker's child is not in the pool, or an option was refused.
    """
    return answer(Caseload, "caseload", {"homes": homes, "children": children, "workers": records(workers)}, plan=plan)


def gaps(
    pool: Pool,
    policy: Policy | None = None,
    profiles: Records = (),
    *,
    list: SupportsIndex | None = None,
    next: SupportsIndex | None = None,
    all: bool = False,
    costing: Costing | None = None,
    **run: Unpack[Run],
) -> Gaps:
    """Which kind of home, by area, ages, needs level and places, would raise the pool's value most; exact.

    Args:
        pool: The pool.
        policy: The policy; `None`: the default one.
        profiles: Homes to look at: `municipality`, `kind`, `ages` (`{"from": 13, "to": 20}`), `highest_needs`, `places`, maybe
            `competences`; empty: every municipality with a place on the map, all ages, levels, places and the usual kinds.
        list: How many of the best profiles of each kind of home and number of places are listed; `None`: 1.
        next: How many homes are chosen one after the other, 0 to 100; `None`: 3.
        all: Also give the gain of every single profile, as the heat map needs it; takes longer.
        costing: How money is counted; `None`: it is not.
        run: See `Run`.

    Raises:
        RequestError: A profile or an option was refused.
        CostError: The year has no published fees.
    """
    options = {"profiles": records(profiles), "list": list, "next": next, "all": all, "costing": costing}
    return answer(Gaps, "gaps", options, pool, policy, run=run)


def gaps_of(plan: Plan, profiles: Records, *, threads: SupportsIndex | None, **options: Any) -> Gaps:
    """`gaps` for a plan's pool, policy and run."""
    return answer(Gaps, "gaps", {"profiles": records(profiles)} | options, plan=plan, run={"threads": threads})


def simulate(
    pool: Pool,
    policy: Policy | None = None,
    *,
    stream: Mapping[str, Any] | None = None,
    draw: Mapping[str, Any] | None = None,
    batch_days: SupportsIndex | None = None,
    patience_days: SupportsIndex | None = None,
    agency_per_day_ore: SupportsIndex | None = None,
    **run: Unpack[Run],
) -> Simulation:
    """Months of children who come and homes that come free, met one by one, all at once now and then, or by prices.

    Args:
        pool: The pool.
        policy: The policy; `None`: the default one.
        stream: What comes when (`hemvist.stream/1`); or give `draw`.
        draw: How to draw a stream from the pool: `seed`, `months`, `leave_percent`, `accept_percent`.
        batch_days: Days between batches; `None`: 7.
        patience_days: Days that a child can wait before a home is bought for it; `None`: 14.
        agency_per_day_ore: The price of a bought home per day; `None`: days are counted and money is not.
        run: See `Run`.

    Raises:
        RequestError: The stream or an option was refused.

    Examples:
        >>> from hemvist import region
        >>> met = region.simulate(hemvist.Pool.read("examples/gotland"), draw={"seed": "a", "months": 3})
        >>> met.table()["way"]
        ['at_once', 'weekly', 'priced']
    """
    how = {"batch_days": batch_days, "patience_days": patience_days, "agency_per_day_ore": agency_per_day_ore}
    options = {"stream": stream, "draw": draw, "options": {name: value for name, value in how.items() if value is not None}}
    return answer(Simulation, "simulate", options, pool, policy, run=run)


# Public names are the module's, wherever they are written: in tracebacks, pickles and documentation.
for _public in [globals()[name] for name in __all__]:
    _public.__module__ = __name__
