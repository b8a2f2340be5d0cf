"""What cooperating municipalities ask: the classes of the answers. `hemvist.region` has the questions."""

from __future__ import annotations

from typing import Any

from ._document import Answer
from ._vocabulary import Lang

_PERIOD = (
    "children:int spells:int begun:int ended:int days:int agency_days:int agency_percent:int days_elsewhere:int days_for_others:int "
    "days_not_located:int"
)
_TIERS = "urgency:int", "network:int", "fit:int"


def _tiers(name: str) -> str:
    return " ".join(f"{name}_{tier}" for tier in _TIERS)


_PROFILE = "profile_municipality profile_kind profile_ages_from:int profile_ages_to:int profile_highest_needs:int profile_places:int"
_BEST = f"{_PROFILE} profile_competences:texts {_tiers('gain')} children:int saving_ore:int"


class Ladder(Answer):
    """Daily costs by fee level (`hemvist.ladder/1`). Amounts without unit are whole kronor. Table: `rows`."""

    _lists = {"rows": "level:int per_day:int per_day_ore:int fee_per_month:int fee_derived:bool"}


class SecretaryCost(Answer):
    """Which secretary cost a printed column stands on (`hemvist.secretary_cost/1`). Table: `each`, levels 1 to 5, then the mean."""

    _lists = {"each": "least_ore:int most_ore:int"}


class BreakEven(Answer):
    """What a bigger team saves, and from how many children (`hemvist.break_even/1`)."""


class Contract(Answer):
    """A contract against a price for each case (`hemvist.contract/1`). Table: `rows`."""

    _lists = {"rows": "cases:int contract_ore:int without_ore:int cheaper"}


class Share(Answer):
    """A common cost, shared to the öre (`hemvist.share/1`). Table: `municipalities`."""

    _lists = {"municipalities": "municipality counts:ints amount_ore:int got_remainder:bool share_basis_points:int"}


class FeeComparison(Answer):
    """What one home costs by the rules of several municipalities (`hemvist.fee_comparison/1`). Table: `costs`."""

    _lists = {"costs": "municipality year:int fee_per_month:int fee_derived:bool expenses_per_month:int per_day_ore:int"}


class PlanCost(Answer):
    """What a plan costs in a year (`hemvist.plan_cost/1`).

    Tables: `municipalities`; `moved_from_agency`; `agency_without_need`; `not_costed`: placements in no sum, and why.
    """

    _lists = {
        "municipalities": "municipality children_now:int now_ore:int children_planned:int planned_ore:int moved_from_agency:int "
        "saving_ore:int without_home:int bought_for_them_ore:int",
        "moved_from_agency": "child from to saving_ore:int",
        "agency_without_need": "child family needs:int proposed:bool",
        "not_costed": "child reason",
    }


class Statistics(Answer):
    """Children and days by year and quarter (`hemvist.statistics/1`).

    Tables: `years` and `quarters`, by municipality, all together where `municipality` is absent; `unknown_homes`; `overlaps`.
    """

    _lists = {
        "years": f"year:int municipality {_PERIOD}",
        "quarters": f"year:int quarter:int municipality {_PERIOD}",
        "unknown_homes": "home kinds:texts municipalities:texts spells:int days:int",
        "overlaps": "child days:int",
    }

    def _rows_of(self, path: str, lang: Lang) -> list[dict[str, Any]]:
        if path not in ("years", "quarters"):
            return super()._rows_of(path, lang)
        sides = [(year["year"], side) for year in self["years"] for side in (year["all"], *year["municipalities"])]
        of = [({"year": year, "municipality": side.get("municipality")}, side) for year, side in sides]
        if path == "years":
            return [side["year"] | names for names, side in of]
        return [counts | names | {"quarter": at} for names, side in of for at, counts in enumerate(side["quarters"], 1)]


class Exchange(Answer):
    """Who gives homes and who gets them (`hemvist.exchange/1`). Table: `municipalities`."""

    _lists = {
        "municipalities": "municipality homes:int places:int children:int now_own:int now_got:int now_gave:int plan_own:int "
        "plan_got:int plan_gave:int unplaced:int cost_ore:int cost_basis_points:int placed_basis_points:int"
    }


