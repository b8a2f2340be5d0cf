"""The questions that a plan answers, as its methods."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, SupportsFloat, SupportsIndex, TypedDict, TypeVar, Unpack, cast

from . import _hemvist, _rows
from ._arguments import seconds, whole
from ._arguments import threads as _threads
from ._ask import Alternatives, Calls, Choices, Groups, Questions, Robustness, Ties, WhatIf, WhyNot
from ._policy import Policy
from ._pool import Pool
from ._progress import Steps, StepsOption, teller
from ._table import Table

if TYPE_CHECKING:
    from .region import Gaps

Pair = tuple[str, str]
Pairs = Pair | Iterable[Pair]

_A = TypeVar("_A")
_Told = tuple[int, int | None, float | None, Callable[[tuple[int, ...] | None, float], None] | None]
_MOST = 2**32 - 1
_MOST_WORK = 2**53 - 1


class Limits(TypedDict, total=False):
    """How far a question may go; every question takes these by name."""

    threads: SupportsIndex | None
    """Worker threads; `None`: one per processor. The answer does not depend on it."""
    work_limit: SupportsIndex | None
    """Stop each solve after so much counted work; can be repeated exactly. What is then not proven says so."""
    time_limit: SupportsFloat | None
    """Stop after this many seconds; what is not proven by then says so."""
    progress: StepsOption
    """`True` shows a bar; or a function that is called now and then with `Steps`."""


class Asking(_hemvist.Plan):
    """A plan that can be asked. Every answer is exact: a question that forces something is answered by the best plan under that
    condition. A plan from a file or another process is matched again first.
    """

    pool: Pool
    policy: Policy

    def alternatives(self, child: str, k: SupportsIndex = 3, **limits: Unpack[Limits]) -> Alternatives:
        """The best other families for a child, for the pool as a whole, each with what the pool loses and who would move.

        Args:
            child: The id of a child.
            k: At most so many families.
            limits: See `Limits`.

        Raises:
            NotInPoolError: The pool has no such child.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> others = plan.alternatives("C-015", k=2)
            >>> print(others.home, others.table()["family"])
            F-048 ['F-024', 'F-026']
        """
        most = whole("k", k, 0, _MOST)
        return self._ask(limits, lambda told: Alternatives(_hemvist.alternatives(self, child, most, told)))

    def alternatives_of_all(self, k: SupportsIndex = 3, **limits: Unpack[Limits]) -> list[Alternatives]:
        """`alternatives` for every child who needs a placement, in the order of ids.

        Args:
            k: At most so many families each.
            limits: See `Limits`.
        """
        most = whole("k", k, 0, _MOST)
        found = self._ask(limits, lambda told: _hemvist.alternatives_of_all(self, most, told))
        return [Alternatives(_hemvist.canonical_json(json.dumps(answer).encode())) for answer in json.loads(found)]

    def regrets(self, **limits: Unpack[Limits]) -> Table:
        """How firm each placement is: what the pool as a whole would lose if the child went to the next best family.

        Args:
            limits: See `Limits`.

        Returns:
            A table of the children whom the plan places: `child`, `home`, `next` (the next best family; absent: there is no
            other), `tied`, and what is lost, tier by tier. The first tier that is not 0 decides.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> regrets = plan.regrets()
            >>> len(regrets) == len(plan.placements())
            True
        """
        placed = [answer for answer in self.alternatives_of_all(1, **limits) if answer["home"] is not None and not answer["stays"]]
        none: dict[str, Any] = {}
        rows = [{"child": a.child, "home": a.home} | next(iter(_rows.rows(a, "families")), none) for a in placed]
        named = [row | {"next": row.get("family")} for row in rows]
        columns = "child home next tied:bool regret_urgency:int regret_network:int regret_fit:int regret_proven:bool"
        return _rows.table(named, columns, "en")

    def why_not(self, child: str, family: str, **limits: Unpack[Limits]) -> WhyNot:
        """Why a child does not go to a family: the rules that stop it, or exactly what the pool would lose and who would be
        displaced.

        Args:
            child: The id of a child.
            family: The id of a family.
            limits: See `Limits`.

        Raises:
            NotInPoolError: The pool has no such child or family.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> print(plan.why_not("C-005", "F-019"))
            C-005 could go to F-019: the pool as a whole loses 35 points of fit; C-037 would go to F-015 instead of F-019
        """
        return self._ask(limits, lambda told: WhyNot(_hemvist.why_not(self, child, family, told)))

    def what_if(
        self,
        changes: Mapping[str, Any] | str | bytes | None = None,
        *,
        lock: Pairs = (),
        ban: Pairs = (),
        refused: Pairs = (),
        considered: Pairs = (),
        lift: Pairs = (),
        withdraw: str | Iterable[str] = (),
        leave: str | Iterable[str] = (),
        places: Mapping[str, SupportsIndex] | None = None,
        reason: str = "tried by what-if",
        policy: Policy | None = None,
        **limits: Unpack[Limits],
    ) -> WhatIf:
        """What would change if people decide something, families or children come or go, or another policy holds.

        The pool stays as it is; the answer has the changed pool and its plan, which can be asked further. Pairs are
        `(child, family)`, one or several.

        Args:
            changes: A document `hemvist.changes/1`, such as with families and children who come; what follows is added to it.
            lock: The child is to go to this family.
            ban: The child must not go to this family.
            refused: The family has been asked about this child and said no.
            considered: The family, of the child's network, has been considered first, and `reason` tells why it is another.
            lift: Every lock, ban or other choice for this pair is taken back.
            withdraw: Families that withdraw.
            leave: Children who leave.
            places: How many more children a family can take, by family.
            reason: The reason for what is locked, banned, refused or considered here.
            policy: Another policy for the plan after.
            limits: See `Limits`.

        Raises:
            RequestError: The changes were refused; the error holds every problem.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> answer = plan.what_if(lock=("C-005", "F-019"))
            >>> print(answer)
            32 children get a home (32 before); the pool as a whole loses 35 points of fit;
            C-005 would go to F-019 instead of F-015; C-037 would go to F-015 instead of F-019
            >>> answer.plan.family_of("C-005")
            'F-019'
        """
        added: dict[str, list[Any]] = {
            "choices": [
                {"kind": kind, "child": child, "family": family, "reason": reason}
                for kind, pairs in (("lock", lock), ("ban", ban), ("refused", refused), ("considered", considered))
                for child, family in _pairs(kind, pairs)
            ],
            "lifted": [entry for pair in _pairs("lift", lift) for entry in self._in_force(pair)],
            "withdrawn": _texts("withdraw", withdraw),
            "left": _texts("leave", leave),
            "places": [
                {"family": family, "places": whole("places", number, 0, _MOST)} for family, number in (places or {}).items()
            ],
        }
        document = _with(changes, {name: entries for name, entries in added.items() if entries})
        bytes_, after, pool = self._ask(limits, lambda told: _hemvist.what_if(self, document, policy, told))
        from ._plan import Plan

        return WhatIf(bytes_, Plan(after, Pool(pool), policy or self.policy))

    def _in_force(self, pair: Pair) -> list[dict[str, str]]:
        """The choices for a pair as what is to be lifted; a lock if there are none, which the engine then refuses."""
        here = [choice for choice in self.pool.get("choices", []) if (choice["child"], choice["family"]) == pair]
        return [{"kind": kind, "child": pair[0], "family": pair[1]} for kind in [c["kind"] for c in here] or ["lock"]]

    def choices(self, **limits: Unpack[Limits]) -> Choices:
        """What each lock, ban and refusal in force costs the pool: the best plan without it against the plan.

        Args:
            limits: See `Limits`.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> plan.choices().table()["regret_fit"]
            [0, 0, 0, 0, 0, 0, 25]
        """
        return self._ask(limits, lambda told: Choices(_hemvist.choices(self, told)))

    def ties(self, **limits: Unpack[Limits]) -> Ties:
        """How far the best plan is the only one: every home that some best plan gives a child, and whose lot decided.

        Args:
            limits: See `Limits`.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> ties = plan.ties()
            >>> ties.unique, len(ties["children"])
            (48, 48)
        """
        return self._ask(limits, lambda told: Ties(_hemvist.ties(self, told)))

    def robustness(
        self,
        *,
        share: SupportsIndex = 250,
        shares: Mapping[str, SupportsIndex] | None = None,
        samples: SupportsIndex = 100,
        steps: SupportsIndex = 5,
        seed: str | None = None,
        **limits: Unpack[Limits],
    ) -> Robustness:
        """How much rests on the weights: in what share of plausible weightings each placement survives.

        Args:
            share: How far every weight may vary, per mille of itself, 1 to 1000. No evidence says how far weights can be
                trusted: declare it.
            shares: How far single weights may vary instead, by criterion; 0: not at all.
            samples: How many weightings are drawn, each a match of the pool, 0 to 100 000.
            steps: In how many steps each weight is varied alone, to either side, 0 to 100.
            seed: The seed of the weightings; `None`: that of the draw.
            limits: See `Limits`.

        Raises:
            RequestError: An option was refused.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> found = plan.robustness(samples=20, steps=0)
            >>> sum(survives < 20 for survives in found.table()["survives"])
            1
        """
        numbers = [whole(name, value, 0, _MOST) for name, value in (("share", share), ("samples", samples), ("steps", steps))]
        single = [(name, whole("shares", value, 0, _MOST)) for name, value in (shares or {}).items()]

        def ask(told: _Told) -> Robustness:
            return Robustness(_hemvist.robustness(self, numbers[0], single, numbers[1], numbers[2], seed, told))

        return self._ask(limits, ask)

    def questions(self, child: str | None = None, **limits: Unpack[Limits]) -> Questions:
        """The facts that are not known and could change a proposal, for each child the one to ask first.

        Args:
            child: The id of a child; `None`: every child who needs a placement.
            limits: See `Limits`.

        Raises:
            NotInPoolError: The pool has no such child.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> print(plan.questions("C-010").table()["sentence"][0])
            what needs level can the family carry? (F-034); if level 1 or level 2 or level 3 or level 4: C-010 would lose F-034 and
            be without a home
        """
        return self._ask(limits, lambda told: Questions(_hemvist.questions(self, child, told)))

    def calls(
        self,
        child: str | None = None,
        k: SupportsIndex = 3,
        *,
        rates: Mapping[Pair, SupportsIndex] | str | bytes | None = None,
        unknown_rate: SupportsIndex | None = None,
        runs: SupportsIndex = 100,
        seed: str | None = None,
        **limits: Unpack[Limits],
    ) -> Calls:
        """Whom to ask first, whom next if that one says no, and how many placements to expect.

        Args:
            child: The id of a child; `None`: every child whom the plan places.
            k: Longest call list.
            rates: How likely pairs of child and family are to come about if asked, per cent, where that is known; or a document
                `hemvist.rates/1`. For all other pairs the family's own `acceptance_rate` holds.
            unknown_rate: The rate of families of whom none is known, per cent; `None`: both ends are told.
            runs: How many times the calls are played through, 0 to 100 000.
            seed: The seed of those runs; `None`: that of the draw.
            limits: See `Limits`.

        Raises:
            RequestError: A rate or an option was refused.
            NotInPoolError: The pool has no such child.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> plan.calls("C-015", runs=0).table()["family"]
            ['F-048', 'F-024', 'F-026']
        """
        if isinstance(rates, Mapping):
            pairs = [{"child": c, "family": f, "rate": whole("rates", rate, 0, _MOST)} for (c, f), rate in rates.items()]
            rates = json.dumps({"format": "hemvist.rates/1", "rates": pairs})
        document = None if rates is None else _encoded(rates)
        unknown = None if unknown_rate is None else whole("unknown_rate", unknown_rate, 0, 100)
        most, times = whole("k", k, 0, _MOST), whole("runs", runs, 0, _MOST)

        def ask(told: _Told) -> Calls:
            return Calls(_hemvist.calls(self, child, most, (document, unknown), (times, seed), told))

        return self._ask(limits, ask)

    def groups(
        self,
        labels: Mapping[str, str] | Literal["municipality", "gender"] | bytes = "municipality",
        *,
        least: SupportsIndex = 5,
        **limits: Unpack[Limits],
    ) -> Groups:
        """How groups of children fare: how many are placed, in network homes, by lot; mean fit and waiting.

        Labels are never kept and never enter the fit.

        Args:
            labels: The label of each child, by id; or `"municipality"` or `"gender"` as the pool has it; or a document
                `hemvist.labels/1`.
            least: Counts of fewer children are not told.
            limits: See `Limits`.

        Raises:
            RequestError: A label or `least` was refused.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> groups = plan.groups("gender")
            >>> [group["children"] for group in groups["groups"]]
            [26, 22]
        """
        document: bytes | None = None
        if isinstance(labels, Mapping):
            pairs = [{"child": child, "label": label} for child, label in labels.items()]
            document = _encoded(json.dumps({"format": "hemvist.labels/1", "labels": pairs}))
        elif isinstance(labels, bytes):
            document = labels
        elif labels not in ("municipality", "gender"):
            raise ValueError('labels must be "municipality", "gender", a dict by child, or a document as bytes')
        at_least = whole("least", least, 0, _MOST)
        return self._ask(limits, lambda told: Groups(_hemvist.groups(self, document, labels == "gender", at_least, told)))

    def gaps(
        self,
        profiles: Iterable[Mapping[str, Any]] = (),
        *,
        list: SupportsIndex | None = None,
        next: SupportsIndex | None = None,
        all: bool = False,
        costing: Mapping[str, Any] | None = None,
        threads: SupportsIndex | None = None,
    ) -> Gaps:
        """Which homes more would bring the pool most: `hemvist.region.gaps` for the plan's pool, policy and seed.

        Args:
            profiles: As for `hemvist.region.gaps`; likewise the others.
            list: How many of the best profiles of each kind of home and number of places are listed.
            next: How many homes are chosen one after the other.
            all: Also give the gain of every single profile, as the heat map needs it.
            costing: How money is counted.
            threads: Worker threads; `None`: one per processor.

        Examples:
            >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
            >>> teenagers = {"municipality": "1282", "kind": "family", "ages": {"from": 13, "to": 20}, "highest_needs": 3, "places": 1}
            >>> plan.gaps([teenagers], next=0).table()["children"]
            [1]
        """
        from ._plan import Plan
        from .region import gaps_of

        assert isinstance(self, Plan)
        return gaps_of(self, profiles, list=list, next=next, all=all, costing=costing, threads=threads)

    def _ask(self, limits: Limits, ask: Callable[[_Told], _A]) -> _A:
        """Asks with these limits, and shows how far it has come."""
        unknown = sorted(set(limits) - set(Limits.__annotations__))
        if unknown:
            raise TypeError(f"unexpected argument: {unknown[0]}")
        wall, work = seconds(limits.get("time_limit")), limits.get("work_limit")
        most = None if work is None else whole("work_limit", work, 0, _MOST_WORK)
        with teller(limits.get("progress", False), wall, Steps) as tell:
            return ask((_threads(limits.get("threads")), most, wall, tell))


def _pairs(name: str, given: Any) -> list[Pair]:
    """One pair of texts or several, as a list."""
    try:
        pairs = [tuple(pair) for pair in ([given] if _is_pair(given) else given)]
    except TypeError:
        pairs = [()]
    if not all(_is_pair(pair) for pair in pairs):
        raise ValueError(f"{name} must be a pair (child, family) or several")
    return cast("list[Pair]", pairs)


def _is_pair(given: Any) -> bool:
    return isinstance(given, tuple) and [type(part) for part in given] == [str, str]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _texts(name: str, given: Any) -> list[str]:
    """One text or several, as a list."""
    texts = [given] if isinstance(given, str) else list(given)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} must be an id or several")
    return texts


def _with(changes: Mapping[str, Any] | str | bytes | None, added: Mapping[str, list[Any]]) -> bytes:
    """A document of changes with more of them in it."""
    if isinstance(changes, str | bytes):
        if not added:
            return _encoded(changes)
        changes = cast("Mapping[str, Any]", json.loads(changes))
    document: dict[str, Any] = {"format": "hemvist.changes/1"} | dict(changes or {})
    for name, entries in added.items():
        document[name] = [*document.get(name, []), *entries]
    return _encoded(json.dumps(document))


def _encoded(document: str | bytes) -> bytes:
    return document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
