"""Plans: a proposal for a whole pool, with a reason for every child."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike, fspath
from typing import Any, Literal, Self, overload

from . import _hemvist, _html
from ._arguments import whole
from ._asking import Asking
from ._document import Answer, Document, Sentences
from ._policy import Policy
from ._pool import Pool
from ._score import Score, score
from ._table import Table
from ._vocabulary import Lang, word

Outcome = Literal["placed", "unplaced", "stays"]

_MOST_RUNS = 2**32 - 1


class Record(Answer):
    """An audit record (`hemvist.audit/1`): digests of pool, policy and plan, the seed, locks with reasons, the pairs.

    `replay` runs it again. It holds ids and reasons from the pool: treat it as you treat the pool.

    Tables: `placed`; `choices` in force, with their reasons; `network_skipped`: network homes that children do not get, with the
    reason recorded for it; `overrides`: pairs that break a rule of which the policy only warns.
    """

    _lists = {
        "placed": "child family",
        "choices": "kind child family reason on:date",
        "network_skipped": "child family rules:texts reason",
        "overrides": "child family rule source",
    }

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Self:
        """Reads a record from a file; `replay` checks it."""
        with open(fspath(path), "rb") as file:
            return cls(file.read())


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a plan says of one child, and why."""

    child: str
    """The child."""
    outcome: Outcome
    """Whether the plan places the child, finds no home for it, or leaves it where it lives."""
    family: str | None
    """The proposed family, or the one where the child stays."""
    score: Score | None
    """The pair of child and family taken apart; `None` if there is no family."""
    entry: Mapping[str, Any]
    """The child's entry in the plan document."""
    sentences: tuple[Sentences, ...]
    """Why, from the most to the least important."""

    def text(self, lang: Lang = "en") -> str:
        """The explanation as lines for people."""
        at = 0 if lang == "en" else 1
        to = "–" if self.family is None else self.family
        return "\n".join([f"{self.child}: {to}", *(f"  {sentence[at]}" for sentence in self.sentences)])

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return _html.explanation(self)


