"""How far a match has come: told to a function, or shown as a bar in a terminal or notebook."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple


class Progress(NamedTuple):
    """How far a match has come."""

    seconds: float
    """Since the start."""
    value: int | None
    """What the best plan so far is worth; `None` if there is none yet."""
    bound: int | None
    """No plan can be worth more; `None` if that is not known yet."""
    work: int | None
    """Counted work so far."""

    @property
    def reached(self) -> float:
        """The value as a share of the bound, 0 to 1; at 1 the plan is proven best."""
        if not self.value or not self.bound:
            return 0.0
        return min(max(self.value / self.bound, 0.0), 1.0)


class Steps(NamedTuple):
    """How far a question has come that takes many solves."""

    seconds: float
    """Since the start."""
    done: int | None
    """Solves done; `None` before the first."""
    total: int | None
    """Solves to do, as far as is known."""

    @property
    def reached(self) -> float:
        """The share that is done, 0 to 1."""
        return 0.0 if not self.done or not self.total else min(self.done / self.total, 1.0)


ProgressOption = bool | Callable[[Progress], object]
StepsOption = bool | Callable[[Steps], object]

_Tell = Callable[[tuple[int, ...] | None, float], None]
_WIDTH = 30


@contextmanager
def teller(
    progress: bool | Callable[[Any], object], time_limit: float | None, kind: type[Progress] | type[Steps] = Progress
) -> Generator[_Tell | None]:
    """What the engine calls now and then, if anything."""
    if progress is False:
        yield None
        return
    bar = _bar(time_limit) if progress is True else None
    show: Callable[[Any], object] = bar.show if bar is not None else progress  # type: ignore[assignment]
    last: tuple[int | None, ...] = (None,) * (len(kind._fields) - 1)

    def tell(reached: tuple[int, ...] | None, elapsed: float) -> None:
        nonlocal last
        last = last if reached is None else reached
        show(kind(elapsed, *last))

    try:
        yield tell
    finally:
        if bar is not None:
            bar.close()


def line(progress: Progress | Steps) -> str:
    """What there is to say, in a few words."""
    if isinstance(progress, Steps):
        of = "" if progress.total is None else f" of {progress.total}"
        return f"{progress.seconds:.1f} s, {progress.done or 0}{of} solves done"
    if progress.value is None:
        return f"{progress.seconds:.1f} s, looking at pairs"
    missing = 1 - progress.reached
    gap = "proven best" if progress.value == progress.bound else f"at most {missing:.3%} below the best"
    return f"{progress.seconds:.1f} s, {gap}"


class _Bar:
    """The share of the bound that is reached, or of the time that is used up, whichever is more."""

    def __init__(self, time_limit: float | None) -> None:
        self._limit = time_limit

    def share(self, progress: Progress | Steps) -> float:
        used = min(progress.seconds / self._limit, 1.0) if self._limit else 0.0
        return max(progress.reached, used)

    def show(self, progress: Progress | Steps) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class _TerminalBar(_Bar):
    def show(self, progress: Progress | Steps) -> None:
        done = round(self.share(progress) * _WIDTH)
        bar = "█" * done + "░" * (_WIDTH - done)
        sys.stderr.write(f"\r\x1b[K{bar} {line(progress)}")
        sys.stderr.flush()

    def close(self) -> None:
        sys.stderr.write("\n")
        sys.stderr.flush()


class _NotebookBar(_Bar):
    def __init__(self, time_limit: float | None, display: Any) -> None:
        super().__init__(time_limit)
        from ._html import progress

        self._html = progress
        self._handle = display({"text/html": progress(0.0, ""), "text/plain": ""}, raw=True, display_id=True)

    def show(self, progress: Progress | Steps) -> None:
        if self._handle is not None:
            shown = {"text/html": self._html(self.share(progress), line(progress)), "text/plain": line(progress)}
            self._handle.update(shown, raw=True)

    def close(self) -> None:
        pass


class _PlainBar(_Bar):
    """Neither a terminal nor a notebook: one line in the end, so that logs stay short."""

    def __init__(self, time_limit: float | None) -> None:
        super().__init__(time_limit)
        self._last: Progress | Steps | None = None

    def show(self, progress: Progress | Steps) -> None:
        self._last = progress

    def close(self) -> None:
        if self._last is not None:
            sys.stderr.write(f"{line(self._last)}\n")


def _bar(time_limit: float | None) -> _Bar:
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    if running is not None and hasattr(running, "kernel"):
        return _NotebookBar(time_limit, import_module("IPython.display").display)
    return _TerminalBar(time_limit) if sys.stderr.isatty() else _PlainBar(time_limit)
