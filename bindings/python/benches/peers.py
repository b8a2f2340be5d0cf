"""The solver side by side with those an integrator could take instead: `cargo xtask bench --peers`.

Problems come from the solver's own bench. Every solver gets the same arrays, held in memory, and one thread; processor seconds
from there to the answer are taken in turn, and medians are told. Handing the model over to HiGHS and the arcs to the flow code
counts; making the rows of the program, and CP-SAT's model of it, does not. A peer that proves another optimum ends the run: one of the two is wrong.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from ortools.graph.python import min_cost_flow
from ortools.sat.python import cp_model

import hemvist
from tests import by_highs

Problem = dict[str, Any]
Answer = tuple[int, bool]
"""Value, and whether it is proven to be the greatest."""


@dataclass
class Work:
    """A problem, what is asked of it, and by whom it can be solved."""

    name: str
    siblings: int
    repeats: int
    peers: tuple[str, ...]


WORKS = [
    Work("municipality", 300, 5, ("HiGHS", "CP-SAT")),
    Work("region", 300, 3, ("HiGHS",)),
    Work("municipality", 0, 5, ("min-cost flow",)),
    Work("region", 0, 5, ("min-cost flow",)),
    Work("county", 0, 5, ("min-cost flow",)),
    Work("nation", 0, 5, ("min-cost flow",)),
]


def made(program: str, work: Work, seed: int) -> Problem:
    """The problem as keyword arguments of `hemvist.solve`, which adds what a placed child is worth itself."""
    command = [program, work.name, str(work.siblings), str(seed)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [np.array(line.split(), dtype=np.int64) for line in text.split("\n")[:7]]
    names = ("indptr", "indices", "values", "capacity", "group_ptr", "group_members", "group_policy")
    problem: Problem = dict(zip(names, lines, strict=True))
    problem["values"] -= 10_000
    problem["indices"] = problem["indices"].astype(np.int32)
    return problem


def ours(problem: Problem) -> Answer:
    solution = hemvist.solve(**problem, threads=1)
    return solution.objective, solution.status == "optimal"


def highs(problem: Problem, limit: float) -> Callable[[], Answer]:
    program = by_highs.program(**problem)
    return lambda: by_highs.solved(program, threads=1, time_limit=limit)


def cp_sat(problem: Problem, limit: float) -> Callable[[], Answer]:
    program = by_highs.program(**problem)
    model = cp_model.CpModel()
    literals = [model.new_bool_var("") for _ in program.value]
    for at, factor, least, most in program.rows:
        terms = [literals[e] * int(f) for e, f in zip(at, factor, strict=True)]
        model.add_linear_constraint(sum(terms), int(least), int(most))
    model.maximize(sum(v * int(value) for v, value in zip(literals, program.value, strict=True)))

    def run() -> Answer:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = limit
        status = solver.solve(model)
        return round(solver.objective_value), status == cp_model.OPTIMAL

    return run


def flow(problem: Problem, limit: float) -> Callable[[], Answer]:
    del limit  # It knows none, and needs none.
    children, families = len(problem["indptr"]) - 1, len(problem["capacity"])
    counts = np.diff(problem["indptr"])
    tails = np.repeat(np.arange(children), counts)
    # Arcs to a home, past all homes, and from each home to the sink.
    sink = children + families
    start = np.concatenate((tails, np.arange(children), children + np.arange(families)))
    end = np.concatenate((children + problem["indices"], np.full(children, sink), np.full(families, sink)))
    room = np.concatenate((np.ones(len(tails) + children, np.int64), problem["capacity"]))
    cost = np.concatenate((-(problem["values"] + 10_000), np.zeros(children + families, np.int64)))
    supply = np.concatenate((np.ones(children, np.int64), np.zeros(families, np.int64), [-children]))

    def run() -> Answer:
        solver = min_cost_flow.SimpleMinCostFlow()
        solver.add_arcs_with_capacity_and_unit_cost(start, end, room, cost)
        solver.set_nodes_supplies(np.arange(sink + 1), supply)
        status = solver.solve()
        return -solver.optimal_cost(), status == solver.OPTIMAL

    return run


PEERS = {"HiGHS": highs, "CP-SAT": cp_sat, "min-cost flow": flow}


def measured(work: Callable[[], Answer]) -> tuple[float, Answer]:
    def spent() -> float:
        now = resource.getrusage(resource.RUSAGE_SELF)
        return now.ru_utime + now.ru_stime

    before = spent()
    answer = work()
    return spent() - before, answer


def compared(program: str, work: Work, seed: int, limit: float) -> list[dict[str, Any]]:
    """One row for each peer: medians of runs in turn."""
    problem = made(program, work, seed)
    rows = []
    for name in work.peers:
        peer = PEERS[name](problem, limit)
        here, there, last = [], [], (0, False)
        for _ in range(work.repeats):
            seconds, mine = measured(lambda: ours(problem))
            here.append(seconds)
            seconds, last = measured(peer)
            there.append(seconds)
            if mine[1] and last[1] and mine[0] != last[0]:
                sys.exit(f"{work.name} {seed}: two optima, {mine[0]} here and {last[0]} by {name}")
        mine_s, peer_s = statistics.median(here), statistics.median(there)
        rows.append(
            {
                "problem": work.name,
                "siblings_per_mille": work.siblings,
                "seed": seed,
                "children": len(problem["indptr"]) - 1,
                "candidates": len(problem["indices"]),
                "peer": name,
                "hemvist_seconds": mine_s,
                "peer_seconds": peer_s,
                "ratio": peer_s / mine_s,
                "peer_proves": last[1],
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the program `placements` of hemvist-benches")
    parser.add_argument("--record", type=Path, help="a file for the figures as JSON")
    parser.add_argument("--only", help="problems of this size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=300.0, help="seconds that a peer may take for one problem")
    args = parser.parse_args()
    rows: list[dict[str, Any]] = []
    print(f"{'problem':13} {'siblings':>8} {'candidates':>10}  {'peer':13} {'Hemvist':>10} {'peer':>10} {'ratio':>8}")
    for work in WORKS:
        if args.only not in (None, work.name):
            continue
        for row in compared(args.program, work, args.seed, args.time_limit):
            rows.append(row)
            print(
                f"{row['problem']:13} {row['siblings_per_mille'] / 10:>6.0f} % {row['candidates']:>10}  {row['peer']:13} "
                f"{row['hemvist_seconds']:>8.4f} s {row['peer_seconds']:>8.3f} s {row['ratio']:>7.1f}×"
                f"{'' if row['peer_proves'] else '  not proven by the peer'}",
                flush=True,
            )
    if args.record:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
        models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        record = {
            "date": datetime.now(UTC).date().isoformat(),
            "commit": commit,
            "processor": models[0].split(":", 1)[1].strip() if models else platform.processor(),
            "versions": {name: version(name) for name in ("hemvist", "highspy", "ortools")},
            "rows": rows,
        }
        args.record.write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
