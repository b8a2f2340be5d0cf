"""A made problem as the zero-one program that serves general solvers best, as far as we know: one variable for each home and set of
siblings that it could take.

Siblings who must stay together are one set; siblings who would rather are every set of them; a child alone is a set of one. A row
for each child, a row for each home. That is tighter than one variable for each child and home, with rows that tie siblings to
each other (`tests/by_highs.py`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[Any]


@dataclass
class Program:
    """Maximise `value` · x, where x is zero or one and no row's sum passes `most`; rows are held by column."""

    value: Ints
    start: Ints
    row: Ints
    factor: Ints
    most: Ints
    placed: list[tuple[int, ...]]
    """The children whom each column places."""
    home: Ints
    """Where each column places them."""
    children: int

    def by_row(self) -> list[list[tuple[int, int]]]:
        """Columns with their factors, row by row."""
        rows: list[list[tuple[int, int]]] = [[] for _ in self.most]
        columns = np.repeat(np.arange(len(self.value)), np.diff(self.start))
        for r, j, factor in zip(self.row.tolist(), columns.tolist(), self.factor.tolist(), strict=True):
            rows[r].append((j, factor))
        return rows

    def plan(self, x: Any) -> Ints:
        """The home of each child, -1 for none, if columns have these values."""
        plan = np.full(self.children, -1, np.int64)
        for j in np.flatnonzero(np.asarray(x) > 0.5).tolist():
            plan[list(self.placed[j])] = self.home[j]
        return plan


def program(problem: dict[str, Any]) -> Program:
    """The program of a problem as `hemvist.solve` takes it."""
    arrays = ("indptr", "indices", "values", "capacity", "group_ptr", "group_members", "group_policy")
    indptr, indices, values, capacity, pointers, members, policies = (problem[name].tolist() for name in arrays)
    children = len(indptr) - 1
    fits = [dict(zip(indices[a:b], values[a:b], strict=True)) for a, b in itertools.pairwise(indptr)]
    grouped = set(members)
    # Sets with the rows they take: those of the children, or of the first alone where all go or none.
    sets = [((i,), (i,)) for i in range(children) if i not in grouped]
    for (a, b), policy in zip(itertools.pairwise(pointers), policies, strict=True):
        group = members[a:b]
        if policy == 0:
            sets.append((tuple(group), (group[0],)))
        else:
            some = (itertools.combinations(group, many) for many in range(1, len(group) + 1))
            sets.extend((s, s) for s in itertools.chain.from_iterable(some))
    value, start, row, factor, home = list[int](), [0], list[int](), list[int](), list[int]()
    placed = list[tuple[int, ...]]()
    for together, rows in sets:
        first, *others = (fits[i] for i in together)
        pairs = len(together) * (len(together) - 1) // 2
        for family, fit in first.items():
            if len(together) <= capacity[family] and all(family in other for other in others):
                value.append(fit + sum(other[family] for other in others) + problem["pair_bonus"] * pairs)
                row.extend((*rows, children + family))
                factor.extend((*[1] * len(rows), len(together)))
                start.append(len(row))
                placed.append(together)
                home.append(family)
    return Program(
        value=np.array(value, np.int64),
        start=np.array(start, np.int64),
        row=np.array(row, np.int64),
        factor=np.array(factor, np.int64),
        most=np.array([1] * children + capacity, np.int64),
        placed=placed,
        home=np.array(home, np.int64),
        children=children,
    )
