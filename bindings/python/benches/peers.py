"""The solver side by side with those an integrator could take instead: `cargo xtask bench --peers`.

Problems come from the solver's own bench. Every solver has a process of its own, the problem in memory there, and one thread;
they take turns, and medians of processor seconds are told. Hemvist's time is from the arrays to the checked answer, called from
Python and, beside it, from Rust. A peer's is from the arrays or the model that its interface takes; making these from
the problem's arrays does not count for it. Plans are valued here, not by who made them: a plan better than one that the
other side calls best ends the run with an error, and so does a problem that Hemvist does not answer.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import combinations, pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

import hemvist
from benches.columns import Ints
from benches.rivals import RIVALS, Problem, Run

GENERAL = ["HiGHS", "CP-SAT", "SCIP", "CBC"]
SPARSE = ["OR-Tools flow", "LEMON", "scipy sparse", "lapmod"]
DENSE = ["scipy dense", "lapjv"]
USUAL = ("municipality/", "region/", "county/no-siblings", "nation/no-siblings", "square/")
"""Starts of the names of the problems that are compared unless others are asked for."""


def usual(name: str) -> list[str]:
    """Who is asked about a problem unless others are named: who has a chance, and on a region the fastest general solver."""
    size, variant = name.split("/")
    if size.startswith("square"):
        return ["OR-Tools assignment", *DENSE]
    if variant == "no-siblings":
        return SPARSE + (DENSE if size in ("municipality", "region", "county") else [])
    return GENERAL if size == "municipality" or name == "region/base" else ["HiGHS"]


def able(peer: str, name: str) -> bool:
    """Whether a solver can be asked about a problem."""
    kinds = {"all"}
    kinds |= {"without siblings", "square"} if name.startswith("square") else set()
    kinds |= {"without siblings"} if name.endswith("/no-siblings") else set()
    return RIVALS[peer].solves in kinds


def made(program: str, name: str, seed: int) -> Problem:
    """The problem as keyword arguments of `hemvist.solve`."""
    text = subprocess.run([program, name, str(seed)], check=True, capture_output=True, text=True).stdout
    lines = [np.fromstring(line, dtype=np.int64, sep=" ") for line in text.split("\n")[:8]]
    names = ("indptr", "indices", "values", "capacity", "group_ptr", "group_members", "group_policy")
    problem: Problem = dict(zip(names, lines[:7], strict=True))
    problem["indices"] = problem["indices"].astype(np.int32)
    return problem | {"placed_value": 0, "pair_bonus": int(lines[7][0]) if len(lines[7]) else 0}


def value(problem: Problem, plan: Ints) -> int:
    """What a plan is worth, once it is known to keep every promise."""
    child = np.repeat(np.arange(len(plan)), np.diff(problem["indptr"]))
    hit = plan[child] == problem["indices"]
    if hit.sum() != (plan >= 0).sum():
        raise ValueError("a child has a home that is not among its candidates")
    if (np.bincount(plan[plan >= 0], minlength=len(problem["capacity"])) > problem["capacity"]).any():
        raise ValueError("a home has more children than places")
    total = int(problem["values"][hit].sum())
    for (a, b), policy in zip(pairwise(problem["group_ptr"]), problem["group_policy"], strict=True):
        homes = plan[problem["group_members"][a:b]].tolist()
        if policy == 0 and len(set(homes)) > 1:
            raise ValueError("siblings who must stay together are apart")
        total += problem["pair_bonus"] * sum(x == y >= 0 for x, y in combinations(homes, 2))
    return total


Answer = tuple[float, int, bool]
"""Processor seconds, value of the plan, and whether it is said to be best."""


def ours(problem: Problem, limit: float) -> Run:
    def run() -> tuple[Ints, bool]:
        solution = hemvist.solve(**problem, threads=1, time_limit=limit)
        return np.asarray(solution.bin, np.int64), solution.status == "optimal"

    return run


def serve(pipe: Connection, peer: str, problem: Problem, limit: float) -> None:
    """A worker: each time it is told, one run; what it took, what it found."""
    # Some solvers greet the terminal.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    ask = ours if peer == "Hemvist" else RIVALS[peer].ask
    while pipe.recv():
        try:
            run = ask(problem, limit)
        except ImportError as error:
            pipe.send(f"not installed: {error}")
            return
        start = time.process_time()
        plan, proven = run()
        spent = time.process_time() - start
        pipe.send((spent, value(problem, plan), proven))


class Silent(Exception):
    """Why a worker gave no answer, and whether it was a peer's."""

    def __init__(self, why: str, peer: bool) -> None:
        super().__init__(why)
        self.peer = peer


class Worker:
    """A solver in a process of its own."""

    def __init__(self, peer: str, problem: Problem, limit: float) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.patience = 3 * limit + 60
        self.theirs = peer != "Hemvist"
        self.process = context.Process(target=serve, args=(theirs, peer, problem, limit), daemon=True)
        self.process.start()
        theirs.close()

    def run(self) -> Answer:
        self.pipe.send(True)
        if not self.pipe.poll(self.patience):
            raise Silent(f"no answer in {self.patience:.0f} s", self.theirs)
        try:
            answer = self.pipe.recv()
        except EOFError:
            raise Silent("ended without an answer", self.theirs) from None
        if isinstance(answer, str):
            raise Silent(answer, self.theirs)
        spent, worth, proven = answer
        return spent, worth, proven

    def end(self) -> None:
        self.process.kill()
        self.process.join()


