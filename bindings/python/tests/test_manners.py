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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hemvist
from hemvist import _hemvist, region

from .conftest import EXAMPLES, random_problem


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


CTRL_C_SOLVE = """
import numpy as np, hemvist
rng = np.random.default_rng(1)
children, families, degree = 4000, 1800, 60
indices = np.sort(np.stack([rng.choice(families, degree, replace=False) for _ in range(children)]), axis=1)
arguments = (np.arange(0, children * degree + 1, degree), indices.ravel(), rng.integers(0, 1001, children * degree),
             rng.integers(1, 4, families))
groups = dict(group_ptr=np.arange(0, children + 1, 4), group_members=np.arange(children),
              group_policy=np.ones(children // 4, np.int64))
work = lambda: hemvist.solve(*arguments, **groups, time_limit=60)
"""

CTRL_C_MATCH = """
import hemvist
n = 3000
places = {"location_lat": [56 + n % 97 / 100 for n in range(n)], "location_lon": [13 + n % 89 / 100 for n in range(n)]}
checked = {"assessed_on": ["2025-10-01"] * n, "register_checked_on": ["2025-09-01"] * n}
homes = {"id": [f"f{i}" for i in range(n)], "municipality": ["1276"] * n, "kind": ["family"] * n, "places": [2] * n}
children = {"id": [f"c{i}" for i in range(n)], "municipality": ["1276"] * n, "age": [i % 18 for i in range(n)],
            "placement": ["long_term"] * n, "home_lat": [56 + i % 91 / 100 for i in range(n)],
            "home_lon": [13 + i % 83 / 100 for i in range(n)]}
groups = {"id": [f"g{i}" for i in range(n // 3)], "policy": ["prefer"] * (n // 3),
          "children": [[f"c{3 * i}", f"c{3 * i + 1}", f"c{3 * i + 2}"] for i in range(n // 3)]}
pool = hemvist.Pool.from_tables(as_of="2026-02-01", municipalities={"id": ["1276"]}, families=homes | places | checked,
                                children=children, sibling_groups=groups)
work = lambda: hemvist.match(pool, time_limit=60)
"""

CTRL_C_QUESTION = f"""
import hemvist
plan = hemvist.match(hemvist.Pool.read({str(EXAMPLES / "nordvastra-skane")!r}))
work = lambda: plan.robustness(samples=100_000)
"""

CTRL_C_REGION = f"""
import hemvist
pool = hemvist.Pool.read({str(EXAMPLES / "nordvastra-skane")!r})
work = lambda: hemvist.region.simulate(pool, draw=dict(seed="a", months=60), batch_days=1)
"""

CTRL_C_REST = """
print("ready", flush=True)
try:
    # However fast the solver is on the day: again and again.
    while True:
        work()
except KeyboardInterrupt:
    import time
    print("interrupted", flush=True)
    # A solve may be in a step that is not looked into; a question of many solves ends with the one that runs.
    time.sleep(0.5)
    used = time.process_time()
    time.sleep(0.5)
    print("quiet" if time.process_time() - used < 0.2 else "busy", flush=True)
    small = hemvist.solve([0, 1], [0], [1], [1])
    print("well" if small.status == "optimal" else "unwell", flush=True)
"""


