"""What a plan answers: the classes of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from ._document import Answer
from ._vocabulary import Lang

if TYPE_CHECKING:
    from ._plan import Plan
    from ._pool import Pool

_REGRET = "regret_urgency:int regret_network:int regret_fit:int regret_value:int regret_proven:bool"


class Alternatives(Answer):
    """The best other families for a child, for the pool as a whole (`hemvist.alternatives/1`).

    Tables: `families`, least loss first: the fit, what the pool loses by the best plan with this pair, whether nothing is lost
    (`tied`); `moves`: who else would be elsewhere in that plan.
    """

    _lists = {
        "families": f"family fit:int network:bool tied:bool {_REGRET} warnings:codes sentence:words",
        "families.moves": "family child from to",
    }

    @property
    def child(self) -> str:
        """The child."""
        return str(self["child"])

    @property
    def home(self) -> str | None:
        """Where the plan has it; `None`: nowhere."""
        home: str | None = self["home"]
        return home


class WhyNot(Answer):
    """What stands between a child and a family (`hemvist.why_not/1`); `print` it for the answer in a sentence.

    Tables: `moves`: who else would be elsewhere in the best plan with this pair; `reasons`: the rules that stop it; `locks`: the
    locks that no plan with this pair keeps.
    """

    _lists = {"moves": "child from to", "reasons": "rule", "locks": "child family"}

    @property
    def answer(self) -> Literal["proposed", "stays", "ruled_out", "impossible", "tied", "loses", "infeasible"]:
        """The answer in short."""
        answer: Any = self["answer"]
        return answer  # type: ignore[no-any-return]

    @property
    def regret(self) -> Mapping[str, Any] | None:
        """What the pool would lose, tier by tier; `None` unless a plan with the pair exists."""
        regret: Mapping[str, Any] | None = self["regret"]
        return regret


class WhatIf(Answer):
    """How a plan differs once the pool is changed (`hemvist.what_if/1`); `print` it for the difference in a sentence.

    Tables: `moves`: the children whose home differs; `arrived` and `left`; `locks`: what each new lock costs.
    """

    _lists = {
        "moves": "child from to",
        "arrived": "child to",
        "left": "child from",
        "locks": f"child family kind {_REGRET}",
    }

    def __init__(self, json: bytes, plan: Plan) -> None:
        super().__init__(json)
        self.plan = plan
        """The plan of the changed pool, to be asked further; the field of the same name is its document."""

    @property
    def pool(self) -> Pool:
        """The changed pool."""
        return self.plan.pool

    def _plain(self) -> dict[str, Any]:
        return {key: value for key, value in super()._plain().items() if key not in ("plan", "before", "after")}

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.to_json(), self.plan)


class Choices(Answer):
    """What each lock, ban and refusal in force costs the pool (`hemvist.choices/1`).

    Table: `choices`, with the reason that was given.
    """

    _lists = {"choices": f"kind child family reason on:date {_REGRET}"}


class Ties(Answer):
    """How far the best plan is the only one (`hemvist.ties/1`).

    Table: `children`: where each is in some best plan (`tied`; empty where all agree, nowhere as the text `–`), and whose lot
    decided.
    """

    _lists = {"children": "child home chosen tied:texts decided_by_child decided_by_turn:int decided_by_number"}

    @property
    def unique(self) -> int:
        """How many children have the same home in every best plan, or none in any."""
        return int(self["unique"])

    def _rows_of(self, path: str, lang: Lang) -> list[dict[str, Any]]:
        return [row | {"tied": [home or "–" for home in row.get("tied", [])]} for row in super()._rows_of(path, lang)]


class Robustness(Answer):
    """In what share of plausible weightings each placement survives (`hemvist.robustness/1`).

    Tables: `children`: in how many of the samples the home is the same, and the least change of one weight, per mille, that
    turns it; `criteria`: how many children each weight alone can turn.
    """

    _lists = {
        "children": "child home survives:int first_turn_criterion first_turn_change:int first_turn_home",
        "criteria": "criterion weight:int share:int turns:int",
    }

    @property
    def samples(self) -> int:
        """How many weightings were drawn."""
        return int(self["samples"])


class Questions(Answer):
    """Facts that are not known and could change a proposal (`hemvist.questions/1`).

    Tables: `decisive`: the questions, for each child the one to ask first; `children`; `answers`: what each answer would do.
    """

    _lists = {
        "children.decisive": "child home question about sentence:words",
        "children": "child home unknown:int",
        "children.decisive.answers": f"child question about answer home {_REGRET}",
    }

    def _rows_of(self, path: str, lang: Lang) -> list[dict[str, Any]]:
        return [row | {"about": _one(row, "about_"), "answer": _one(row, "answer_")} for row in super()._rows_of(path, lang)]


def _one(row: Mapping[str, Any], prefix: str) -> str | None:
    """Whichever field of several is there, as text."""
    found = (value for name, value in row.items() if name.startswith(prefix) and value is not None)
    value = next(found, None)
    return None if value is None else ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


class Calls(Answer):
    """Whom to ask, in which order, and how many placements to expect (`hemvist.calls/1`).

    Tables: `calls`: each child's list, with the rate at which the family accepts, per cent, and what the pool loses if the child
    comes there; `children`; `moves`: who else would be elsewhere then.
    """

    _lists = {
        "children.calls": f"child family rate:int {_REGRET}",
        "children": "child together_with:texts locked:bool",
        "children.calls.moves": "family child from to",
    }

    @property
    def expected(self) -> tuple[float, float] | None:
        """How many children are placed on average if every refusal is followed by the next best plan: if all families of whom no
        rate is known decline, and if all accept; `None` if no calls were played through.
        """
        both: Mapping[str, int] | None = self["all_calls"]
        return None if both is None else (both["unknown_decline"] / 100, both["unknown_accept"] / 100)


class Groups(Answer):
    """How groups of children fare in a plan (`hemvist.groups/1`).

    Table: `groups`. Counts of so few children that they could be recognised are absent.
    """

    _lists = {
        "groups": "label labels:int children:int placed_count:int placed_of:int placed_per_mille:int network_count:int "
        "network_of:int network_per_mille:int drawn_count:int drawn_of:int drawn_per_mille:int mean_fit:int mean_days_waited:int"
    }
