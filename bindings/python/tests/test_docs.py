"""Every public thing is documented, and every example in the documentation runs and prints what it says."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

import hemvist
from hemvist import plots, region

ROOT = Path(__file__).parents[3]
README = Path(__file__).parents[1] / "README.md"


def _members(name: str, thing: Any) -> Iterator[tuple[str, Any]]:
    """A public thing, and if it is a class of ours its public members."""
    yield name, thing
    if inspect.isclass(thing):
        # Of classes of ours that are no public names themselves, too.
        ours = [base for base in thing.__mro__ if base.__module__.startswith("hemvist.")] if thing is hemvist.Plan else []
        for member in {member: None for holder in (thing, *ours) for member in vars(holder)}:
            if not member.startswith("_"):
                yield f"{name}.{member}", inspect.getattr_static(thing, member)


def public() -> dict[str, Any]:
    modules = {"hemvist": hemvist, "hemvist.plots": plots, "hemvist.region": region}
    things = [(f"{path}.{name}", getattr(module, name)) for path, module in modules.items() for name in module.__all__]
    return dict(modules) | {
        path: member for name, thing in things for path, member in _members(name, thing)
    }


def _documentation(thing: Any) -> str | None:
    if isinstance(thing, classmethod | staticmethod):
        thing = thing.__func__
    return inspect.getdoc(thing)


def _is_code(thing: Any) -> bool:
    return callable(thing) or isinstance(thing, property | classmethod | staticmethod | cached_property)


def test_every_public_thing_is_documented() -> None:
    bare = [name for name, thing in public().items() if _is_code(thing) and not _documentation(thing)]
    assert bare == []


def _run(name: str, text: str) -> tuple[int, str]:
    """How many examples ran, and what went wrong."""
    test = doctest.DocTestParser().get_doctest(text, {"hemvist": hemvist}, name, None, 0)
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=report.append)
    return len(test.examples), "".join(report)


def test_every_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ran, wrong = 0, []
    for name, thing in public().items():
        count, report = _run(name, _documentation(thing) or "")
        ran += count
        wrong += [report] if report else []
    assert not wrong, "\n".join(wrong)
    assert ran >= 40


def test_the_examples_of_the_readme_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    blocks = README.read_text("utf-8").split("```python\n")[1:]
    code = [block.split("```")[0] for block in blocks]
    assert len(code) >= 2
    world: dict[str, Any] = {}
    for block in code:
        exec(compile(block, str(README), "exec"), world)
    assert "placed" in capsys.readouterr().out
