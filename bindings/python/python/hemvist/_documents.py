"""Small things that stand alone: canonical JSON, the draw, schemas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from . import _hemvist


def canonical_json(document: str | bytes) -> bytes:
    """A JSON text in canonical form (RFC 8785): equal documents have equal bytes.

    Raises:
        ValueError: Not well-formed JSON, or a whole number beyond ±(2**53 − 1), which must be written as text.

    Examples:
        >>> hemvist.canonical_json('{"b": 1.0, "a": [true]}')
        b'{"a":[true],"b":1}'
    """
    text = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else bytes(document)
    return _hemvist.canonical_json(text)


def draw(seed: str, ids: Sequence[str]) -> list[str]:
    """The ids in the order of the draw: SHA-256 of seed and id decides, so that anyone can recompute it.

    Examples:
        >>> hemvist.draw("drawn in public", ["b-07", "b-12", "b-31"])
        ['b-07', 'b-31', 'b-12']
    """
    return [ids[place] for place in _hemvist.lottery_order(seed, list(ids))]


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a kind of document, by the middle of its format: that of `hemvist.changes/1` is `schema("changes")`.

    Raises:
        ValueError: There is no such schema; the error names all.

    Examples:
        >>> hemvist.schema("changes")["properties"]["withdrawn"]["items"]
        {'type': 'string'}
    """
    read: dict[str, Any] = json.loads(_hemvist.schema_of(name))
    return read
