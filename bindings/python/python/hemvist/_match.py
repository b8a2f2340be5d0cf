"""Matching a pool, and running a record again."""

from __future__ import annotations

from typing import Any, SupportsFloat, SupportsIndex

from . import _hemvist, _html
from ._arguments import seconds, whole
from ._arguments import threads as _threads
from ._document import Answer, Sentences
from ._plan import Plan, Record
from ._policy import Policy
from ._pool import Pool
from ._progress import ProgressOption, teller

_MOST_WORK = 2**53 - 1


def match(
    pool: Pool,
    policy: Policy | None = None,
    *,
    time_limit: SupportsFloat | None = None,
    work_limit: SupportsIndex | None = None,
    threads: SupportsIndex | None = None,
    seed: str | None = None,
    progress: ProgressOption = False,
) -> Plan:
    """Matches a pool: chooses families for all children together.

    As much urgent need as possible is met, then as many children as possible get a home of their own network, then the sum
    of fit, with the bonus for siblings kept together, is greatest; unless the policy says otherwise. Locks and bans are
    kept. Ties are drawn by lot from the seed.

    Args:
        pool: The pool.
        policy: The policy; `None`: the default one.
        time_limit: Stop after this many seconds with the best plan known. Such a run cannot be repeated exactly.
        work_limit: Stop after so much counted work, 0 to 2**53 − 1, with the best plan known; can be repeated exactly.
        threads: Worker threads; `None`: one per processor. The plan does not depend on it.
        seed: Seed of the draw, 1 to 200 characters; `None`: the policy's. Fix it before the pool is known.
        progress: `True` shows a bar; or a function that is called now and then with a `Progress`, from this thread. If
            it raises, the match stops and the exception goes on.

    Raises:
        OptionsError: An option was refused.
        KeyboardInterrupt: Ctrl-C was pressed; the match has been stopped.
        InternalError: A fault inside Hemvist, never a wrong plan.

    Examples:
        >>> pool = hemvist.Pool.read("examples/nordvastra-skane")
        >>> hemvist.match(pool, seed="drawn in public on 2 February")
        Plan(optimal: 32 placed, 16 without a home, 8 stay)
    """
    limit = None if work_limit is None else whole("work_limit", work_limit, 0, _MOST_WORK)
    wall = seconds(time_limit)
    with teller(progress, wall) as tell:
        plan = _hemvist.match_pools(pool, policy, seed, _threads(threads), limit, wall, tell)
    return Plan(plan, pool, Policy.default() if policy is None else policy)


class Replay(Answer):
    """What came of running an audit record again."""

    def __init__(self, json: bytes, plan: Plan) -> None:
        super().__init__(json)
        self.plan = plan
        """The plan of this run."""

    @property
    def confirmed(self) -> bool:
        """Whether nothing differs and the plan has the same bytes."""
        return bool(self["confirmed"])

    @property
    def differences(self) -> list[Sentences]:
        """Every difference in a sentence; the field of the same name has them as data."""
        return [Sentences(**sentence) for sentence in self["sentences"]]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.to_json(), self.plan)

    def __repr__(self) -> str:
        return "Replay(confirmed)" if self.confirmed else f"Replay({len(self.differences)} differences)"

    def _repr_html_(self) -> str:
        return _html.replay(self)


def replay(record: Record | bytes, pool: Pool, policy: Policy | None = None) -> Replay:
    """Runs an audit record again and names every difference.

    Args:
        record: The record, or its bytes.
        pool: The pool of that day.
        policy: The policy of that day; `None`: the default one.

    Raises:
        RecordError: The bytes are no record.

    Examples:
        >>> pool = hemvist.Pool.read("examples/nordvastra-skane")
        >>> record = hemvist.match(pool).audit()
        >>> hemvist.replay(record, pool)
        Replay(confirmed)
        >>> changed = hemvist.Policy.default().with_weights({"needs": 201})
        >>> print(hemvist.replay(record, pool, changed).differences[0])
        not the policy of the record
    """
    document = record.to_json() if isinstance(record, Record) else bytes(record)
    answer, plan = _hemvist.replay_record(document, pool, policy)
    return Replay(answer, Plan(plan, pool, Policy.default() if policy is None else policy))
