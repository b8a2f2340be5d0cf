"""Tables that any data-frame library takes over."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, Self

from . import _hemvist, _html

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Kind = Literal["text", "int", "int16", "float", "bool", "date", "texts", "ints"]

_EPOCH = datetime.date(1970, 1, 1).toordinal()


class Table(_hemvist.Table):
    """Rows and named columns, held as Arrow data.

    Every data-frame library takes a table as it is: `polars.DataFrame(table)`, `pandas.DataFrame.from_arrow(table)`,
    `pyarrow.table(table)`, a query of DuckDB that names it. `to_polars()` and the like say the same in short. Columns
    of numbers, days and truths are handed over without a copy.

    Examples:
        >>> table = hemvist.Pool.read("examples/nordvastra-skane").table("municipalities")
        >>> table.columns[:3], len(table)
        (('id', 'name', 'location_lat'), 11)
        >>> table["name"][:2]
        ['Svalöv', 'Örkelljunga']
        >>> next(iter(table))["population"]
        14000
    """

    @classmethod
    def of(cls, rows: Sequence[Any], *columns: tuple[str, Kind, Callable[[Any], Any]]) -> Self:
        """A table with one row for each of `rows`: per column its name, its kind and what its cells are."""
        cells = [[_stored(kind, cell(row)) for row in rows] for _, kind, cell in columns]
        of_lists: list[tuple[str, str, list[Any]]] = [(name, kind, column) for (name, kind, _), column in zip(columns, cells)]
        return cls(cls._of_lists(of_lists))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._names)

    def __getitem__(self, column: str) -> list[Any]:
        """The cells of a column as values of Python; `None` where nothing is known."""
        try:
            place = self._names.index(column)
        except ValueError:
            raise KeyError(f"no such column; there are {', '.join(self._names)}") from None
        cells: list[Any] = self._cells(place)
        if self._kinds[place] == "date":
            return [None if day is None else datetime.date.fromordinal(day + _EPOCH) for day in cells]
        return cells

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows, each as a `dict`."""
        names = self._names
        return (dict(zip(names, row)) for row in zip(*(self[name] for name in names)))

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns as lists, by name."""
        return {name: self[name] for name in self._names}

    def to_pandas(self) -> pd.DataFrame:
        """The table as a pandas frame; needs pandas."""
        import pandas as pd

        try:
            frame: pd.DataFrame = self.to_arrow().to_pandas()
        except ImportError:
            return pd.DataFrame(self.to_dict())
        return frame

    def to_polars(self) -> pl.DataFrame:
        """The table as a polars frame; needs polars."""
        import polars as pl

        return pl.DataFrame(self)

    def to_arrow(self) -> Any:
        """The table as a `pyarrow.Table`; needs pyarrow."""
        return import_module("pyarrow").table(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return self._names == other._names and self._kinds == other._kinds and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        columns = [(name, kind, self._cells(place)) for place, (name, kind) in enumerate(zip(self._names, self._kinds))]
        return type(self)._restored, (columns,)

    @classmethod
    def _restored(cls, columns: list[tuple[str, str, list[Any]]]) -> Self:
        return cls(cls._of_lists(columns))

    def __repr__(self) -> str:
        return f"Table({len(self)} rows: {', '.join(self._names)})"

    def _repr_html_(self) -> str:
        return _html.table_of(self.to_dict(), len(self))


def _stored(kind: Kind, cell: Any) -> Any:
    if kind == "date" and isinstance(cell, str):
        return datetime.date.fromisoformat(cell).toordinal() - _EPOCH
    return cell
