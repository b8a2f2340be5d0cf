"""How the package behaves inside a process: other threads, Ctrl-C, fork, pickle, limits."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import numpy as np
import pytest

import hemvist

from .conftest import random_problem


def test_a_time_limit_ends_a_long_solve_with_a_valid_answer(large: dict[str, Any]) -> None:
    solution = hemvist.solve(**large, time_limit=0.3)
    assert solution.seconds < 3
    assert solution.status in {"optimal", "feasible"}
    assert solution.bound >= solution.objective > 0
    placed = solution.bin[solution.bin >= 0]
    assert (np.bincount(placed, minlength=len(large["capacity"])) <= large["capacity"]).all()


def test_other_threads_run_while_a_solve_runs(large: dict[str, Any]) -> None:
    ticks, stop = [0], threading.Event()

    def tick() -> None:
        while not stop.is_set():
            ticks[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    solution = hemvist.solve(**large, time_limit=0.3)
    stop.set()
    thread.join()
    assert ticks[0] > 20 * solution.seconds


def test_arrays_that_change_during_a_solve_do_not_matter(large: dict[str, Any]) -> None:
    mine = {name: array.copy() for name, array in large.items()}
    result: list[hemvist.Solution] = []
    thread = threading.Thread(target=lambda: result.append(hemvist.solve(**mine, time_limit=0.3)))
    thread.start()
    time.sleep(0.05)
    for array in mine.values():
        array[:] = -1
    thread.join()
    assert result[0].bound >= result[0].objective > 0


CTRL_C = """
import numpy as np, hemvist
rng = np.random.default_rng(1)
children, families, degree = 4000, 1800, 60
indices = np.sort(np.stack([rng.choice(families, degree, replace=False) for _ in range(children)]), axis=1)
arguments = (np.arange(0, children * degree + 1, degree), indices.ravel(), rng.integers(0, 1001, children * degree),
             rng.integers(1, 4, families))
groups = dict(group_ptr=np.arange(0, children + 1, 4), group_members=np.arange(children),
              group_policy=np.ones(children // 4, np.int64))
print("ready", flush=True)
try:
    hemvist.solve(*arguments, **groups, time_limit=60)
    print("ended by itself", flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    small = hemvist.solve([0, 1], [0], [1], [1])
    print("well" if small.status == "optimal" else "unwell", flush=True)
"""


def test_ctrl_c_stops_a_solve_and_leaves_the_process_well() -> None:
    process = subprocess.Popen([sys.executable, "-c", CTRL_C], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        sent = time.perf_counter()
        process.send_signal(signal.SIGINT)
        line = process.stdout.readline()
        waited = time.perf_counter() - sent
        if line != "ended by itself\n":
            assert line == "interrupted\n"
            # 100 ms on a quiet machine; a busy one may be slower to let us look.
            assert waited < 0.5
            assert process.stdout.readline() == "well\n"
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _solve_in_child(seed: int) -> list[int]:
    return [int(family) for family in hemvist.solve(**random_problem(seed, 30, 15, 4), threads=2).bin]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_solves_in_child_processes(method: str) -> None:
    expected = [_solve_in_child(seed) for seed in range(4)]
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map_async(_solve_in_child, range(4)).get(timeout=60) == expected


def test_answers_and_errors_pickle_and_copy() -> None:
    solution = hemvist.solve(**random_problem(1, 6, 4, 2))
    for other in (pickle.loads(pickle.dumps(solution)), copy.deepcopy(solution)):
        assert other.bin.tolist() == solution.bin.tolist()
        assert (other.objective, other.bound, other.status) == (solution.objective, solution.bound, solution.status)
        assert other.prices.tolist() == solution.prices.tolist()
    error = pickle.loads(pickle.dumps(hemvist.InternalError()))
    assert isinstance(error, hemvist.InternalError) and "report it" in str(error)
    assert hemvist.InternalError.__module__ == "hemvist"


def test_solutions_cannot_be_changed() -> None:
    solution = hemvist.solve([0, 1], [0], [1], [1])
    with pytest.raises(AttributeError):
        solution.objective = 1  # type: ignore[misc]


def test_memory_does_not_grow() -> None:
    import resource

    problem = random_problem(2, 30, 15, 4)
    for _ in range(300):
        hemvist.solve(**problem, threads=1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(1000):
        hemvist.solve(**problem, threads=1)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2048
