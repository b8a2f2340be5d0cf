"""What all documents of the engine have in common."""

from __future__ import annotations

import copy
import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property
from os import PathLike, fspath
from typing import Any, ClassVar, NamedTuple, Self

from . import _html, _rows
from ._table import Table
from ._vocabulary import Lang


class Sentences(NamedTuple):
    """A sentence in both languages; `str()` gives the English one."""

    en: str
    """In English."""
    sv: str
    """In Swedish."""

    def __str__(self) -> str:
        return self.en


class Document(Mapping[str, Any]):
    """A document of the engine: canonical JSON that can be read like a `dict`.

    Equal documents have equal bytes (RFC 8785). What `document[...]` gives is shared: do not change it; `to_dict()`
    gives a copy that is yours.
    """

    @abstractmethod
    def to_json(self) -> bytes:
        """The document as canonical JSON in UTF-8: the same bytes as from the command line, Rust and C."""

    def to_dict(self) -> dict[str, Any]:
        """The document as a new `dict`."""
        return copy.deepcopy(self._read)

    def write(self, path: str | PathLike[str]) -> None:
        """Writes the document to a file, as canonical JSON."""
        with open(fspath(path), "wb") as file:
            file.write(self.to_json())

    @cached_property
    def _read(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.to_json())
        return read

    def __getitem__(self, key: str) -> Any:
        return self._read[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Document):
            return NotImplemented
        return type(self) is type(other) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def _repr_html_(self) -> str:
        return _html.document(type(self).__name__, self._read)


class Answer(Document):
    """A document that answers a question and is held as its bytes.

    The classes of answers add names for what matters; every field of the document is there by its own name as well. Its lists
    are tables, too: `answer.table()` gives the first of them, `answer.tables()` all by name.
    """

    _lists: ClassVar[Mapping[str, str]] = {}
    """The lists that are tables: their path in the document and their columns, as `_rows.table` reads them. The table's name is
    the last step of the path."""

    def __init__(self, json: bytes) -> None:
        self._json = bytes(json)

    def to_json(self) -> bytes:
        return self._json

    @property
    def sentence(self) -> Sentences | None:
        """The answer in one sentence; `None` if it has none."""
        sentence = self.get("sentence")
        return None if sentence is None else Sentences(**sentence)

    def table(self, name: str | None = None, lang: Lang = "en") -> Table:
        """One of the lists of the answer as a table.

        What is nested in a record is joined by `_`, as in `regret_urgency`; a record within a record has the columns of both.
        Absent cells are not known, or do not apply. Amounts that end in `_ore` are in öre, a hundredth of a krona.

        Args:
            name: Its name, one of those of `tables()`; `None`: the first.
            lang: The language of sentences.

        Raises:
            KeyError: There is no such list.
        """
        paths = {path.rpartition(".")[2]: path for path in self._lists}
        name = next(iter(paths), "") if name is None else name
        if name not in paths:
            raise KeyError(f"no such table; there are {', '.join(paths) or 'none'}")
        return _rows.table(self._rows_of(paths[name], lang), self._lists[paths[name]], lang)

    def tables(self, lang: Lang = "en") -> dict[str, Table]:
        """All lists of the answer as tables, by name.

        Args:
            lang: The language of sentences.
        """
        return {name: self.table(name, lang) for name in (path.rpartition(".")[2] for path in self._lists)}

    def _rows_of(self, path: str, lang: Lang) -> list[dict[str, Any]]:
        return _rows.rows(self, path)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._json,)

    def __str__(self) -> str:
        return repr(self) if self.sentence is None else self.sentence.en

    def __repr__(self) -> str:
        counts = {path.rpartition(".")[2]: len(self._rows_of(path, "en")) for path in self._lists}
        told = [f"{name} {count}" for name, count in counts.items() if count]
        return f"{type(self).__name__}({', '.join(told)})"

    def _plain(self) -> dict[str, Any]:
        """What a page shows of the document besides its lists."""
        return {key: value for key, value in self.items() if key not in ("format", "sentence")}

    def _repr_html_(self) -> str:
        tables = {name: table.to_dict() for name, table in self.tables().items()}
        return _html.answer(type(self).__name__, str(self.sentence or ""), _rows.flat(self._plain()), tables)
