"""The solver on a caller's own numbers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, SupportsFloat, SupportsIndex, cast

from . import _hemvist
from ._arguments import seconds as _seconds
from ._arguments import threads as _threads
from ._arguments import whole as _whole

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int32] | npt.NDArray[np.int64]

_MOST_VALUE = 2**40


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """An answer of `solve`."""

    bin: npt.NDArray[np.int32]
    """The family of each child, as an index into `capacity`; -1 if it is unplaced."""
    objective: int
    """`placed_value` plus value over all placed children, plus all pair bonuses earned."""
    bound: int
    """No answer can be worth more than this; equal to `objective` if the status is `"optimal"`."""
    status: Literal["optimal", "feasible"]
    """`"optimal"`: proven and checked. `"feasible"`: a limit was reached; best known, at most `gap` below the optimum."""
    seconds: float
    """Wall-clock time of the call, in seconds."""
    prices: npt.NDArray[np.int64]
    """What one more place in each family would be worth at the root of the proof, in points, rounded."""
    child_prices: npt.NDArray[np.int64] = field(repr=False)
    """What each child is worth beyond the places it competes for at the root of the proof, in points, rounded."""

    @property
    def gap(self) -> int:
        """`bound - objective`."""
        return self.bound - self.objective

    @property
    def n_placed(self) -> int:
        """How many children are placed."""
        return int((self.bin >= 0).sum())

    def __repr__(self) -> str:
        return (
            f"Solution(placed {self.n_placed} of {len(self.bin)}, objective={self.objective}, bound={self.bound}, "
            f"status={self.status!r}, seconds={self.seconds:.3f})"
        )


def solve(
    indptr: npt.ArrayLike,
    indices: npt.ArrayLike,
    values: npt.ArrayLike,
    capacity: npt.ArrayLike,
    *,
    group_ptr: npt.ArrayLike | None = None,
    group_members: npt.ArrayLike | None = None,
    group_policy: npt.ArrayLike | None = None,
    placed_value: SupportsIndex = 10_000,
    pair_bonus: SupportsIndex = 300,
    time_limit: SupportsFloat | None = None,
    threads: SupportsIndex | None = None,
) -> Solution:
    """Places children in families so that the total is greatest.

    The total is the sum over placed children of `placed_value` + value, plus `pair_bonus` for every pair of members of
    one group who share a family. Each child goes to at most one family, and at most `capacity[f]` children to family `f`.

    The arguments are arrays of whole numbers; `int32` and `int64` arrays in one piece are read in place.

    Args:
        indptr: Where each child's candidates start: those of child `i` are `indices[indptr[i]:indptr[i + 1]]`. One entry
            more than there are children, the first 0.
        indices: The families each child can go to, in ascending order within a child.
        values: The value of each candidate, 0 or more; Hemvist's own fits are 0 to 1000.
        capacity: The most children each family can take, 0 or more.
        group_ptr: Where each group's members start; one entry more than there are groups. Give all three or none.
        group_members: The children of each group; no child in two groups.
        group_policy: What each group asks for: 0 = together (all in one family, or all unplaced), 1 = prefer (any split),
            2 = apart (no two in one family).
        placed_value: What placing a child is worth besides its value; 0 to 2**40.
        pair_bonus: What each pair of a group in one family is worth; 0 to 2**40.
        time_limit: Stop after this many seconds with the best answer known; `None`: no limit. A run that a time limit
            ended cannot be repeated exactly.
        threads: Worker threads; `None`: one per processor. The answer does not depend on it.

    Returns:
        A `Solution`.

    Raises:
        ValueError: An argument is malformed or could overflow; the message names it and the position.
        KeyboardInterrupt: Ctrl-C was pressed; the solve has ended.
        InternalError: A fault inside Hemvist.

    Examples:
        Two siblings who ask for one family take the roomier one, although each fits the other better:

        >>> solution = hemvist.solve(
        ...     indptr=[0, 2, 4],
        ...     indices=[0, 1, 0, 1],
        ...     values=[900, 500, 900, 500],
        ...     capacity=[1, 2],
        ...     group_ptr=[0, 2],
        ...     group_members=[0, 1],
        ...     group_policy=[0],
        ... )
        >>> solution.bin.tolist(), solution.objective
        ([1, 1], 21300)
    """
    start = time.perf_counter()
    graph = (
        _ints("indptr", indptr),
        _ints("indices", indices),
        _ints("values", values),
        _ints("capacity", capacity),
    )
    bins, objective, bound, status, prices, child_prices = _hemvist.solve(
        *graph,
        _groups(group_ptr, group_members, group_policy),
        _whole("placed_value", placed_value, 0, _MOST_VALUE),
        _whole("pair_bonus", pair_bonus, 0, _MOST_VALUE),
        _seconds(time_limit),
        _threads(threads),
    )
    return Solution(
        bin=bins,
        objective=objective,
        bound=bound,
        status=cast(Literal["optimal", "feasible"], status),
        seconds=time.perf_counter() - start,
        prices=prices,
        child_prices=child_prices,
    )


def _groups(
    ptr: npt.ArrayLike | None, members: npt.ArrayLike | None, policy: npt.ArrayLike | None
) -> tuple[_Ints, _Ints, _Ints] | None:
    given = {"group_ptr": ptr, "group_members": members, "group_policy": policy}
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == 3:
        return None
    if missing:
        raise ValueError(f"{missing[0]} is missing: give group_ptr, group_members and group_policy together")
    return (
        _ints("group_ptr", cast("npt.ArrayLike", ptr)),
        _ints("group_members", cast("npt.ArrayLike", members)),
        _ints("group_policy", cast("npt.ArrayLike", policy)),
    )


def _ints(name: str, given: npt.ArrayLike) -> _Ints:
    """`given` as a contiguous one-dimensional array of int32 or int64; without a copy if it is one."""
    import numpy as np

    try:
        array: npt.NDArray[Any] = np.asarray(given)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"{name} cannot be read as an array of whole numbers") from None
    if array.ndim != 1:
        raise ValueError(f"{name} has {array.ndim} dimensions; it must have one")
    if array.size == 0:
        return np.zeros(0, np.int64)
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name} has dtype {array.dtype}; it must hold whole numbers (int32 or int64)")
    if array.dtype.kind == "u" and array.dtype.itemsize == 8:
        too_large = array > np.iinfo(np.int64).max
        if too_large.any():
            position = int(too_large.argmax())
            raise ValueError(f"{name}[{position}] is {array[position]}, beyond 64 bits with sign")
    native = np.int32 if array.dtype.kind == "i" and array.dtype.itemsize == 4 else np.int64
    return cast("_Ints", np.ascontiguousarray(array, dtype=native))
