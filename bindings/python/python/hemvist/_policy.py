"""Policies: rules on or off, weights, curves and aims as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Literal, Self, cast

from . import _hemvist, _html
from ._document import Document

_FORMAT = "hemvist.policy/1"
_SOURCE = "changed in Python"


class Policy(_hemvist.Policy, Document):
    """A policy, ready for use: which rules hold, what each criterion weighs, what the best plan is.

    A policy does not change: `with_weights` and the like give another one. Every number stands beside its source; say
    where yours comes from.

    Examples:
        >>> policy = hemvist.Policy.default().with_weights({"travel_home": 200}, source="Meeting of the board, May 2026")
        >>> policy.weights["travel_home"], policy.weights["needs"]
        (200, 200)
        >>> policy["criteria"]["travel_home"]["source"]
        'Meeting of the board, May 2026'
    """

    @classmethod
    def default(cls) -> Self:
        """The policy that ships."""
        return cls(_hemvist.default_policy())

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Self:
        """Reads a policy from a file: JSON if its name ends in `.json`, else TOML.

        Raises:
            OSError: The file cannot be read.
            PolicyError: The policy was refused; the error holds every problem.
        """
        path = Path(path)
        if path.suffix == ".json":
            return cls.from_json(path.read_bytes())
        return cls.from_toml(path.read_text("utf-8"))

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Reads a policy from TOML; what it leaves out is as in the default.

        Raises:
            PolicyError: The policy was refused; the error holds every problem.

        Examples:
            >>> policy = hemvist.Policy.from_toml('''
            ...     format = "hemvist.policy/1"
            ...     [rules]
            ...     "wish.not_wanted" = { mode = "warn", source = "Decision of the board, 2026" }
            ... ''')
            >>> policy.rules["wish.not_wanted"]
            'warn'
        """
        return cls(_hemvist.policy_from_toml(text))

    @classmethod
    def from_json(cls, document: str | bytes | Mapping[str, Any]) -> Self:
        """Reads a policy from a JSON text, or from the document as a `dict`; what it leaves out is as in the default.

        Raises:
            PolicyError: The policy was refused; the error holds every problem.
        """
        if isinstance(document, Mapping):
            document = json.dumps(dict(document))
        if isinstance(document, str):
            document = document.encode("utf-8", "surrogatepass")
        return cls(_hemvist.policy_from_json(bytes(document)))

    @property
    def name(self) -> str:
        """The name shown in reports."""
        return str(self["name"])

    @property
    def weights(self) -> dict[str, int]:
        """The weight of each criterion; only the proportions between them count."""
        return {name: criterion["weight"] for name, criterion in self["criteria"].items()}

    @property
    def rules(self) -> dict[str, str]:
        """The mode of each rule, `require`, `warn` or `off`."""
        return {rule: setting["mode"] for rule, setting in self["rules"].items()}

    def changed(self, document: Mapping[str, Any]) -> Self:
        """This policy with parts of it replaced.

        Args:
            document: The parts, nested as in the policy document: `{"objective": {"strict": False}}`.

        Raises:
            PolicyError: The policy was refused, for example because a key is not known.
        """
        return type(self).from_json(_laid_over(self.to_dict(), document))

    def with_weights(self, weights: Mapping[str, int], *, source: str = _SOURCE) -> Self:
        """This policy with other weights.

        Args:
            weights: The new weights, 0 to 1000, of the criteria that change.
            source: Where they come from.
        """
        return self.changed({"criteria": {name: {"weight": w, "source": source} for name, w in weights.items()}})

    def with_rules(self, rules: Mapping[str, Literal["require", "warn", "off"]], *, source: str = _SOURCE) -> Self:
        """This policy with other modes of rules.

        Args:
            rules: The new modes of the rules that change, by code.
            source: Where they come from.
        """
        return self.changed({"rules": {rule: {"mode": mode, "source": source} for rule, mode in rules.items()}})

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_json, (self.to_json(),)

    def __repr__(self) -> str:
        return f"Policy({self.name!r})"

    def _repr_html_(self) -> str:
        return _html.policy(self)


def _laid_over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in above.items():
        if isinstance(below.get(key), dict) and isinstance(value, Mapping):
            below[key] = _laid_over(below[key], cast("Mapping[str, Any]", value))
        else:
            below[key] = value
    return below


def default_policy_text() -> str:
    """The default policy as it ships: TOML with the source of every number beside it, a good start for one's own."""
    return _hemvist.default_policy_text()
