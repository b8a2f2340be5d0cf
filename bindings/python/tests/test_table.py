"""Tables out: the same rows in every library, numbers at the same address."""

from __future__ import annotations

import copy
import datetime
import pickle
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import hemvist


def address(array: Any) -> int:
    """Where the numbers of an array of pyarrow lie."""
    return int(array.buffers()[1].address)


def test_the_same_rows_in_every_library(skane: hemvist.Pool) -> None:
    for name in skane.tables():
        table = skane.table(name)
        rows = list(table)
        assert len(rows) == len(table)
        assert table.to_arrow().to_pylist() == rows
        assert table.to_polars().rows(named=True) == rows
        frames: Any = pd.DataFrame
        assert pa.table(frames.from_arrow(table)).num_rows == len(rows)


def test_duckdb_queries_a_table_by_its_name(skane_plan: hemvist.Plan) -> None:
    placements = skane_plan.placements()
    assert len(placements) == 32
    relation: Any = duckdb.sql("select count(*), max(fit) from placements where network")
    (row,) = relation.fetchall()
    network = [fit for fit, network in zip(placements["fit"], placements["network"]) if network]
    assert row == (len(network), max(network))


def test_numbers_are_handed_over_without_a_copy(skane: hemvist.Pool) -> None:
    pairs = hemvist.score_pairs(skane)
    once, again = pairs.to_arrow()["fit"].chunk(0), pa.table(pairs)["fit"].chunk(0)
    assert address(once) == address(again)
    by_polars = pairs.to_polars()["fit"].to_arrow()
    assert address(by_polars) == address(once)
    assert pairs.to_arrow()["fit"].to_numpy().__array_interface__["data"][0] == address(once)


def test_reading_a_table(skane_plan: hemvist.Plan) -> None:
    table = skane_plan.placements()
    assert table.columns[:3] == ("child", "family", "fit")
    assert table["fit"] == table.to_dict()["fit"] and table["child"] == sorted(table["child"])
    assert next(iter(table)) == {name: cells[0] for name, cells in table.to_dict().items()}
    with pytest.raises(KeyError, match="there are child, family, fit"):
        table["home"]
    assert repr(table).startswith("Table(32 rows: child, family, fit")


def test_days_and_lists(skane: hemvist.Pool) -> None:
    families = skane.table("families")
    assert isinstance(families["assessed_on"][0], datetime.date)
    assert families.to_polars()["assessed_on"].dtype == pl.Date
    lists = [cell for cell in families["own_children"] if cell is not None]
    assert [] in lists and any(isinstance(age, int) for cell in lists for age in cell)


def test_tables_pickle_copy_and_compare(skane: hemvist.Pool, skane_plan: hemvist.Plan) -> None:
    of_pool = [skane.table(name) for name in skane.tables()]
    tables = [*of_pool, skane_plan.placements(), skane_plan.unplaced(), hemvist.score_pairs(skane)]
    for table in tables:
        for other in (pickle.loads(pickle.dumps(table)), copy.deepcopy(table), copy.copy(table)):
            assert other == table
            assert other.to_arrow().schema == table.to_arrow().schema
    assert tables[0] != tables[1] and tables[0] != 7


def test_an_empty_table_has_its_columns(skane: hemvist.Pool) -> None:
    empty = hemvist.rank(skane, "C-015", k=0).table()
    assert len(empty) == 0 and "fit" in empty.columns and list(empty) == []
    assert empty.to_polars().height == 0 and "fit" in empty.to_pandas().columns
