"""Problems and pools that several tests share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hemvist

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"


def random_problem(seed: int, children: int, families: int, groups: int = 0) -> dict[str, Any]:
    """A random problem as keyword arguments of `hemvist.solve`; some children may have no candidate."""
    rng = np.random.default_rng(seed)
    rows = [np.flatnonzero(rng.random(families) < 0.6) for _ in range(children)]
    indptr = np.concatenate(([0], np.cumsum([len(row) for row in rows])))
    indices = np.concatenate(rows) if rows else np.zeros(0, np.int64)
    members = rng.permutation(children)[: min(children, 3 * groups)]
    cuts = np.sort(rng.integers(0, len(members) + 1, max(groups - 1, 0)))
    return {
        "indptr": indptr.astype(np.int64),
        "indices": indices.astype(np.int32),
        "values": rng.integers(0, 1001, len(indices)).astype(np.int32),
        "capacity": rng.integers(0, 4, families).astype(np.int32),
        "group_ptr": np.concatenate(([0], cuts, [len(members)])) if groups else np.zeros(1, np.int64),
        "group_members": members,
        "group_policy": rng.integers(0, 3, groups),
    }


@pytest.fixture
def small() -> dict[str, Any]:
    """Two children, two families."""
    return {"indptr": [0, 2, 4], "indices": [0, 1, 0, 1], "values": [900, 700, 800, 100], "capacity": [1, 1]}


@pytest.fixture(scope="session")
def large() -> dict[str, Any]:
    """A problem that takes a while: 3000 children, 1500 families, many equal values, sibling groups."""
    rng = np.random.default_rng(7)
    children, families, degree = 3000, 1500, 60
    indices = np.sort(np.argsort(rng.random((children, families)), axis=1)[:, :degree], axis=1)
    members = np.arange(0, 1500)
    return {
        "indptr": np.arange(0, children * degree + 1, degree),
        "indices": indices.ravel().astype(np.int32),
        "values": rng.integers(400, 420, children * degree).astype(np.int32),
        "capacity": rng.integers(1, 4, families).astype(np.int32),
        "group_ptr": np.arange(0, 1501, 3),
        "group_members": members,
        "group_policy": rng.integers(0, 3, 500),
    }


@pytest.fixture(scope="session")
def skane() -> hemvist.Pool:
    """The example pool of north-west Skåne."""
    return hemvist.Pool.read(EXAMPLES / "nordvastra-skane")


@pytest.fixture(scope="session")
def skane_plan(skane: hemvist.Pool) -> hemvist.Plan:
    """Its plan."""
    return hemvist.match(skane)


TINY: dict[str, Any] = {
    "format": "hemvist.pool/1",
    "as_of": "2026-02-01",
    "municipalities": [{"id": "1276", "name": "Klippan"}],
    "families": [
        {
            "id": "f1",
            "municipality": "1276",
            "kind": "family",
            "places": 1,
            "assessed_on": "2025-10-01",
            "register_checked_on": "2025-09-01",
            "ages": {"from": 0, "to": 12},
        }
    ],
    "children": [
        {"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"},
        {"id": "c2", "municipality": "1276", "age": 15, "placement": "long_term"},
    ],
}
"""One home, a child who can go there and one who cannot."""


@pytest.fixture
def tiny() -> dict[str, Any]:
    """A copy of `TINY` to change."""
    copy: dict[str, Any] = json.loads(json.dumps(TINY))
    return copy
