"""The one door to what cooperating municipalities ask."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any, SupportsIndex, TypedDict, TypeVar, Unpack

from . import _hemvist
from ._arguments import threads as _threads
from ._arguments import whole
from ._document import Answer
from ._plan import Plan
from ._policy import Policy
from ._pool import Pool

Records = Iterable[Mapping[str, Any]] | Any
"""Records as mappings, a `hemvist.Table`, or a frame of polars or pandas."""
Costing = Mapping[str, Any]
"""How homes are costed: `year` of the recommended fees, or `fees` (a fee file as TOML), or `own_per_day_ore` (flat means); and
`agency_per_day_ore`, `secretary_per_day_ore`, `days_per_month`, `days_per_year`."""

_A = TypeVar("_A", bound=Answer)


class Run(TypedDict, total=False):
    """How the matches behind an answer are run."""

    seed: str | None
    """Seed of the draw; `None`: the policy's."""
    threads: SupportsIndex | None
    """Worker threads; `None`: one per processor."""
    work_limit: SupportsIndex | None
    """Stop each match after so much counted work."""


def ask(
    request: Mapping[str, Any] | str | bytes,
    pool: Pool | None = None,
    policy: Policy | None = None,
    *,
    plan: Plan | None = None,
    **run: Unpack[Run],
) -> Answer:
    """Asks any question by its request, as `hemvist ask` does: `ask` names it, its options stand beside it.

    Args:
        request: The request, as a `dict` or JSON.
        pool: The pool that it is about, if it needs one.
        policy: The policy; `None`: the default one.
        plan: The plan that it is about, instead of pool and policy; without it the pool is matched.
        run: See `Run`.

    Raises:
        RequestError: The request was refused; the error holds every problem.
        CostError: A cost cannot be computed.
        NotInPoolError: The pool has no such child or family.

    Examples:
        >>> from hemvist import region
        >>> request = {"ask": "contract", "contract_ore": 7_500_000, "included": 3, "further_ore": 2_500_000, "per_case_ore": 3_800_000}
        >>> region.ask(request)["cheaper_from"]
        2
    """
    document = json.dumps(_plain(request)) if isinstance(request, Mapping) else request
    if isinstance(document, str):
        document = document.encode("utf-8", "surrogatepass")
    unknown = sorted(set(run) - set(Run.__annotations__))
    if unknown:
        raise TypeError(f"unexpected argument: {unknown[0]}")
    limit = run.get("work_limit")
    how = (run.get("seed"), _threads(run.get("threads")), None if limit is None else whole("work_limit", limit, 0, 2**53 - 1))
    return Answer(_hemvist.ask_region(document, pool, policy, plan, how))


def answer(
    kind: type[_A],
    name: str,
    options: Mapping[str, Any],
    pool: Pool | None = None,
    policy: Policy | None = None,
    plan: Plan | None = None,
    run: Run | None = None,
) -> _A:
    given = {key: value for key, value in options.items() if value is not None}
    return kind(ask({"ask": name} | given, pool, policy, plan=plan, **(run or {})).to_json())


def _plain(value: Any) -> Any:
    """A value as JSON has it: days as text, whole numbers of other libraries as such."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str | float | bool) or value is None:
        return value
    return value.__index__() if hasattr(value, "__index__") else value


def records(given: Any) -> list[dict[str, Any]]:
    """Records as JSON has them; what is absent is left out."""
    if hasattr(given, "to_dicts"):
        given = given.to_dicts()
    elif hasattr(given, "iterrows"):
        given = given.to_dict("records")
    # What is not known is None, NaN or NaT, which are not equal to themselves.
    known = ({key: value for key, value in dict(record).items() if value is not None and value == value} for record in given)
    return [_plain(record) for record in known]
