"""Solvers that an integrator could take instead, each behind one call: a problem and a limit in seconds in, a run out.

A run starts from the arrays or the model that the solver's own interface takes, and ends with the home of each child (-1: none) and
whether that is proven best. Each has one thread. What is not installed raises an error when it is asked for.
"""

from __future__ import annotations

import ctypes
import importlib
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benches.columns import Ints, program

Problem = dict[str, Any]
Run = Callable[[], tuple[Ints, bool]]


@dataclass(frozen=True)
class Rival:
    """A solver: what it can solve, and how it is asked."""

    package: str
    solves: str
    """`all`, problems `without siblings`, or those that are also `square`."""
    ask: Callable[[Problem, float], Run]

    def version(self) -> str:
        """Of what is installed."""
        return version(self.package) if self.package else "as installed"


def highs(problem: Problem, limit: float) -> Run:
    highspy: Any = importlib.import_module("highspy")
    of = program(problem)
    lp, n, m = highspy.HighsLp(), len(of.value), len(of.most)
    lp.num_col_, lp.num_row_ = n, m
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = of.value.astype(float), np.zeros(n), np.ones(n)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * n
    lp.row_lower_, lp.row_upper_ = np.full(m, -highspy.kHighsInf), of.most.astype(float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = of.start.astype(np.int32), of.row.astype(np.int32)
    lp.a_matrix_.value_ = of.factor.astype(float)
    settings = {"output_flag": False, "threads": 1, "time_limit": limit, "mip_rel_gap": 0.0, "mip_abs_gap": 0.5}

    def run() -> tuple[Ints, bool]:
        solver = highspy.Highs()
        for name, setting in settings.items():
            solver.setOptionValue(name, setting)
        solver.passModel(lp)
        solver.run()
        x = solver.getSolution().col_value
        feasible = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return of.plan(x if feasible else np.zeros(n)), proven

    return run


def cp_sat(problem: Problem, limit: float) -> Run:
    cp_model: Any = importlib.import_module("ortools.sat.python.cp_model")
    of = program(problem)
    model = cp_model.CpModel()
    literals = [model.new_bool_var("") for _ in of.value]
    for row, most in zip(of.by_row(), of.most.tolist(), strict=True):
        if most == 1:
            model.add_at_most_one(literals[j] for j, _ in row)
        else:
            model.add(sum(literals[j] * factor for j, factor in row) <= most)
    model.maximize(sum(v * value for v, value in zip(literals, of.value.tolist(), strict=True)))

    def run() -> tuple[Ints, bool]:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = limit
        status = solver.solve(model)
        found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        return of.plan([found and solver.value(v) for v in literals]), status == cp_model.OPTIMAL

    return run


def scip(problem: Problem, limit: float) -> Run:
    pyscipopt: Any = importlib.import_module("pyscipopt")
    of = program(problem)
    model = pyscipopt.Model()
    model.hideOutput()
    model.setParam("limits/time", limit)
    x = [model.addVar(vtype="B", obj=value) for value in of.value.tolist()]
    model.setMaximize()
    for row, most in zip(of.by_row(), of.most.tolist(), strict=True):
        if row:
            model.addCons(pyscipopt.quicksum(x[j] * factor for j, factor in row) <= most)

    def run() -> tuple[Ints, bool]:
        model.optimize()
        best = model.getBestSol()
        return of.plan([model.getSolVal(best, v) for v in x]), model.getStatus() == "optimal"

    return run


def cbc(problem: Problem, limit: float) -> Run:
    mip: Any = importlib.import_module("mip")
    of = program(problem)
    model = mip.Model(sense=mip.MAXIMIZE, solver_name=mip.CBC)
    model.verbose, model.threads = 0, 1
    model.max_mip_gap, model.max_mip_gap_abs = 0.0, 0.5
    x = [model.add_var(var_type=mip.BINARY, obj=value) for value in of.value.tolist()]
    for row, most in zip(of.by_row(), of.most.tolist(), strict=True):
        if row:
            model.add_constr(mip.xsum(x[j] * factor for j, factor in row) <= most)

    def run() -> tuple[Ints, bool]:
        status = model.optimize(max_seconds=limit)
        values = [v.x for v in x] if model.num_solutions else np.zeros(len(x))
        return of.plan(values), status == mip.OptimizationStatus.OPTIMAL

    return run


@dataclass
class Arcs:
    """A network: from each child to its homes and past them all, from each home to the sink."""

    start: Ints
    end: Ints
    room: Ints
    cost: Ints
    supply: Ints
    problem: Problem

    def plan(self, flow: Any) -> Ints:
        children = len(self.problem["indptr"]) - 1
        plan = np.full(children, -1, np.int64)
        used = np.flatnonzero(np.asarray(flow[: len(self.problem["indices"])]))
        plan[self.start[used]] = self.problem["indices"][used]
        return plan


def arcs(problem: Problem) -> Arcs:
    children, families = len(problem["indptr"]) - 1, len(problem["capacity"])
    tails = np.repeat(np.arange(children), np.diff(problem["indptr"]))
    sink = children + families
    return Arcs(
        start=np.concatenate((tails, np.arange(children), children + np.arange(families))).astype(np.int32),
        end=np.concatenate((children + problem["indices"], np.full(children + families, sink))).astype(np.int32),
        room=np.concatenate((np.ones(len(tails) + children, np.int64), problem["capacity"])),
        cost=np.concatenate((-problem["values"], np.zeros(children + families, np.int64))),
        supply=np.concatenate((np.ones(children, np.int64), np.zeros(families, np.int64), [-children])),
        problem=problem,
    )


def or_tools_flow(problem: Problem, limit: float) -> Run:
    del limit  # It knows none.
    min_cost_flow: Any = importlib.import_module("ortools.graph.python.min_cost_flow")
    net = arcs(problem)

    def run() -> tuple[Ints, bool]:
        solver = min_cost_flow.SimpleMinCostFlow()
        numbers = solver.add_arcs_with_capacity_and_unit_cost(net.start, net.end, net.room, net.cost)
        solver.set_nodes_supplies(np.arange(len(net.supply)), net.supply)
        status = solver.solve()
        return net.plan(solver.flows(numbers)), status == solver.OPTIMAL

    return run


def or_tools_assignment(problem: Problem, limit: float) -> Run:
    del limit  # It knows none.
    module: Any = importlib.import_module("ortools.graph.python.linear_sum_assignment")
    children = len(problem["indptr"]) - 1
    tails = np.repeat(np.arange(children), np.diff(problem["indptr"]))

    def run() -> tuple[Ints, bool]:
        solver = module.SimpleLinearSumAssignment()
        solver.add_arcs_with_cost(tails, problem["indices"], -problem["values"])
        status = solver.solve()
        plan = np.array([solver.right_mate(i) for i in range(children)], np.int64)
        return plan, status == solver.OPTIMAL

    return run


def lemon(problem: Problem, limit: float) -> Run:
    del limit  # It knows none.
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "lemon.so")
        source = Path(__file__).with_name("lemon.cpp")
        flags = ["-O3", "-march=native", "-DNDEBUG", "-shared", "-fPIC", "-w"]
        try:
            subprocess.run(["g++", *flags, "-o", library, source], check=True, stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            raise ImportError("it wants g++ and Debian's liblemon-dev") from None
        cheapest = ctypes.CDLL(str(library)).cheapest_flow
    net = arcs(problem)
    flow = np.zeros(len(net.start), np.int64)
    arrays = [x.ctypes.data_as(ctypes.c_void_p) for x in (net.start, net.end, net.room, net.cost, net.supply, flow)]

    def run() -> tuple[Ints, bool]:
        optimal = cheapest(len(net.supply), len(net.start), *arrays)
        return net.plan(flow), bool(optimal)

    return run


@dataclass
class Places:
    """Every place of a home as a column of its own."""

    child: Ints
    place: Ints
    value: Ints
    home: Ints
    """The home of each place."""
    children: int

    def plan(self, chosen: Ints) -> Ints:
        """The plan in which children have these places; what is no place, or not allowed, is no home."""
        chosen = np.where((chosen >= 0) & (chosen < len(self.home)), chosen, -1)
        allowed = np.zeros(self.children, bool)
        allowed[self.child[chosen[self.child] == self.place]] = True
        return np.where(allowed, self.home[chosen], -1)


def places(problem: Problem) -> Places:
    children, capacity = len(problem["indptr"]) - 1, problem["capacity"]
    child = np.repeat(np.arange(children), np.diff(problem["indptr"]))
    first, many = np.cumsum(capacity) - capacity, capacity[problem["indices"]]
    nth = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return Places(
        child=np.repeat(child, many),
        place=np.repeat(first[problem["indices"]], many) + nth,
        value=np.repeat(problem["values"], many),
        home=np.repeat(np.arange(len(capacity)), capacity),
        children=children,
    )


def scipy_dense(problem: Problem, limit: float) -> Run:
    del limit  # It knows none.
    optimize: Any = importlib.import_module("scipy.optimize")
    at = places(problem)
    value = np.zeros((at.children, len(at.home)))
    value[at.child, at.place] = at.value

    def run() -> tuple[Ints, bool]:
        rows, columns = optimize.linear_sum_assignment(value, maximize=True)
        chosen = np.full(at.children, -1, np.int64)
        chosen[rows] = columns
        return at.plan(chosen), True

    return run


def scipy_sparse(problem: Problem, limit: float) -> Run:
    del limit  # It knows none.
    sparse: Any = importlib.import_module("scipy.sparse")
    graph: Any = importlib.import_module("scipy.sparse.csgraph")
    at = places(problem)
    # Each child has a column of its own to stay without a home; no cost is 0, which would be no entry.
    top = int(at.value.max()) + 1
    own, columns = np.arange(at.children), len(at.home) + at.children
    cost = np.concatenate((top - at.value, np.full(at.children, top))).astype(float)
    entries = (np.concatenate((at.child, own)), np.concatenate((at.place, len(at.home) + own)))
    matrix = sparse.csr_matrix((cost, entries), (at.children, columns))

    def run() -> tuple[Ints, bool]:
        rows, columns = graph.min_weight_full_bipartite_matching(matrix)
        chosen = np.full(at.children, -1, np.int64)
        chosen[rows] = columns
        return at.plan(chosen), True

    return run


def lapjv(problem: Problem, limit: float) -> Run:
    del limit  # It knows none.
    lap: Any = importlib.import_module("lap")
    at = places(problem)
    cost = np.full((at.children, len(at.home)), float(at.value.max()))
    cost[at.child, at.place] -= at.value

    def run() -> tuple[Ints, bool]:
        chosen, _ = lap.lapjv(cost, extend_cost=True, return_cost=False)
        return at.plan(np.asarray(chosen, np.int64)), True

    return run


def lapmod(problem: Problem, limit: float) -> Run:
    del limit  # It knows none.
    lap: Any = importlib.import_module("lap")
    sparse: Any = importlib.import_module("scipy.sparse")
    at = places(problem)
    # It wants a square: each child has a column to stay without a home, each place a row to stay empty.
    n, m, top = at.children, len(at.home), int(at.value.max())
    rows = np.concatenate((at.child, np.arange(n), n + at.place, n + np.arange(m)))
    columns = np.concatenate((at.place, m + np.arange(n), m + at.child, np.arange(m)))
    cost = np.concatenate((top - at.value, np.full(n, top), np.zeros(len(at.place) + m))) + 1.0
    matrix = sparse.csr_matrix((cost, (rows, columns)), (n + m, n + m))
    matrix.sort_indices()
    start, index = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)

    def run() -> tuple[Ints, bool]:
        chosen, _ = lap.lapmod(n + m, matrix.data, start, index, return_cost=False)
        return at.plan(np.asarray(chosen[:n], np.int64)), True

    return run


RIVALS = {
    "HiGHS": Rival("highspy", "all", highs),
    "CP-SAT": Rival("ortools", "all", cp_sat),
    "SCIP": Rival("pyscipopt", "all", scip),
    "CBC": Rival("cbcbox", "all", cbc),
    "OR-Tools flow": Rival("ortools", "without siblings", or_tools_flow),
    "LEMON": Rival("", "without siblings", lemon),
    "scipy sparse": Rival("scipy", "without siblings", scipy_sparse),
    "lapmod": Rival("lapx", "without siblings", lapmod),
    "scipy dense": Rival("scipy", "without siblings", scipy_dense),
    "lapjv": Rival("lapx", "without siblings", lapjv),
    "OR-Tools assignment": Rival("ortools", "square", or_tools_assignment),
}