class Fairness(Answer):
    """The joint plan against each municipality alone (`hemvist.fairness/1`). Table: `municipalities`."""

    _lists = {
        "municipalities": "municipality children:int homes:int placed_alone:int placed_together:int "
        f"{_tiers('alone')} {_tiers('together')} below:bool {_tiers('served_first')} "
        f"with_promise_placed:int with_promise_share_basis_points:int {_tiers('with_promise_worth')} "
        f"max_min_placed:int max_min_share_basis_points:int {_tiers('max_min_worth')}"
    }

    @property
    def below(self) -> list[str]:
        """The municipalities that are worse off than alone."""
        return list(self["below"])


class Listing(Answer):
    """Homes that may be shown before identity is exchanged (`hemvist.listing/1`). Table: `homes`; what is absent is not shown."""

    _lists = {"homes": "handle kind ages_from:int ages_to:int municipality highest_needs:int places:int ready:bool"}


class ListingKey(Answer):
    """Which family a handle of a listing means (`hemvist.listing_key/1`): for the owner of the pool only. Table: `homes`."""

    _lists = {"homes": "handle family"}


class Promises(Answer):
    """Whom a home is promised to among those who showed interest (`hemvist.promises/1`). Tables: `promises`, `declined`."""

    _lists = {
        "promises": "family municipality children:texts fit:int",
        "declined": "municipality child family reason promised_to:texts why rules:texts",
    }


class Tonight(Answer):
    """Emergency homes in order for one child (`hemvist.tonight/1`). Tables: `homes`, `ruled_out`."""

    _lists = {
        "homes": "family municipality kind places:int fit:int metres_from_home:int notify warnings:texts questions:texts",
        "ruled_out": "rule homes:int",
    }


class EmergencyBoard(Answer):
    """Every free emergency place (`hemvist.emergency_board/1`). Table: `homes`."""

    _lists = {"homes": "municipality family kind places:int ages_from:int ages_to:int highest_needs:int"}


class Emergency(Answer):
    """Children in emergency homes and their clocks (`hemvist.emergency/1`). Table: `children`, most pressing first."""

    _lists = {
        "children": "child municipality family days:int clock basis last_day:date days_left:int place_in_queue:int proposed"
    }


class Coverage(Answer):
    """Homes and needs by municipality (`hemvist.coverage/1`).

    Tables: `municipalities`, with counts by the age bands of `coverage["bands"]`; `ready`: homes that can take a child now.
    """

    _lists = {
        "municipalities": "municipality children:int children_by_age:ints homes:int places:int places_by_age:ints ready_places:int "
        "without_any:int with_near:int nearest_elsewhere:int",
        "ready": "municipality family kind places:int ages_from:int ages_to:int highest_needs:int",
    }


class Caseload(Answer):
    """How many homes and children each follows (`hemvist.caseload/1`). Tables: `secretaries`, `workers`."""

    _lists = {"secretaries": "id now:int planned:int over:bool", "workers": "id now:int planned:int over:bool"}


class Gaps(Answer):
    """Which homes more would bring the pool most (`hemvist.gaps/1`).

    Tables: `best`: the best profiles of each kind of home and number of places, what each gains and how many children it places;
    `next`: homes to recruit one after the other; `supply`: what nobody needs; `idle`: places that the plan leaves empty; `all`:
    every profile with its gain, if that was asked for.
    """

    _lists = {
        "best": _BEST,
        "next": _BEST,
        "supply": "kind ages_from:int ages_to:int places:int profiles:int place_no_one:int",
        "idle": "kind ages_from:int ages_to:int homes:int places:int",
        "all": f"{_PROFILE} profile_competences:texts {_tiers('gain')}",
    }

    def _rows_of(self, path: str, lang: Lang) -> list[dict[str, Any]]:
        return super()._rows_of("best.profiles" if path == "best" else path, lang)


class Simulation(Answer):
    """A stream of children met in several ways (`hemvist.simulation/1`). Table: `ways`, against hindsight in hundredths of a per
    cent.
    """

    _lists = {
        "ways": "way placed:int unplaced:int placed_basis_points:int fit:int fit_basis_points:int network:int waiting_days:int "
        "median_wait:int longest_wait:int distances_known:int metres:int bought_days:int bought_ore:int moves:int refusals:int"
    }