class Plan(Asking, Document):
    """A proposal for a whole pool (`hemvist.plan/1`). People decide.

    Every child of the pool is in it once: placed, without a home and told why, or staying where it lives. The same pool,
    policy and options give the same bytes, whatever the order of the input and the number of threads.

    Examples:
        >>> pool = hemvist.Pool.read("examples/nordvastra-skane")
        >>> plan = hemvist.match(pool)
        >>> plan.status, plan.totals["placed"], plan.totals["unplaced"]
        ('optimal', 32, 16)
        >>> plan["placed"][0]["child"], plan["placed"][0]["family"]
        ('C-004', 'F-022')
    """

    pool: Pool
    """The pool that was matched."""
    policy: Policy
    """The policy it was matched by."""

    def __new__(cls, plan: _hemvist.Plan, pool: Pool, policy: Policy) -> Self:
        made = super().__new__(cls, plan)
        made.pool, made.policy = pool, policy
        return made

    @property
    def as_of(self) -> datetime.date:
        """The date the pool describes."""
        return self.pool.as_of

    @property
    def status(self) -> Literal["optimal", "feasible", "infeasible"]:
        """How good the plan is known to be.

        `optimal`: no plan is better, proven and checked. `feasible`: a limit was reached; the best known, at most `gap` below
        the best. `infeasible`: the locks contradict, `plan["conflicts"]` says which, and nobody is placed.
        """
        status: Literal["optimal", "feasible", "infeasible"] = self["status"]
        return status

    @property
    def is_optimal(self) -> bool:
        """Whether no plan is better, which is proven and checked by code that is not the solver's."""
        return self.status == "optimal"

    @property
    def value(self) -> int:
        """What the plan is worth in the one sum that its aims are packed into."""
        return int(self["objective"]["value"])

    @property
    def bound(self) -> int:
        """No plan can be worth more than this."""
        return int(self["objective"]["bound"])

    @property
    def gap(self) -> int:
        """`bound - value`; 0 if the plan is proven best."""
        return int(self["objective"]["gap"])

    @property
    def totals(self) -> dict[str, int]:
        """Counts and sums, such as children, placed, unplaced, places_free and fit."""
        return dict(self["totals"])

    @cached_property
    def _homes(self) -> dict[str, tuple[Outcome, dict[str, Any]]]:
        """What is said of each child."""
        outcomes: tuple[Outcome, ...] = ("placed", "unplaced", "stays")
        return {entry["child"]: (outcome, entry) for outcome in outcomes for entry in self[outcome]}

    def family_of(self, child: str) -> str | None:
        """The proposed family of a child, or the one where it stays; `None`: no home.

        Raises:
            NotInPoolError: The pool has no such child.
        """
        if child not in self._homes:
            self.pool.describe_child(child)
        family: str | None = self._homes[child][1].get("family")
        return family

    def placements(self, lang: Lang = "en") -> Table:
        """The proposed pairs, in the order of child ids.

        Args:
            lang: The language of `because`.

        Returns:
            A table of `child`, `family`, `fit`, `low` and `high` (the range that missing facts leave), `network` (whether
            the child knows the family beforehand), `siblings` (who will live there too), `candidates` (how many families
            could have been chosen), `chosen` (how it came to that), `warnings` (codes of the rules that mark the pair)
            and `because`.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> placements = plan.placements()
            >>> len(placements), placements["child"][0], placements["fit"][0]
            (32, 'C-004', 760)
        """
        rows = self["placed"]
        because = iter(_hemvist.short_reasons(self.pool, [(row["child"], row["family"]) for row in rows], lang, self.policy))
        return Table.of(
            rows,
            ("child", "text", lambda row: row["child"]),
            ("family", "text", lambda row: row["family"]),
            ("fit", "int16", lambda row: row["fit"]),
            ("low", "int16", lambda row: row.get("fit_range", [row["fit"]])[0]),
            ("high", "int16", lambda row: row.get("fit_range", [row["fit"]])[-1]),
            ("network", "bool", lambda row: row["network"]),
            ("siblings", "texts", lambda row: row.get("siblings", [])),
            ("candidates", "int", lambda row: row["candidates"]),
            ("chosen", "text", lambda row: row["chosen"]),
            ("warnings", "texts", lambda row: [reason["rule"] for reason in row.get("warnings", [])]),
            ("because", "text", lambda _: next(because)),
        )

    def parts(self) -> Table:
        """What each criterion gives to each proposed pair: a row for each child and criterion.

        Returns:
            A table of `child`, `family`, `criterion`, `value` (0 to 1000), `weight`, `points` (they sum to the fit) and `most`
            (the points it could give). Criteria that give no points are left out, as in the plan document.
        """
        rows = [(row, part) for row in self["placed"] for part in row["parts"]]
        return Table.of(
            rows,
            ("child", "text", lambda row: row[0]["child"]),
            ("family", "text", lambda row: row[0]["family"]),
            ("criterion", "text", lambda row: row[1]["criterion"]),
            ("value", "int16", lambda row: row[1]["value"]),
            ("weight", "int", lambda row: row[1]["weight"]),
            ("points", "int16", lambda row: row[1]["points"]),
            ("most", "int16", lambda row: row[1]["most"]),
        )

    def unplaced(self, lang: Lang = "en") -> Table:
        """The children without a proposed home, and why.

        Args:
            lang: The language of `because`.

        Returns:
            A table of `child`, `reason`, `candidates` (how many families are eligible), `lives_in` (where the child
            waits), `ruled_out_by` (the rules that rule families out, most families first), `nearest` (the families ruled
            out for the fewest reasons), `taken` (the eligible families that others got) and `because`.
        """
        rows = self["unplaced"]
        because = {row["child"]: self.explain(row["child"]).sentences for row in rows}
        at = 0 if lang == "en" else 1
        return Table.of(
            rows,
            ("child", "text", lambda row: row["child"]),
            ("reason", "text", lambda row: row["reason"]),
            ("candidates", "int", lambda row: row["candidates"]),
            ("lives_in", "text", lambda row: row.get("lives_in")),
            ("ruled_out_by", "texts", lambda row: [rule["rule"] for rule in row["ruled_out"]]),
            ("nearest", "texts", lambda row: [nearest["family"] for nearest in row["nearest"]]),
            ("taken", "texts", lambda row: [taken["family"] for taken in row.get("taken", [])]),
            ("because", "text", lambda row: "; ".join(sentence[at] for sentence in because[row["child"]])),
        )

    def stays(self) -> Table:
        """The children who stay where they live: `child` and `family`."""
        return Table.of(
            self["stays"],
            ("child", "text", lambda row: row["child"]),
            ("family", "text", lambda row: row["family"]),
        )

    def duties(self, lang: Lang = "en") -> Table:
        """What the law or the policy asks of people if the plan is followed.

        Args:
            lang: The language of `sentence`.

        Returns:
            A table of `duty` (its code), `child` and `family` where it is about one, and `sentence`.
        """
        sentences = iter(self._sentences["duties"])
        return Table.of(
            self["duties"],
            ("duty", "text", lambda row: row["duty"]),
            ("child", "text", lambda row: row.get("child")),
            ("family", "text", lambda row: row.get("family")),
            ("sentence", "text", lambda _: next(sentences)[lang]),
        )

    def network_skipped(self) -> Table:
        """The network homes that children to be placed do not get; the reason should be recorded.

        Returns:
            A table of `child`, `family`, `rules` (those that stop the pair; none: eligible, but not in the best plan) and `choice`,
            which records the reason; absent: it is still to be recorded.
        """
        return Table.of(
            self.get("network_skipped", []),
            ("child", "text", lambda row: row["child"]),
            ("family", "text", lambda row: row["family"]),
            ("rules", "texts", lambda row: row.get("rules", [])),
            ("choice", "text", lambda row: row.get("choice")),
        )

    def warnings(self, lang: Lang = "en") -> list[str]:
        """What people should look at before they follow the plan, in sentences."""
        return [sentence[lang] for sentence in self._sentences["warnings"]]

    @cached_property
    def _sentences(self) -> dict[str, list[dict[str, str]]]:
        sentences: dict[str, list[dict[str, str]]] = json.loads(self._sentences_json())
        return sentences

    @overload
    def explain(self, child: str) -> Explanation: ...
    @overload
    def explain(self, child: str, family: None) -> Explanation: ...
    @overload
    def explain(self, child: str, family: str) -> Score: ...

    def explain(self, child: str, family: str | None = None) -> Explanation | Score:
        """Why the plan says what it says of a child; or, with a family, what speaks for and against that pair.

        Args:
            child: The id of a child.
            family: The id of any family; `None`: what the plan proposes.

        Raises:
            NotInPoolError: The pool has no such child or family.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> explanation = plan.explain("C-015")
            >>> explanation.family, explanation.score.fit
            ('F-048', 828)
            >>> plan.explain("C-015", "F-022").fit
            726
        """
        if family is not None:
            return score(self.pool, child, family, self.policy)
        home = self.family_of(child)
        outcome, entry = self._homes[child]
        pair = None if home is None else score(self.pool, child, home, self.policy)
        sentences = tuple(Sentences(*both) for both in zip(self._why(child, pair, "en"), self._why(child, pair, "sv")))
        return Explanation(child, outcome, home, pair, entry, sentences)

    def _why(self, child: str, pair: Score | None, lang: Lang) -> list[str]:
        outcome, entry = self._homes[child]
        if outcome == "stays":
            return [{"en": "stays where it lives", "sv": "bor kvar"}[lang]]
        if pair is not None:
            return [pair.because(lang), word("chosen", entry["chosen"], lang)]
        say = {
            "en": ("{} families: {}", "nearest: {}, but {}", "{} is taken by {}", "{} has no place that the child can have"),
            "sv": ("{} familjer: {}", "närmast: {}, men {}", "{} är upptaget av {}", "{} har ingen plats som barnet kan få"),
        }[lang]
        lines = [word("unplaced", entry["reason"], lang)]
        lines += [say[0].format(rule["families"], word("rule", rule["rule"], lang)) for rule in entry["ruled_out"][:3]]
        for nearest in entry["nearest"][:1]:
            lines.append(say[1].format(nearest["family"], "; ".join(self._in_the_way(child, nearest, lang))))
        for taken in entry.get("taken", []):
            holders = [f"{h['child']} ({word('why', h['why'], lang)})" for h in taken.get("holders", [])]
            by_others = say[2].format(taken["family"], ", ".join(holders)) if holders else say[3].format(taken["family"])
            lines.append(by_others)
        return lines

    def _in_the_way(self, child: str, nearest: Mapping[str, Any], lang: Lang) -> list[str]:
        """What stands between a child and a family, in sentences."""
        reasons = score(self.pool, child, nearest["family"], self.policy).reasons
        sentences = {reason.rule: reason.sentence._asdict()[lang] for reason in reasons}
        codes = [reason["rule"] for reason in nearest["reasons"]]
        return [sentences.get(code) or word("bar", code, lang) for code in codes]

    def moves(self, other: Plan) -> Table:
        """The children who live elsewhere under another plan.

        Args:
            other: A plan of the same children, for example with another policy.

        Returns:
            A table of `child`, `before` (the family in this plan), `after` (the family in the other), `fit_before` and
            `fit_after`; absent where the child has no home or stays.

        Examples:
            >>> pool = hemvist.Pool.read("examples/nordvastra-skane")
            >>> near = hemvist.Policy.default().with_weights({"travel_home": 1000})
            >>> len(hemvist.match(pool).moves(hemvist.match(pool, near)))
            3
        """
        children = sorted({*self._homes, *other._homes}, key=lambda child: child.encode())
        none: tuple[Outcome, dict[str, Any]] = ("unplaced", {})
        rows = [(child, self._homes.get(child, none)[1], other._homes.get(child, none)[1]) for child in children]
        return Table.of(
            [row for row in rows if row[1].get("family") != row[2].get("family")],
            ("child", "text", lambda row: row[0]),
            ("before", "text", lambda row: row[1].get("family")),
            ("after", "text", lambda row: row[2].get("family")),
            ("fit_before", "int16", lambda row: row[1].get("fit")),
            ("fit_after", "int16", lambda row: row[2].get("fit")),
        )

    def audit(self, run: int | None = None) -> Record:
        """The audit record of the plan.

        Args:
            run: Your own count of runs on this pool, if you keep one: whoever reruns until a seed pleases leaves a trace.
        """
        return Record(self._record(None if run is None else whole("run", run, 0, _MOST_RUNS)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._restored, (self.pool, self.policy, self._state())

    @classmethod
    def _restored(cls, pool: Pool, policy: Policy, state: Any) -> Self:
        return cls(cls._restore(pool, policy, state), pool, policy)

    def __repr__(self) -> str:
        totals = self.totals
        return f"Plan({self.status}: {totals['placed']} placed, {totals['unplaced']} without a home, {totals['stays']} stay)"

    def _repr_html_(self) -> str:
        return _html.plan(self)
