"""What all documents of the engine have in common."""

from __future__ import annotations

import copy
import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property
from os import PathLike, fspath
from typing import Any, NamedTuple, Self

from . import _html


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

    The classes of answers add names for what matters; every field of the document is there by its own name as well.
    """

    def __init__(self, json: bytes) -> None:
        self._json = bytes(json)

    def to_json(self) -> bytes:
        return self._json

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._json,)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} fields, {len(self._json)} bytes)"
