"""The package side by side with Rust: `cargo xtask python-bench`.

Each figure comes from runs in turn, one in Rust and one here, so that both see the same machine; medians are told. Rust's side is
the program `timings` of the package hemvist-benches, which does the same work on the same pools and is asked line by line.
"""

from __future__ import annotations

import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hemvist


WORK = 1_000_000
"""Counted work of one match: the same in both, so that the bench ends whatever the solver takes for the whole proof."""


class Rust:
    """The program `timings` on one pool."""

    def __init__(self, program: Path, pool: Path) -> None:
        self._process = subprocess.Popen([program, pool], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def seconds(self, work: str) -> float:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{work}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline()) / 1e9


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def processor_seconds(command: list[str]) -> float:
    """What a process takes of the processor, whoever else wants it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def in_turn(times: int, one: Callable[[], float], other: Callable[[], float]) -> tuple[float, float]:
    """Medians of two measurements taken in turn, after one of each to warm up."""
    one(), other()
    pairs = [(one(), other()) for _ in range(times)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def show(name: str, rust: float, here: float, unit: str, scale: float) -> None:
    share = (here / rust - 1) * 100
    print(f"{name:34} Rust {rust * scale:9.2f} {unit}   Python {here * scale:9.2f} {unit}   {share:+6.1f} %")


def interruption(pool: Path) -> float:
    """Seconds from Ctrl-C in the middle of a match to `KeyboardInterrupt`."""
    code = f"""
import hemvist, sys
pool = hemvist.Pool.read({str(pool)!r})
print("ready", flush=True)
try:
    while True: hemvist.match(pool)
except KeyboardInterrupt:
    print("stopped", flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        time.sleep(0.7)
        sent = time.perf_counter()
        process.send_signal(signal.SIGINT)
        process.stdout.readline()
        return time.perf_counter() - sent


def main(program: Path, region: Path, nation: Path) -> None:
    rust = Rust(program, region)
    pool = hemvist.Pool.read(region)
    print(f"{pool!r}, Python {sys.version.split()[0]}; medians of runs in turn")
    match = lambda: hemvist.match(pool, work_limit=WORK)  # noqa: E731
    show(f"match, {WORK} units of work", *in_turn(21, lambda: rust.seconds(f"match {WORK}"), lambda: seconds(match)), "ms", 1e3)
    matrix = in_turn(101, lambda: rust.seconds("matrix"), lambda: seconds(lambda: hemvist.score_matrix(pool)))
    show("score_matrix", *matrix, "ms", 1e3)

    child, family, runs = pool.child_ids[0], pool.family_ids[0], 20_000

    def pairs() -> None:
        for _ in range(runs):
            hemvist.score(pool, child, family)

    pair, here = in_turn(21, lambda: rust.seconds(f"pair {runs}"), lambda: seconds(pairs) / runs)
    show("score of one pair", pair, here, "µs", 1e6)
    print(f"{'':34} {(here - pair) * 1e6:.2f} µs over Rust")

    nothing = [sys.executable, "-c", "pass"]
    ours = [sys.executable, "-c", "import hemvist"]
    bare, full = in_turn(21, lambda: processor_seconds(nothing), lambda: processor_seconds(ours))
    print(f"{'import hemvist':34} {(full - bare) * 1e3:.1f} ms of processor time")
    stops = sorted(interruption(region) for _ in range(10))
    print(f"{'Ctrl-C to KeyboardInterrupt':34} median {statistics.median(stops) * 1e3:.0f} ms, longest {stops[-1] * 1e3:.0f} ms")

    rust = Rust(program, nation)
    whole = hemvist.Pool.read(nation)
    wishes = [name for name in whole.table("children").columns if name.startswith("wishes")]
    children = whole.table("children").to_polars().drop(wishes)
    places = whole.table("municipalities").to_polars()
    read = lambda: hemvist.Pool.from_tables(as_of=whole.as_of, municipalities=places, children=children)  # noqa: E731
    frames, here = in_turn(21, lambda: rust.seconds("frames"), lambda: seconds(read))
    show(f"{children.height} children from polars", frames, here, "ms", 1e3)
    print(f"{'':34} {children.height / here / 1e6:.2f} million rows a second to a checked pool, {children.width} columns")
    tables: Any = {name: whole.table(name).to_polars() for name in whole.tables()}
    rows = sum(table.height for table in tables.values())
    every = statistics.median(seconds(lambda: hemvist.Pool.from_tables(as_of=whole.as_of, **tables)) for _ in range(9))
    print(f"{'all tables from polars':34} {rows / every / 1e6:.2f} million rows a second ({rows} rows in {len(tables)} tables)")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