@pytest.mark.parametrize(
    "work", [CTRL_C_SOLVE, CTRL_C_MATCH, CTRL_C_QUESTION, CTRL_C_REGION], ids=["solve", "match", "question", "region"]
)
def test_ctrl_c_stops_long_work_and_leaves_the_process_well(work: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", work + CTRL_C_REST], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        sent = time.perf_counter()
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "interrupted\n"
        # 100 ms on a quiet machine; a busy one may be slower to let us look.
        assert time.perf_counter() - sent < 0.5
        assert process.stdout.readline() == "quiet\n" or work in (CTRL_C_SOLVE, CTRL_C_MATCH), "the work goes on behind"
        assert process.stdout.readline() == "well\n"
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _work_in_child(seed: int) -> tuple[list[int], bytes]:
    solution = hemvist.solve(**random_problem(seed, 30, 15, 4), threads=2)
    plan = hemvist.match(hemvist.Pool.read(EXAMPLES / "gotland"), threads=2)
    return solution.bin.tolist(), plan.to_json() + plan.choices(threads=2).to_json() + region.caseload(plan).to_json()


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_work_in_child_processes(method: str) -> None:
    expected = [_work_in_child(seed) for seed in range(4)]
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map_async(_work_in_child, range(4)).get(timeout=60) == expected


def _fail_in_child(_: int) -> None:
    hemvist.Pool.from_json({"format": "hemvist.pool/1", "as_of": "2026-02-01", "children": [{}]})


def test_errors_come_home_from_child_processes() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with pytest.raises(hemvist.PoolError) as caught:
            pool.map_async(_fail_in_child, [0]).get(timeout=60)
    assert [problem.column for problem in caught.value.problems] == ["id", "municipality", "placement"]


def test_one_pool_serves_many_threads(skane: hemvist.Pool, skane_plan: hemvist.Plan) -> None:
    with ThreadPoolExecutor(8) as threads:
        plans = list(threads.map(lambda _: hemvist.match(skane, threads=1).to_json(), range(16)))
        texts = list(threads.map(lambda _: hemvist.score(skane, "C-015", "F-048").text("sv"), range(64)))
    assert set(plans) == {skane_plan.to_json()} and len(set(texts)) == 1


@pytest.mark.parametrize("long", [True, False])
def test_a_panic_becomes_an_exception_and_the_process_lives_on(long: bool, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        with pytest.raises(hemvist.InternalError, match="please report it") as caught:
            _hemvist.panic_on_purpose(long)
        assert isinstance(caught.value, RuntimeError) and caught.value.code == "internal"
    assert "on purpose" in capfd.readouterr().err
    assert hemvist.solve([0, 1], [0], [1], [1]).status == "optimal"


def everything(pool: hemvist.Pool, plan: hemvist.Plan) -> dict[str, Any]:
    """An instance of every public class that a user can hold."""
    problem = hemvist.Problem("a.code", 1, "children[0]", "wrong", "fel", "children", 0, "", {"from": 1}, 2)
    score = hemvist.score(pool, "C-015", "F-048")
    held: list[Any] = [
        pool, pool.table("children"), plan.policy, plan, score, plan.explain("C-015"), plan.explain("C-001"), plan.audit(),
        hemvist.replay(plan.audit(), pool), score.parts[0], score.questions[0], hemvist.score(pool, "C-001", "F-007").reasons[0],
        hemvist.Progress(1.0, 2, 3, 4), hemvist.Sentences("a", "b"), problem, hemvist.solve([0, 1], [0], [1], [1]),
        hemvist.Answer(b"{}"), pool.notes[0],
        hemvist.PoolError([problem], 2000), hemvist.PolicyError([problem]), hemvist.OptionsError([problem]),
        hemvist.RecordError([problem]), hemvist.NotInPoolError([problem]), hemvist.ProblemsError([problem]),
        hemvist.InternalError(), hemvist.TooGreatError(), hemvist.HemvistError("x"), hemvist.NotRepeatableError(),
        hemvist.RequestError([problem]), hemvist.CostError("costs.no_saving", "nothing", "inget"),
        hemvist.Steps(1.0, 2, 3), hemvist.rank(pool, "C-015", ruled_out=True), plan.alternatives("C-005"), plan.why_not("C-005", "F-019"),
        plan.what_if(lock=("C-005", "F-019")), plan.choices(), plan.ties(), plan.robustness(samples=5, steps=1),
        plan.questions("C-010"), plan.calls("C-015", runs=1), plan.groups(),
        region.ladder(2016, secretary_per_day_ore=11_400, agency_per_day_ore=230_000),
        region.secretary_cost([490, 548, 605, 663, 730], 2016),
        region.break_even(extra_per_year_ore=100_000_000, agency_per_day_ore=230_000, own_per_day_ore=60_800),
        region.contract(contract_ore=7_500_000, included=3, further_ore=2_500_000, per_case_ore=3_800_000),
        region.share(pool, 450_000_000, "population"), region.exchange(plan), region.fairness(pool),
        region.plan_cost(plan, {"year": 2021, "agency_per_day_ore": 230_000}), region.statistics([SPELL], [2025], pool),
        region.fee_comparison(pool, "C-015", "F-048", [{"municipality": "1214", "year": 2021}, {"municipality": "1276", "year": 2018}]),
        region.listing(pool, "s", k=2), region.listing_key(pool, "s", k=2), region.tonight(pool, "C-015"),
        region.interest(pool, [{"municipality": pool["children"][14]["municipality"], "child": "C-015", "family": "F-048"}]),
        region.emergency_board(pool), region.emergency(plan), region.coverage(pool), region.caseload(plan),
        plan.gaps([PROFILE], next=1, all=True), region.simulate(pool, draw={"seed": "a", "months": 1}),
    ]  # fmt: skip
    return {type(thing).__name__: thing for thing in held}


PROFILE = {"municipality": "1282", "kind": "family", "ages": {"from": 13, "to": 20}, "highest_needs": 3, "places": 1}
SPELL = {"child": "c1", "home": "F-001", "from": "2025-01-01", "until": "2025-04-11", "municipality": "1276", "kind": "agency"}


def test_everything_pickles_and_copies(skane: hemvist.Pool, skane_plan: hemvist.Plan) -> None:
    held = everything(skane, skane_plan)
    modules = (hemvist, region)
    classes = {name for module in modules for name in module.__all__ if isinstance(getattr(module, name), type)}
    assert classes - set(held) == {"Document", "Tables", "Limits", "Run"}, "a public class without an instance here"
    for thing in held.values():
        for other in (pickle.loads(pickle.dumps(thing)), copy.deepcopy(thing), copy.copy(thing)):
            assert type(other) is type(thing) and type(other).__module__ in {"hemvist", "hemvist.region"}
            if isinstance(thing, hemvist.Solution):
                assert other.bin.tolist() == thing.bin.tolist() and other.objective == thing.objective
            elif isinstance(thing, Exception):
                assert (str(other), other.args) == (str(thing), thing.args)
                assert vars(other) == vars(thing)
            else:
                assert other == thing
    restored: hemvist.Plan = pickle.loads(pickle.dumps(skane_plan))
    assert restored.audit(run=2) == skane_plan.audit(run=2)
    assert list(restored.duties("sv")) == list(skane_plan.duties("sv"))
    assert restored.placements() == skane_plan.placements() and restored.warnings() == skane_plan.warnings()
    assert str(restored.explain("C-001")) == str(skane_plan.explain("C-001"))
    assert pickle.loads(pickle.dumps(skane)).notes == skane.notes != ()
    again: hemvist.Score = pickle.loads(pickle.dumps(hemvist.score(skane, "C-015", "F-048")))
    assert (again.fit, again.low, again.high, again.eligible) == (828, 810, 845, True)
    assert again.because("sv") == hemvist.score(skane, "C-015", "F-048").because("sv")


def test_solutions_cannot_be_changed() -> None:
    solution = hemvist.solve([0, 1], [0], [1], [1])
    with pytest.raises(AttributeError):
        solution.objective = 1  # type: ignore[misc]


MEMORY = """
import resource, sys
from tests.conftest import EXAMPLES, TINY, random_problem
import hemvist
problem = random_problem(2, 30, 15, 4)
pool = hemvist.Pool.read(EXAMPLES / "gotland")
child, family = pool.child_ids[0], pool.family_ids[0]
tables = pool.tables()

def solve(): hemvist.solve(**problem, threads=1)
def score(): hemvist.score(pool, child, family).to_json()
def matrix(): hemvist.score_matrix(pool, threads=1)
def tables_in_and_out(): hemvist.Pool.from_tables(as_of=pool.as_of, **tables).tables()
def match():
    plan = hemvist.match(hemvist.Pool.from_json(TINY), threads=1)
    plan.placements(), plan._repr_html_(), plan.audit()
plan = hemvist.match(hemvist.Pool.from_json(TINY), threads=1)
def ask():
    plan.what_if(withdraw="f1", threads=1).plan.ties(threads=1), hemvist.region.caseload(plan)
    plan.robustness(samples=2, steps=0, threads=1).tables(), plan.why_not("c2", "f1")._repr_html_()
def refuse():
    try: hemvist.Pool.from_json(TINY | {"children": [{}]})
    except hemvist.PoolError: pass

def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for work, times in ((solve, 10_000), (score, 10_000), (matrix, 1000), (tables_in_and_out, 60), (match, 300), (ask, 300), (refuse, 1000)):
    for _ in range(times // 3): work()
    before = peak()
    for _ in range(times): work()
    print(work.__name__, peak() - before)
"""


def test_memory_does_not_grow() -> None:
    """Peaks in kilobytes, in a process of its own: 10 000 solves stay within a megabyte."""
    package = Path(__file__).parents[1]
    lines = subprocess.run([sys.executable, "-c", MEMORY], stdout=subprocess.PIPE, text=True, check=True, cwd=package)
    grown = {name: int(kilobytes) for name, kilobytes in (line.split() for line in lines.stdout.splitlines())}
    assert len(grown) == 7 and all(kilobytes < 1024 for kilobytes in grown.values()), grown
