"""Fits before any pool is solved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, SupportsIndex

from . import _hemvist, _html
from ._arguments import threads as _threads
from ._arguments import whole
from ._document import Answer, Document, Sentences
from ._policy import Policy
from ._pool import Pool
from ._table import Table
from ._vocabulary import Lang, word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Part(NamedTuple):
    """What one criterion gives to the fit of a pair."""

    criterion: str
    """The criterion, such as `travel_home`."""
    value: int
    """Its value, 0 to 1000."""
    low: int
    """Least value if all facts were known."""
    high: int
    """Greatest value if all facts were known."""
    weight: int
    """Its weight in the policy."""
    points: int
    """Points of the fit that come from it; the points of all parts sum to the fit."""
    most: int
    """Most points it could give."""
    sentence: Sentences
    """What it found."""

    def label(self, lang: Lang = "en") -> str:
        """The criterion in words."""
        return word("criterion", self.criterion, lang)


class Reason(NamedTuple):
    """A rule that applies to a pair."""

    rule: str
    """The rule, such as `age.outside_range`."""
    mode: Literal["require", "warn"]
    """Whether it rules the pair out or marks it."""
    sentence: Sentences
    """The rule in words, with its facts."""


class Question(NamedTuple):
    """A fact that is not known and would matter to a pair."""

    field: str
    """The field that would answer it, such as `family.ages`."""
    sentence: Sentences
    """The question to ask."""


class Score(_hemvist.Score, Document):
    """Everything that rules and criteria say of one child and one family.

    The fit is a weighted mean of criteria, 0 to 1000: a count of facts that people found important, not a probability.

    Examples:
        >>> pool = hemvist.Pool.read("examples/nordvastra-skane")
        >>> score = hemvist.score(pool, "C-015", "F-048")
        >>> score
        Score(C-015 to F-048: fit 828, 810 to 845)
        >>> sum(part.points for part in score.parts)
        828
        >>> score.parts[0].label(), score.parts[0].points, str(score.parts[0].sentence)
        ('needs', 200, 'needs at level 2, the family carries up to 2')
    """

    @property
    def parts(self) -> tuple[Part, ...]:
        """What each criterion gives, in the order of criteria."""
        return tuple(_part(part, sentence) for part, sentence in self._said("parts"))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every rule that applies."""
        reasons = self._said("reasons")
        return tuple(Reason(reason["rule"], reason["mode"], sentence) for reason, sentence in reasons)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is not known and would matter."""
        return tuple(Question(field, sentence) for field, sentence in self._said("questions"))

    def because(self, lang: Lang = "en") -> str:
        """For and against in one line."""
        because: dict[str, str] = self._sentences["because"]
        return because[lang]

    def text(self, lang: Lang = "en") -> str:
        """The score as lines for people."""
        at = 0 if lang == "en" else 1
        lines = [f"{self.child} – {self.family}: {_fit(self, lang)}"]
        lines += [f"  {reason.sentence[at]}" for reason in self.reasons]
        parts = [part for part in self.parts if part.weight > 0]
        lines += [f"  {part.points:4} / {part.most:3}  {part.label(lang)}: {part.sentence[at]}" for part in parts]
        lines += [f"  ? {question.sentence[at]}" for question in self.questions]
        return "\n".join(lines)

    def _said(self, kind: str) -> list[tuple[Any, Sentences]]:
        sentences = [Sentences(**sentence) for sentence in self._sentences[kind]]
        return list(zip(self["explanation"][kind], sentences, strict=True))

    @cached_property
    def _sentences(self) -> dict[str, Any]:
        sentences: dict[str, Any] = json.loads(self._sentences_json())
        return sentences

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._restored, (self.to_json(), self._sentences_json())

    @classmethod
    def _restored(cls, document: bytes, sentences: bytes) -> Self:
        return cls(cls._restore(document, sentences))

    def __repr__(self) -> str:
        return f"Score({self.child} to {self.family}: {_fit(self, 'en')})"

    def _repr_html_(self) -> str:
        return _html.score(self)


def _part(part: Mapping[str, Any], sentence: Sentences) -> Part:
    return Part(**{name: part[name] for name in Part._fields if name != "sentence"}, sentence=sentence)


def _fit(score: Score, lang: Lang) -> str:
    words = {"en": ("fit", "to", "ruled out; the fit would be"), "sv": ("passning", "till", "utesluten; passningen vore")}
    fit, to, out = words[lang]
    text = f"{fit if score.eligible else out} {score.fit}"
    return text if score.low == score.high else f"{text}, {score.low} {to} {score.high}"


def score(pool: Pool, child: str, family: str, policy: Policy | None = None) -> Score:
    """The fit of one child and one family, with everything that speaks for and against.

    Args:
        pool: The pool.
        child: The id of a child.
        family: The id of a family.
        policy: The policy; `None`: the default one.

    Raises:
        NotInPoolError: The pool has no such child or family.
    """
    return Score(_hemvist.score(pool, child, family, policy))


def score_matrix(
    pool: Pool, policy: Policy | None = None, *, threads: SupportsIndex | None = None
) -> npt.NDArray[np.int16]:
    """The fits of all pairs.

    Args:
        pool: The pool.
        policy: The policy; `None`: the default one.
        threads: Worker threads; `None`: one per processor. The fits do not depend on it.

    Returns:
        An array of shape (children, families), in the order of `pool.child_ids` and `pool.family_ids`: the fit, 0 to
        1000, or −1 where a rule rules the pair out. It is the engine's own memory, handed over without a copy.

    Examples:
        >>> pool = hemvist.Pool.read("examples/nordvastra-skane")
        >>> fits = hemvist.score_matrix(pool)
        >>> fits.shape, fits.dtype, int(fits.max())
        ((56, 50), dtype('int16'), 868)
        >>> int(fits[pool.child_ids.index("C-015"), pool.family_ids.index("F-048")])
        828
    """
    return _hemvist.score_matrix(pool, policy, _threads(threads))


def score_pairs(pool: Pool, policy: Policy | None = None, *, threads: SupportsIndex | None = None) -> Table:
    """The eligible pairs of the children who seek a home: child, family, fit, codes of the rules that mark the pair.

    For pools in which few pairs are eligible; families beyond a child's reach are not even looked at.

    Args:
        pool: The pool.
        policy: The policy; `None`: the default one.
        threads: Worker threads; `None`: one per processor. The table does not depend on it.
    """
    return Table(_hemvist.score_pairs(pool, policy, _threads(threads)))


class Rank(Answer):
    """The families for one child, before any pool is solved (`hemvist.rank/1`).

    Tables: `families`, best fit first: `fit`, `low` and `high` (the range that missing facts leave), `warnings` and `because`;
    `ruled_out`, fewest reasons first: the nearest misses; `stops`: how many families each rule stops; `together`: the homes that
    can take all of the sibling group, with the fit of each child of `rank["siblings"]["children"]`; `children`: the best split if
    none can.
    """

    _lists = {
        "families": "family fit:int low:int high:int warnings:texts because",
        "ruled_out": "family fit:int ruled_out_by:texts because",
        "stops": "rule families:int",
        "siblings.together": "family fits:ints warned:texts",
        "siblings.split.children": "child family fit:int",
    }

    def __init__(self, json: bytes, pool: Pool, policy: Policy) -> None:
        super().__init__(json)
        self.pool, self.policy = pool, policy

    @property
    def child(self) -> str:
        """The child."""
        return str(self["child"])

    def _rows_of(self, path: str, lang: Lang) -> list[dict[str, Any]]:
        rows = super()._rows_of(path, lang)
        if path in ("families", "ruled_out"):
            pairs = [(self.child, row["family"]) for row in rows]
            because = _hemvist.short_reasons(self.pool, pairs, lang, self.policy)
            return [_ranked(row, line) for row, line in zip(rows, because)]
        return rows

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.to_json(), self.pool, self.policy)


def _ranked(row: Mapping[str, Any], because: str) -> dict[str, Any]:
    found = {name: row[f"explanation_{name}"] for name in ("fit", "low", "high", "reasons")}
    codes = {mode: [reason["rule"] for reason in found["reasons"] if reason["mode"] == mode] for mode in ("require", "warn")}
    return found | {"family": row["family"], "ruled_out_by": codes["require"], "warnings": codes["warn"], "because": because}


def rank(
    pool: Pool, child: str, k: SupportsIndex = 10, policy: Policy | None = None, *, ruled_out: bool = False
) -> Rank:
    """The families for one child, best fit first, before any pool is solved; for siblings also who can take them together.

    Args:
        pool: The pool.
        child: The id of a child.
        k: At most so many families of each list.
        policy: The policy; `None`: the default one.
        ruled_out: Also list the families that are ruled out, nearest misses first.

    Raises:
        NotInPoolError: The pool has no such child.

    Examples:
        >>> pool = hemvist.Pool.read("examples/nordvastra-skane")
        >>> best = hemvist.rank(pool, "C-015", k=3).table()
        >>> best["family"], best["fit"]
        (['F-048', 'F-022', 'F-034'], [828, 726, 675])
    """
    most, chosen = whole("k", k, 0, 2**32 - 1), Policy.default() if policy is None else policy
    return Rank(_hemvist.rank_document(pool, child, most, ruled_out, policy), pool, chosen)
