"""Lists within the engine's documents as rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from ._table import Kind, Table
from ._vocabulary import Lang


def flat(record: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """A record with what is nested in it joined by `_`; lists as they are, ages as `from` and `to`."""
    fields: dict[str, Any] = {}
    for key, value in record.items():
        name = prefix + key
        if isinstance(value, Mapping):
            fields |= flat(cast("Mapping[str, Any]", value), f"{name}_")
        elif key == "ages" and value is not None:
            fields[f"{name}_from"], fields[f"{name}_to"] = value
        else:
            fields[name] = value
    return fields


def rows(document: Mapping[str, Any], path: str) -> list[dict[str, Any]]:
    """The entries of a list in a document, each with the fields of the entries that it stands in."""
    found: list[tuple[dict[str, Any], Any]] = [({}, document)]
    for step in path.split("."):
        inner = [(above, entry) for above, holder in found for entry in _entries(holder.get(step))]
        found = [(above | flat(entry), entry) for above, entry in inner]
    return [fields for fields, _ in found]


def _entries(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]


def table(found: Iterable[Mapping[str, Any]], columns: str, lang: Lang) -> Table:
    """Rows as a table.

    Args:
        found: The rows, flat.
        columns: The columns, parted by blanks: a name and, after a colon, a kind where it is not `text`. `words` is a sentence
            in both languages, of which one is taken.
        lang: Which one.
    """
    return Table.of(list(found), *(_column(part, lang) for part in columns.split()))


def _column(part: str, lang: Lang) -> tuple[str, Kind, Callable[[Mapping[str, Any]], Any]]:
    name, _, kind = part.partition(":")
    if kind == "words":
        return name, "text", lambda row: row.get(f"{name}_{lang}")
    if kind == "int":
        # What can pass 2**53 is text in JSON.
        return name, "int", lambda row: None if row.get(name) is None else int(row[name])
    if kind == "codes":
        return name, "texts", lambda row: [entry["rule"] for entry in _entries(row.get(name))]
    if kind in ("texts", "ints"):
        return name, cast("Kind", kind), lambda row: _entries(row.get(name))
    return name, cast("Kind", kind or "text"), lambda row: row.get(name)