class Native:
    """Hemvist called from Rust, in a process of its own."""

    def __init__(self, program: str, name: str, seed: int, limit: float) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([program, name, str(seed), str(limit)], stdin=pipe, stdout=pipe, text=True)

    def run(self) -> Answer:
        assert self.process.stdin and self.process.stdout
        print(file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline().split()
        if not answer:
            raise Silent("Hemvist gives no answer", False)
        spent, value, _, status, _ = answer
        return int(spent) / 1e9, int(value), status == "optimal"

    def end(self) -> None:
        self.process.communicate()


@dataclass
class Row:
    """A line of the table."""

    problem: str
    seed: int
    children: int
    candidates: int
    peer: str
    runs: int
    rust_seconds: float
    hemvist_seconds: float
    peer_seconds: float
    ratio: float
    """The peer's seconds by Hemvist's, both from Python."""
    hemvist_value: int
    hemvist_proves: bool
    peer_value: int
    peer_proves: bool

    def __str__(self) -> str:
        ahead = self.hemvist_value - self.peer_value
        notes = [] if self.hemvist_proves else [f"not proven by Hemvist, {-ahead} points behind"]
        notes += [] if self.peer_proves else [f"not proven by the peer, {ahead} points behind"]
        return (
            f"{self.problem:26} {self.candidates:>10}  {self.peer:19} {self.runs:>4} {self.rust_seconds:>9.4f} s "
            f"{self.hemvist_seconds:>9.4f} s {self.peer_seconds:>9.4f} s {self.ratio:>8.2f}×  {'; '.join(notes)}"
        ).rstrip()


def wrong(row: Row) -> bool:
    """Whether one side has a better plan than one that the other calls best."""
    ahead = row.hemvist_value - row.peer_value
    return (row.peer_proves and ahead > 0) or (row.hemvist_proves and ahead < 0)


def runs(seconds: float) -> int:
    """How many, if one took so long."""
    return 21 if seconds < 0.05 else 5 if seconds < 3 else 3 if seconds < 20 else 1


def compared(problem: Problem, name: str, seed: int, peer: str, limit: float, native: Callable[[], Native]) -> Row:
    """Runs in turn: 21 if they take a moment, then five, three, or one if one takes long."""
    here, there, rust = Worker("Hemvist", problem, limit), Worker(peer, problem, limit), native()
    turns: list[tuple[Answer, Answer, Answer]] = []
    try:
        while not turns or len(turns) < runs(max(seconds for seconds, _, _ in turns[0])):
            turns.append((rust.run(), here.run(), there.run()))
    finally:
        for worker in (here, there, rust):
            worker.end()
    rust_s, here_s, there_s = (statistics.median(turn[k][0] for turn in turns) for k in range(3))
    (_, mine, proven), (_, theirs, peer_proves) = turns[-1][1:]
    return Row(
        problem=name,
        seed=seed,
        children=len(problem["indptr"]) - 1,
        candidates=len(problem["indices"]),
        peer=peer,
        runs=len(turns),
        rust_seconds=rust_s,
        hemvist_seconds=here_s,
        peer_seconds=there_s,
        ratio=there_s / here_s,
        hemvist_value=mine,
        hemvist_proves=proven,
        peer_value=theirs,
        peer_proves=peer_proves,
    )


def record(rows: list[Row], left_out: list[str]) -> dict[str, Any]:
    commit = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    asked = {row.peer for row in rows}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit,
        "processor": models[0].split(":", 1)[1].strip() if models else platform.processor(),
        "versions": {"hemvist": version("hemvist")} | {peer: RIVALS[peer].version() for peer in RIVALS if peer in asked},
        "rows": [vars(row) for row in rows],
        "left_out": left_out,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", type=Path, help="the folder with `placements` and `solved` of hemvist-benches")
    parser.add_argument("--record", type=Path, help="a file for the figures as JSON")
    parser.add_argument("--only", help="problems whose name is this or starts with it: region, region/beds-70, square")
    parser.add_argument("--peer", action="append", choices=list(RIVALS), help="this peer, wherever it can be asked; repeatable")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds that a solver may take for one problem")
    args = parser.parse_args()
    placements, solved = (str(args.programs / program) for program in ("placements", "solved"))
    known = subprocess.run([placements], check=True, capture_output=True, text=True).stdout.split()
    if args.only is None:
        names = [name for name in known if name.startswith(USUAL)]
    else:
        names = [args.only] if args.only in known else [name for name in known if name.startswith(f"{args.only}/")]
    if not names:
        parser.error("--only: no such problem; `placements` without arguments lists them")
    rows: list[Row] = []
    unanswered: list[str] = []
    left_out: list[str] = []
    print(
        f"{'problem':26} {'candidates':>10}  {'peer':19} runs {'from Rust':>11} {'from Python':>11} {'peer':>11} {'ratio':>9}",
        flush=True,
    )
    for name in names:
        problem = made(placements, name, args.seed)

        def native(name: str = name) -> Native:
            return Native(solved, name, args.seed, args.time_limit)

        for peer in usual(name) if args.peer is None else [peer for peer in args.peer if able(peer, name)]:
            try:
                row = compared(problem, name, args.seed, peer, args.time_limit, native)
            except Silent as why:
                left_out.append(f"{name}, {peer}: left out, {why}")
                print(left_out[-1], flush=True)
                if not why.peer:
                    unanswered.append(name)
                    break
                continue
            rows.append(row)
            print(row, flush=True)
            if args.record:
                args.record.write_text(json.dumps(record(rows, left_out), indent=2) + "\n")
    bad = [row for row in rows if wrong(row)]
    for row in bad:
        print(f"{row.problem} {row.seed}: {row.hemvist_value} here, {row.peer_value} by {row.peer}, and one is said to be best")
    for name in unanswered:
        print(f"{name} {args.seed}: no answer; to repeat: echo | {solved} {name} {args.seed} {args.time_limit:.0f}")
    sys.exit(1 if bad or unanswered else 0)


if __name__ == "__main__":
    main()
