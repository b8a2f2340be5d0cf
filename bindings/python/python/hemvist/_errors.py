"""Exceptions. Defined in Python, so that they pickle and deep-copy; raised by the extension module."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from . import _html
from ._document import Sentences

_MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, and where.

    Problems hold numbers, dates, lengths and words of Hemvist's own lists, never text or ids of the refused input, so
    they may be logged.
    """

    code: str
    """What kind of problem, such as `value.out_of_range`; stable."""
    number: int
    """The stable number of the code."""
    path: str
    """Where, such as `children[12].needs`, or `children.csv:12.needs` in files; empty for the input as a whole."""
    message: str
    """Path, problem, what is allowed and what was found, in English."""
    message_sv: str
    """The same in Swedish."""
    table: str | None = None
    """The table, such as `children`; `None` if the problem lies in no table."""
    row: int | None = None
    """The row, in files as a spreadsheet counts them, the header being row 1; else from 0."""
    column: str | None = None
    """The column or field in that row."""
    allowed: Any = None
    """What would be accepted, as a number, word, list of words or a small `dict` of `from` and `to`."""
    found: Any = None
    """What was found, if it may be shown."""

    def __str__(self) -> str:
        return self.message


class HemvistError(Exception):
    """The base of all exceptions of this package, `ValueError` for plain arguments aside."""

    @property
    def code(self) -> str:
        """A stable code for programs."""
        return "hemvist"


class ProblemsError(HemvistError, ValueError):
    """An input was refused, with every problem and not only the first.

    `print(error)` shows the first twenty, `error.problems` holds up to a thousand, `error.total` counts all.
    """

    def __init__(self, problems: Sequence[Problem], total: int | None = None) -> None:
        self.problems: list[Problem] = list(problems)
        """The problems, in the order of the input."""
        self.total: int = len(self.problems) if total is None else total
        """How many problems there are; more than `problems` holds if there are more than a thousand."""
        super().__init__(self.problems, self.total)

    @classmethod
    def from_report(cls, report: str) -> Self:
        """The exception for a report of the engine, JSON."""
        read = json.loads(report)
        return cls([_problem(**problem) for problem in read["problems"]], read["total"])

    @property
    def code(self) -> str:
        return self.problems[0].code if self.problems else super().code

    def __str__(self) -> str:
        lines = ["1 problem" if self.total == 1 else f"{self.total} problems"]
        lines += [f"  {problem.message}" for problem in self.problems[:_MOST_LINES]]
        if self.total > _MOST_LINES:
            kept = "" if self.total == len(self.problems) else f" (the first {len(self.problems)})"
            lines.append(f"  and {self.total - _MOST_LINES} more; see .problems{kept}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return _html.problems(self.problems, self.total)


def _problem(message: dict[str, str], **fields: Any) -> Problem:
    message_of = Sentences(**message)
    return Problem(message=message_of.en, message_sv=message_of.sv, **fields)


class PoolError(ProblemsError):
    """A pool was refused; nothing was read."""


class PolicyError(ProblemsError):
    """A policy was refused."""


class OptionsError(ProblemsError):
    """An option of a run was refused."""


class RecordError(ProblemsError):
    """An audit record was refused: it is no document `hemvist.audit/1`."""


class RequestError(ProblemsError):
    """What was asked was refused: an option, changes, rates, labels, or a request of cooperating municipalities."""


class NotInPoolError(ProblemsError, LookupError):
    """The child or family that was asked about is not in the pool."""


class TooGreatError(HemvistError, ValueError):
    """Pool and policy together need sums beyond what the engine can hold, so that the aims cannot be put in order."""

    def __init__(
        self,
        message: str = "the pool is so large, or the policy's numbers so great, that the aims cannot be put in strict order",
    ) -> None:
        super().__init__(message)

    @property
    def code(self) -> str:
        return "too_great"


class NotRepeatableError(HemvistError):
    """A plan from a file or another process cannot be asked, since a match here gives another one.

    So it is with a plan that was stopped by the clock, or made by another version. Match the pool and ask that plan.
    """

    def __init__(
        self, message: str = "this plan cannot be asked: a match of its pool gives another one here; match the pool and ask that"
    ) -> None:
        super().__init__(message)

    @property
    def code(self) -> str:
        return "not_repeatable"


class CostError(HemvistError, ValueError):
    """A cost cannot be computed: a year without published fees, a figure that is in no source, an amount out of range."""

    def __init__(self, code: str, message: str, message_sv: str) -> None:
        self._code = code
        self.message_sv = message_sv
        """The message in Swedish; `str(error)` is the English one."""
        super().__init__(code, message, message_sv)

    @classmethod
    def from_report(cls, report: str) -> Self:
        """The exception for a report of the engine, JSON."""
        read = json.loads(report)
        return cls(read["code"], read["message"]["en"], read["message"]["sv"])

    @property
    def code(self) -> str:
        return self._code

    def __str__(self) -> str:
        return str(self.args[1])


class InternalError(HemvistError, RuntimeError):
    """A fault inside Hemvist. Please report it, with the input if that holds no real person's data."""

    def __init__(self, message: str = "a fault inside hemvist; please report it") -> None:
        super().__init__(message)

    @property
    def code(self) -> str:
        return "internal"
