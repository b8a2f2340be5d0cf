"""What the codes in the engine's documents mean, in English and Swedish."""

from __future__ import annotations

import json
from functools import cache
from typing import Literal

from . import _hemvist

Lang = Literal["en", "sv"]


@cache
def vocabulary(lang: Lang) -> dict[str, dict[str, str]]:
    """For each kind of code, the words of each code."""
    words: dict[str, dict[str, str]] = json.loads(_hemvist.vocabulary(lang))
    return words


def word(kind: str, code: str, lang: Lang) -> str:
    """The words of a code; the code itself if it is not known."""
    return vocabulary(lang).get(kind, {}).get(code, code)
