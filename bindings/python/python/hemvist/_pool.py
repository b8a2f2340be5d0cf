"""Pools: who needs a home, who can take a child, what is already decided."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple, Self, TypedDict, TypeGuard, cast

from . import _hemvist, _html
from ._document import Document, Sentences
from ._table import Table
from ._vocabulary import Lang

_POOL_FILE = "pool.json"


class Note(NamedTuple):
    """What was assumed in order to read a CSV table."""

    sentence: Sentences
    """Rows, encoding and delimiter, in words."""
    is_guess: bool
    """Whether the encoding is a guess that a person should look at."""


class Tables(TypedDict, total=False):
    """The tables of a pool, by name; those without rows are left out."""

    municipalities: Table
    secretaries: Table
    families: Table
    children: Table
    network_ties: Table
    keep_away: Table
    sibling_groups: Table
    placements: Table
    choices: Table
    not_together: Table
    travel: Table


class Pool(_hemvist.Pool, Document):
    """A checked pool: children, families, sibling groups, who lives where, and what people have decided.

    A pool does not change and may be shared by threads. Its records are in the order of their ids, whatever order they
    came in; every field is described in the reference of the pool document (`hemvist.pool/1`). Reading gives a pool or
    raises `PoolError` with every problem, never a part of it.

    Examples:
        >>> pool = hemvist.Pool.read("examples/nordvastra-skane")
        >>> pool
        Pool(2026-05-04: 56 children, 50 families)
        >>> pool.describe_child("C-015")
        '8 years, Svalöv, needs level 2, long-term placement'
    """

    notes: tuple[Note, ...] = ()
    """What was assumed in order to read CSV files; empty for other sources."""

    @classmethod
    def read(cls, path: str | PathLike[str], *, allow_identity_numbers: bool = False) -> Self:
        """Reads a pool from a JSON file or a folder.

        A folder holds a document `pool.json`, or CSV tables as Swedish systems export them: comma or semicolon, decimal
        point or comma, UTF-8 or Windows-1252, English or Swedish names. `notes` tells what was assumed.

        Args:
            path: The file or folder.
            allow_identity_numbers: Accept ids that are valid personal identity numbers. Only for hosts whose random ids
                happen to be such numbers: the engine needs no identity.

        Raises:
            OSError: The file or folder cannot be read.
            PoolError: The pool was refused; the error holds every problem.
        """
        path = Path(path)
        if path.is_dir() and (path / _POOL_FILE).exists():
            path /= _POOL_FILE
        if not path.is_dir():
            return cls(_hemvist.read_json(path.read_bytes(), allow_identity_numbers))
        files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
        tables = [(file.name, file.read_bytes()) for file in files]
        read, notes = _hemvist.read_csv(tables, allow_identity_numbers)
        pool = cls(read)
        pool.notes = tuple(Note(Sentences(en, sv), is_guess) for en, sv, is_guess in notes)
        return pool

    @classmethod
    def from_json(cls, document: str | bytes | Mapping[str, Any], *, allow_identity_numbers: bool = False) -> Self:
        """Reads a pool from a JSON text, or from the document as a `dict`.

        Raises:
            PoolError: The pool was refused; the error holds every problem.

        Examples:
            >>> try:
            ...     hemvist.Pool.from_json({"format": "hemvist.pool/1", "as_of": "2026-02-01", "children": [{"id": "c1"}]})
            ... except hemvist.PoolError as error:
            ...     print(error)
            2 problems
              children[0].municipality: required field is missing
              children[0].placement: required field is missing
        """
        if isinstance(document, Mapping):
            document = json.dumps(dict(document))
        if isinstance(document, str):
            document = document.encode("utf-8", "surrogatepass")
        return cls(_hemvist.read_json(bytes(document), allow_identity_numbers))

    @classmethod
    def from_tables(
        cls,
        *,
        as_of: str | datetime.date,
        municipalities: Any = None,
        secretaries: Any = None,
        families: Any = None,
        children: Any = None,
        network_ties: Any = None,
        keep_away: Any = None,
        sibling_groups: Any = None,
        placements: Any = None,
        choices: Any = None,
        not_together: Any = None,
        travel: Any = None,
        allow_identity_numbers: bool = False,
    ) -> Self:
        """Reads a pool from data frames.

        A table is anything with the Arrow PyCapsule interface (frames of pandas, polars and pyarrow, relations of
        DuckDB, the tables of this package), or a `dict` of lists. Numbers are read in place.

        The columns are those of the CSV tables, in English or Swedish: part of a record is joined by `_`, as in
        `home_lat`. Ids and municipality codes are text, never numbers, which would lose the zero of `0180`. Days are
        dates, or moments without time of day and zone; lists are lists, or text parted by `|`. An absent cell is an absent
        value, which is never zero; an empty list is known to be empty. A column that is not known is a problem: drop it.

        Args:
            as_of: The date the pool describes; ages, waiting times and availability are counted from it.
            municipalities: Municipalities that children and families belong to.
            secretaries: Family-home secretaries whose caseload is limited.
            families: Family homes.
            children: Children who need a placement now, or are placed and stay.
            network_ties: Families that a child is related to or knows, a row for each.
            keep_away: Zones in which a child must not live, a row for each.
            sibling_groups: Sibling groups.
            placements: Who already lives where.
            choices: Locks, bans and refusals.
            not_together: Pairs of children who must not share a home.
            travel: Known distances or travel times.
            allow_identity_numbers: As for `read`.

        Raises:
            PoolError: The pool was refused; paths name table, row from 0 and column, as in `children[3].needs`.
            TypeError: A table is none.

        Examples:
            >>> pool = hemvist.Pool.from_tables(
            ...     as_of="2026-02-01",
            ...     municipalities={"id": ["1276"]},
            ...     families={"id": ["f1"], "municipality": ["1276"], "kind": ["family"], "places": [1]},
            ...     children={"id": ["c1"], "municipality": ["1276"], "age": [7], "placement": ["long_term"]},
            ... )
            >>> pool
            Pool(2026-02-01: 1 child, 1 family)
        """
        tables = {
            "municipalities": municipalities,
            "secretaries": secretaries,
            "families": families,
            "children": children,
            "network_ties": network_ties,
            "keep_away": keep_away,
            "sibling_groups": sibling_groups,
            "placements": placements,
            "choices": choices,
            "not_together": not_together,
            "travel": travel,
        }
        given = [(name, _taken(name, table)) for name, table in tables.items() if table is not None]
        day = as_of.date() if isinstance(as_of, datetime.datetime) else as_of
        text = day.isoformat() if isinstance(day, datetime.date) else day
        return cls(_hemvist.read_frames(text, given, allow_identity_numbers))

    @property
    def as_of(self) -> datetime.date:
        """The date the pool describes."""
        return datetime.date.fromisoformat(self._day)

    @cached_property
    def child_ids(self) -> tuple[str, ...]:
        """The ids of the children, in order, which are the rows of `score_matrix`."""
        return tuple(self._children())

    @cached_property
    def family_ids(self) -> tuple[str, ...]:
        """The ids of the families, in order, which are the columns of `score_matrix`."""
        return tuple(self._families())

    def tables(self) -> Tables:
        """The pool as tables, by name; `Pool.from_tables(as_of=pool.as_of, **pool.tables())` gives it back."""
        return cast("Tables", {name: Table(table) for name, table in self._frames().items()})

    def table(self, name: str) -> Table:
        """One of the tables, such as `children`.

        Raises:
            KeyError: The pool has no such table, or the table has no rows.
        """
        tables = self._frames()
        if name not in tables:
            raise KeyError(f"no such table; there are {', '.join(tables)}")
        return Table(tables[name])

    def describe_child(self, child: str, lang: Lang = "en") -> str:
        """A child in a few words: age, municipality, needs, placement sought."""
        return self._child_words(child, lang)

    def describe_family(self, family: str, lang: Lang = "en") -> str:
        """A family in a few words: home kind and municipality."""
        return self._family_words(family, lang)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._restored, (self.to_json(), self.allow_identity_numbers, self.notes)

    @classmethod
    def _restored(cls, document: bytes, allow_identity_numbers: bool, notes: tuple[Note, ...]) -> Self:
        pool = cls.from_json(document, allow_identity_numbers=allow_identity_numbers)
        pool.notes = notes
        return pool

    def __repr__(self) -> str:
        children = "1 child" if self.n_children == 1 else f"{self.n_children} children"
        families = "1 family" if self.n_families == 1 else f"{self.n_families} families"
        return f"Pool({self._day}: {children}, {families})"

    def _repr_html_(self) -> str:
        return _html.pool(self)


def _taken(name: str, table: Any) -> Any:
    """A table as the extension module takes it: itself, or a `dict` of lists of plain values."""
    if not _is_dict(table) or hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__"):
        return table
    return {str(column): _plain(name, cells) for column, cells in table.items()}


def _is_dict(table: Any) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(table, Mapping)


def _plain(name: str, cells: Any) -> list[Any]:
    if hasattr(cells, "tolist"):
        cells = cells.tolist()
    if isinstance(cells, str | bytes) or not hasattr(cells, "__iter__"):
        raise TypeError(f"{name}: a column of a dict must be a list")
    return [_cell(cell) for cell in cells]


def _cell(cell: Any) -> Any:
    if isinstance(cell, datetime.datetime):
        # A moment within a day is told as such, and refused there.
        return cell.date().isoformat() if cell.time() == datetime.time() and cell.tzinfo is None else cell.isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, tuple | list):
        return [_cell(entry) for entry in cast("list[Any]", cell)]
    return cell
