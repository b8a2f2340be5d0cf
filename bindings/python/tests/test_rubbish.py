"""Rubbish in: a documented exception out, never a crash, a hang or a panic, and never a wrong answer taken for a right one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hemvist
from hemvist import region

from .conftest import TINY

DOCUMENTED = (ValueError, TypeError, LookupError, OverflowError, hemvist.HemvistError)

MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["1276", "c1", "f1", "long_term", "family", "together", "2026-01-01", "\ud800", "a\x00b", "640823-3234"])
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4))
TABLES = {
    "municipalities": ["id", "name", "location_lat", "population", "shares"],
    "families": ["id", "municipality", "kind", "places", "ages_from", "ages_to", "pets", "own_children", "location_lat"],
    "children": ["id", "municipality", "age", "birth_month", "placement", "needs", "home_lat", "home_lon", "languages"],
    "network_ties": ["child", "family", "relation"],
    "sibling_groups": ["id", "children", "policy"],
    "choices": ["kind", "child", "family", "reason", "on"],
}


def never_an_internal_error(error: BaseException) -> None:
    assert not isinstance(error, hemvist.InternalError), error
    assert "Panic" not in type(error).__name__


@MANY
@given(st.data())
def test_documents_with_anything_in_them(data: st.DataObject) -> None:
    document: dict[str, Any] = json.loads(json.dumps(TINY))
    for _ in range(data.draw(st.integers(1, 4))):
        section = data.draw(st.sampled_from([*TABLES, "placements", "travel", "as_of", "format", "not_together", "x"]))
        records = document.get(section)
        if isinstance(records, list) and records and isinstance(records[0], dict) and data.draw(st.booleans()):
            field = data.draw(st.sampled_from([*records[0], "needs", "wishes", "home", "keep_away"]))
            records[0][field] = data.draw(values)
        else:
            document[section] = data.draw(values)
    try:
        pool = hemvist.Pool.from_json(document)
    except DOCUMENTED as error:
        never_an_internal_error(error)
        return
    plan = hemvist.match(pool, threads=1)
    assert plan.totals["children"] == pool.n_children
    assert plan._repr_html_() and hemvist.replay(plan.audit(), pool).confirmed


@MANY
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_as_any_document(document: bytes | str) -> None:
    pool = hemvist.Pool.from_json(TINY)
    bytes_ = document if isinstance(document, bytes) else document.encode("utf-8", "replace")
    readers: list[Callable[[], object]] = [
        lambda: hemvist.Pool.from_json(document),
        lambda: hemvist.Policy.from_json(document),
        lambda: hemvist.Policy.from_toml(str(document)),
        lambda: hemvist.replay(bytes_, pool),
        lambda: hemvist.canonical_json(document),
    ]
    for read in readers:
        try:
            read()
        except DOCUMENTED as error:
            never_an_internal_error(error)


@MANY
@given(st.data())
def test_tables_with_anything_in_them(data: st.DataObject) -> None:
    tables: dict[str, Any] = {}
    for name in data.draw(st.lists(st.sampled_from(list(TABLES)), unique=True)):
        columns = data.draw(st.lists(st.sampled_from([*TABLES[name], "x", ""]), unique=True))
        n = data.draw(st.integers(0, 3))
        cells = {column: data.draw(st.lists(values, min_size=n, max_size=n)) for column in columns}
        tables[name] = cells
        if data.draw(st.booleans()):
            try:
                tables[name] = pa.table(cells)
            except (pa.ArrowException, TypeError, UnicodeEncodeError, OverflowError):
                pass
    try:
        hemvist.Pool.from_tables(as_of=data.draw(st.sampled_from(["2026-02-01", "", "x"])), **tables)
    except DOCUMENTED as error:
        never_an_internal_error(error)


@MANY
@given(st.data())
def test_arguments_of_any_kind(data: st.DataObject) -> None:
    pool = hemvist.Pool.from_json(TINY)

    def anything(*good: Any) -> Any:
        return data.draw(values | st.sampled_from(good))

    plan = hemvist.match(pool, threads=1)
    calls: list[Callable[[], object]] = [
        lambda: hemvist.score(anything(pool), anything("c1"), anything("f1"), anything(None)),
        lambda: hemvist.rank(anything(pool), anything("c1"), anything(3), anything(None), ruled_out=anything(False)).table(lang=anything("en")),
        lambda: hemvist.score_matrix(anything(pool), anything(None), threads=1),
        lambda: hemvist.match(
            anything(pool), anything(None), seed=anything(None), work_limit=anything(None), time_limit=anything(1), threads=1
        ),
        lambda: plan.explain(anything("c1"), anything("f1")),
        lambda: plan.audit(anything(1)),
        lambda: hemvist.replay(anything(plan.audit()), pool),
        lambda: hemvist.draw(anything("seed"), anything(["a", "b"])),
        lambda: hemvist.Policy.default().with_weights(anything({"needs": 1})),
        lambda: hemvist.schema(anything("pool")),
        lambda: plan.placements(anything("en")),
        lambda: pool.table(anything("children")),
    ]
    calls += [
        lambda: plan.alternatives(anything("c1"), anything(3), threads=1),
        lambda: plan.why_not(anything("c1"), anything("f1"), work_limit=anything(1)),
        lambda: plan.what_if(anything(None), lock=anything(("c1", "f1")), leave=anything("c1"), places=anything({"f1": 1}), reason=anything("x")),
        lambda: plan.ties(progress=anything(False), time_limit=anything(1)),
        lambda: plan.robustness(share=anything(100), shares=anything({"needs": 1}), samples=1, steps=anything(0), seed=anything(None)),
        lambda: plan.questions(anything("c1")),
        lambda: plan.calls(anything("c1"), anything(1), rates=anything({("c1", "f1"): 1}), unknown_rate=anything(1), runs=1),
        lambda: plan.groups(anything("gender"), least=anything(5)),
        lambda: plan.gaps(anything([]), next=0, costing=anything(None)),
        lambda: plan.choices().table(anything("choices"), anything("en")),
        lambda: plan.regrets().to_dict()[anything("child")],
    ]
    call = data.draw(st.sampled_from(calls))
    try:
        call()
    except (*DOCUMENTED, AttributeError) as error:
        never_an_internal_error(error)


NAMES = sorted(name for name in region.__all__ if name.islower() and name != "ask")


@MANY
@given(st.data())
def test_requests_of_any_kind(data: st.DataObject) -> None:
    pool = hemvist.Pool.from_json(TINY)
    words = ["year", "spells", "years", "child", "family", "rules", "interests", "costing", "profiles", "draw", "stream", "seed", "k", "budget_ore", "by"]
    options = data.draw(st.dictionaries(st.sampled_from(words) | st.text(max_size=5), values, max_size=4))
    request = options | {"ask": data.draw(st.sampled_from(NAMES) | values)}

    def anything() -> Any:
        return data.draw(values)

    asked: list[Callable[[], object]] = [
        lambda: region.ask(request, pool),
        lambda: region.ask(anything(), data.draw(st.sampled_from([pool, None])), seed=anything()),
        lambda: region.statistics(anything(), anything()),
        lambda: region.ladder(anything(), secretary_per_day_ore=anything()),
        lambda: region.tonight(pool, new_child=anything()),
        lambda: region.listing(pool, anything(), k=anything()),
        lambda: getattr(region, data.draw(st.sampled_from(NAMES)))(anything(), anything()),
    ]
    try:
        data.draw(st.sampled_from(asked))()
    except (*DOCUMENTED, AttributeError) as error:
        never_an_internal_error(error)


def test_a_table_that_changes_while_it_is_read() -> None:
    """Another thread writes into the numbers: some pool or some problem comes of it, and the process lives on."""
    n = 20_000
    ages = np.full(n, 7, np.int64)
    columns = {"id": [f"c{i}" for i in range(n)], "municipality": ["1276"] * n, "placement": ["long_term"] * n}
    table = pa.table(columns | {"age": pa.array(ages)})
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            ages[:] = 200
            ages[:] = 7

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(5):
            try:
                pool = hemvist.Pool.from_tables(as_of="2026-02-01", municipalities={"id": ["1276"]}, children=table)
                assert {child["age"] for child in pool["children"]} <= {7}
            except hemvist.PoolError as error:
                assert {problem.column for problem in error.problems} == {"age"}
    finally:
        stop.set()
        thread.join()


def test_errors_tell_nothing_that_was_written(tiny: dict[str, Any]) -> None:
    """A canary in every text: no error, message, fact or page repeats it."""
    canary = "Kanariefågel"
    tiny["children"][0] |= {"id": canary + "!", "placement": canary, canary: 1, "languages": [canary]}
    tiny["families"][0] |= {"municipality": canary, "kind": canary}
    tiny["choices"] = [{"kind": canary, "child": canary, "family": canary, "reason": ""}]
    with pytest.raises(hemvist.PoolError) as caught:
        hemvist.Pool.from_json(tiny)
    error = caught.value
    assert error.total >= 8
    told = [str(error), repr(error), error._repr_html_(), *map(repr, error.problems)]
    told += [problem.message_sv for problem in error.problems]
    with pytest.raises(hemvist.NotInPoolError) as missing:
        hemvist.score(hemvist.Pool.from_json(TINY), canary, canary)
    told += [str(missing.value), repr(missing.value)]
    assert not any(canary in text for text in told)
    columns = {canary: ["x"], "id": [canary + "!"]}
    with pytest.raises(hemvist.PoolError) as caught:
        hemvist.Pool.from_tables(as_of="2026-02-01", children=columns)
    assert canary not in str(caught.value)
