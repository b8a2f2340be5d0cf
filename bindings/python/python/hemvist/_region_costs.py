"""What homes cost, and how a cost is shared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, SupportsIndex

from ._plan import Plan
from ._pool import Pool
from ._region import BreakEven, Contract, FeeComparison, Ladder, PlanCost, SecretaryCost, Share
from ._region_ask import Costing, Records, answer, records


def ladder(
    year: SupportsIndex | None = None,
    *,
    secretary_per_day_ore: SupportsIndex,
    fees: str | None = None,
    days_per_month: SupportsIndex | None = None,
    age: SupportsIndex | None = None,
    agency_per_day_ore: SupportsIndex | None = None,
) -> Ladder:
    """What an own family home costs per day, by fee level, and what a child saves who lives there and not in an agency home.

    Args:
        year: The year of the recommended fees; a year without published figures is an error. Or give `fees`.
        secretary_per_day_ore: What the family-home secretary costs per child and day.
        fees: A fee file of one's own (`hemvist.fees/1`), as TOML.
        days_per_month: Days by which monthly amounts are divided, 28 to 31; `None`: 30.
        age: Count the expenses of this age; `None`: the mean of the age bands.
        agency_per_day_ore: The price of an agency home per day; `None`: no saving is told.

    Raises:
        CostError: The year has no published fees.
        RequestError: An amount is out of range.

    Examples:
        >>> from hemvist import region
        >>> gotland = region.ladder(2016, secretary_per_day_ore=11_400, agency_per_day_ore=230_000)
        >>> gotland.table()["per_day"], gotland["mean"]
        ([445, 503, 560, 618, 685], 562)
    """
    options = {"year": year, "fees": fees, "secretary_per_day_ore": secretary_per_day_ore, "days_per_month": days_per_month}
    return answer(Ladder, "ladder", options | {"age": age, "agency_per_day_ore": agency_per_day_ore})


def secretary_cost(
    printed: Iterable[SupportsIndex],
    year: SupportsIndex | None = None,
    *,
    fees: str | None = None,
    days_per_month: SupportsIndex | None = None,
    printed_mean: SupportsIndex | None = None,
    tried_per_day_ore: SupportsIndex | None = None,
    cost_per_year_ore: SupportsIndex | None = None,
    children: SupportsIndex | None = None,
) -> SecretaryCost:
    """Which cost of the family-home secretary a printed column of daily costs stands on.

    Args:
        printed: The printed costs per day of levels 1 to 5, in whole kronor.
        year: The year of the recommended fees. Or give `fees`.
        fees: A fee file of one's own, as TOML.
        days_per_month: Days by which monthly amounts are divided, 28 to 31; `None`: 30.
        printed_mean: The printed mean.
        tried_per_day_ore: A secretary cost to try.
        cost_per_year_ore: What the secretaries cost in a year, to be spread over children.
        children: The children that it is spread over; `None`: 100.

    Raises:
        CostError: The year has no published fees.
        RequestError: An amount is out of range.

    Examples:
        >>> from hemvist import region
        >>> region.secretary_cost([490, 548, 605, 663, 730], 2016)["all"]
        {'least_ore': 15880, 'most_ore': 15919}
    """
    options = {"printed": list(printed), "year": year, "fees": fees, "days_per_month": days_per_month, "printed_mean": printed_mean}
    more = {"tried_per_day_ore": tried_per_day_ore, "cost_per_year_ore": cost_per_year_ore, "children": children}
    return answer(SecretaryCost, "secretary_cost", options | more)


def break_even(
    *,
    extra_per_year_ore: SupportsIndex,
    agency_per_day_ore: SupportsIndex,
    own_per_day_ore: SupportsIndex,
    days_per_year: SupportsIndex | None = None,
    children: SupportsIndex | None = None,
    assessment_ore: SupportsIndex | None = None,
) -> BreakEven:
    """From how many children, moved from agency homes, a bigger team pays for itself.

    Args:
        extra_per_year_ore: What the team costs more in a year.
        agency_per_day_ore: The price of an agency home per day.
        own_per_day_ore: The cost of an own home per day.
        days_per_year: Days of a year; `None`: 365.
        children: Children who could move; `None`: 0.
        assessment_ore: Cost of assessing an agency home, once for each child; `None`: 0.

    Raises:
        RequestError: An amount is out of range.

    Examples:
        >>> from hemvist import region
        >>> team = region.break_even(extra_per_year_ore=100_000_000, agency_per_day_ore=230_000, own_per_day_ore=60_800)
        >>> team["children_to_break_even"]
        2
    """
    options = {"extra_per_year_ore": extra_per_year_ore, "agency_per_day_ore": agency_per_day_ore, "own_per_day_ore": own_per_day_ore}
    more = {"days_per_year": days_per_year, "children": children, "assessment_ore": assessment_ore}
    return answer(BreakEven, "break_even", options | more)


def contract(
    *,
    contract_ore: SupportsIndex,
    included: SupportsIndex,
    further_ore: SupportsIndex,
    per_case_ore: SupportsIndex,
    cases: SupportsIndex | None = None,
) -> Contract:
    """A contract with included cases against a price for each case.

    Args:
        contract_ore: The price of the contract for a year.
        included: Cases that it includes.
        further_ore: The price of each further case.
        per_case_ore: The price of each case without contract.
        cases: Compare 1 to so many cases, at most 1000; `None`: 10.

    Raises:
        RequestError: An option was refused.

    Examples:
        >>> from hemvist import region
        >>> offer = region.contract(contract_ore=7_500_000, included=3, further_ore=2_500_000, per_case_ore=3_800_000, cases=3)
        >>> offer.table()["cheaper"]
        ['per_case', 'contract', 'contract']
    """
    options = {"contract_ore": contract_ore, "included": included, "further_ore": further_ore, "per_case_ore": per_case_ore}
    return answer(Contract, "contract", options | {"cases": cases})


def share(
    pool: Pool, budget_ore: SupportsIndex, by: Literal["population", "children_at_home", "children_placed", "at_home_and_placed"]
) -> Share:
    """A common cost shared between the municipalities of a pool; the parts sum to the öre.

    Args:
        pool: The pool, whose municipalities have the counts that the key stands on.
        budget_ore: The cost.
        by: The key.

    Raises:
        RequestError: A municipality lacks a count, or an option was refused.

    Examples:
        >>> from hemvist import region
        >>> parts = region.share(hemvist.Pool.read("examples/norr"), 450_000_000, "population")
        >>> sum(parts.table()["amount_ore"])
        450000000
    """
    return answer(Share, "share", {"budget_ore": budget_ore, "by": by}, pool)


def fee_comparison(pool: Pool, child: str, family: str, rules: Records) -> FeeComparison:
    """What one child's home costs by the rules of several municipalities.

    Args:
        pool: The pool.
        child: The child; its needs level is the fee level, its age decides the expenses.
        family: The home.
        rules: For each municipality (`municipality`) its `year` or `fees`, `secretary_per_day_ore` and `days_per_month`.

    Raises:
        RequestError: A rule was refused.
        CostError: A year has no published fees.
        NotInPoolError: The pool has no such child or family.
    """
    return answer(FeeComparison, "fee_comparison", {"child": child, "family": family, "rules": records(rules)}, pool)


def plan_cost(plan: Plan, costing: Costing, *, agency_from_needs: SupportsIndex | None = None) -> PlanCost:
    """What a plan costs in a year against today, and what each child saves who moves from an agency home.

    Args:
        plan: The plan.
        costing: How homes are costed.
        agency_from_needs: Needs level from which an agency home is held to be called for; `None`: 4.

    Raises:
        RequestError: An option was refused.
        CostError: The year has no published fees.

    Examples:
        >>> from hemvist import region
        >>> plan = hemvist.match(hemvist.Pool.read("examples/gotland"))
        >>> cost = region.plan_cost(plan, {"year": 2016, "agency_per_day_ore": 230_000, "secretary_per_day_ore": 11_400})
        >>> cost["all"]["children_planned"] >= cost["all"]["children_now"]
        True
    """
    return answer(PlanCost, "plan_cost", {"costing": costing, "agency_from_needs": agency_from_needs}, plan=plan)
