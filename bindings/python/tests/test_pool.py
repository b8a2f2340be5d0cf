"""Pools in and out: files, documents, and tables of every data-frame library."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import hemvist

from .conftest import EXAMPLES

ALL = ["familjepoolen", "gotland", "hassleholm", "nordvastra-skane", "norr"]


@pytest.mark.parametrize("name", ALL)
def test_every_example_comes_back_through_tables_and_json(name: str) -> None:
    pool = hemvist.Pool.read(EXAMPLES / name)
    tables = pool.tables()
    assert hemvist.Pool.from_tables(as_of=pool.as_of, **tables) == pool
    assert hemvist.Pool.from_json(pool.to_json()) == pool
    assert hemvist.Pool.from_json(pool.to_dict()) == pool
    assert len(tables["children"]) == pool.n_children == len(pool.child_ids)
    assert tables["families"]["id"] == list(pool.family_ids)


def test_swedish_files_tell_what_was_assumed() -> None:
    pool = hemvist.Pool.read(EXAMPLES / "hassleholm")
    sentences = [str(note.sentence) for note in pool.notes]
    assert any("cells parted by semicolon" in sentence for sentence in sentences)
    assert not any(note.is_guess for note in pool.notes)
    assert hemvist.Pool.read(EXAMPLES / "gotland").notes == ()


def test_files_and_folders(tmp_path: Path, tiny: dict[str, Any]) -> None:
    text = json.dumps(tiny)
    (tmp_path / "pool.json").write_text(text)
    pool = hemvist.Pool.read(tmp_path / "pool.json")
    assert hemvist.Pool.read(str(tmp_path)) == pool == hemvist.Pool.from_json(text)
    pool.write(tmp_path / "copy.json")
    assert (tmp_path / "copy.json").read_bytes() == pool.to_json()
    with pytest.raises(FileNotFoundError):
        hemvist.Pool.read(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(hemvist.PoolError) as caught:
        hemvist.Pool.read(tmp_path / "empty")
    assert caught.value.code == "table.missing"


def test_a_pool_reads_like_a_dict(tiny: dict[str, Any]) -> None:
    pool = hemvist.Pool.from_json(tiny)
    assert pool["children"][0]["id"] == "c1" and "families" in pool and len(pool) == 5
    assert (pool.as_of, pool.n_children, pool.n_families) == (datetime.date(2026, 2, 1), 2, 1)
    changed = pool.to_dict()
    changed["children"] = []
    assert len(pool["children"]) == 2
    assert pool == hemvist.Pool.from_json(tiny) and hash(pool) == hash(hemvist.Pool.from_json(tiny))
    assert pool != hemvist.Pool.from_json(changed)
    assert pool.digest().startswith("sha256:") and len(pool.digest()) == 7 + 64
    assert pool.describe_family("f1", "sv") == "familjehem, Klippan"
    with pytest.raises(KeyError, match="municipalities, families, children"):
        pool.table("travel")


def as_pandas(table: hemvist.Table) -> Any:
    return table.to_pandas()


def as_pandas_of_numpy(table: hemvist.Table) -> Any:
    """As a file read without type information: floats where numbers have gaps, objects for texts, lists as text."""
    frame = pd.DataFrame({name: cells for name, cells in table.to_dict().items()})
    for name in frame.columns:
        if any(isinstance(cell, list) for cell in frame[name]):
            frame[name] = [cell if cell is None else "|".join(map(str, cell)) or "none" for cell in table[name]]
    return frame


def as_polars(table: hemvist.Table) -> Any:
    return table.to_polars()


def as_polars_categories(table: hemvist.Table) -> Any:
    return table.to_polars().with_columns(pl.col(pl.String).cast(pl.Categorical))


def as_arrow(table: hemvist.Table) -> Any:
    return table.to_arrow()


def as_arrow_chunks(table: hemvist.Table) -> Any:
    whole = table.to_arrow()
    return pa.concat_tables([whole.slice(at, 7) for at in range(0, max(whole.num_rows, 1), 7)])


def as_record_batch(table: hemvist.Table) -> Any:
    class OnlyArray:
        def __init__(self, batch: Any) -> None:
            self.batch = batch

        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return self.batch.__arrow_c_array__(requested_schema)

    return OnlyArray(table.to_arrow().combine_chunks().to_batches()[0])


def as_lists(table: hemvist.Table) -> Any:
    return table.to_dict()


def as_numpy_columns(table: hemvist.Table) -> Any:
    return {name: np.array(cells, dtype=object) for name, cells in table.to_dict().items()}


LIBRARIES = [
    as_pandas, as_pandas_of_numpy, as_polars, as_polars_categories, as_arrow, as_arrow_chunks, as_record_batch, as_lists,
    as_numpy_columns,
]  # fmt: skip


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", ["nordvastra-skane", "gotland"])
def test_tables_of_every_library_give_the_same_pool(library: Any, name: str) -> None:
    pool = hemvist.Pool.read(EXAMPLES / name)
    tables: Any = {name: library(pool.table(name)) for name in pool.tables()}
    assert hemvist.Pool.from_tables(as_of=str(pool.as_of), **tables) == pool


def test_relations_of_duckdb(skane: hemvist.Pool) -> None:
    tables: dict[str, Any] = dict(skane.tables())
    children, families, municipalities = (tables.pop(name) for name in ("children", "families", "municipalities"))
    assert len(children) and len(families) and len(municipalities)
    given: dict[str, Any] = {
        "children": duckdb.sql("select * from children"),
        "families": duckdb.sql("select * replace (location_lat::decimal(18, 9) as location_lat) from families"),
        "municipalities": duckdb.sql("select * from municipalities order by id desc"),
    }
    assert hemvist.Pool.from_tables(as_of=skane.as_of, **given, **tables) == skane


CHILD: dict[str, Any] = {"id": ["c1"], "municipality": ["1276"], "placement": ["long_term"]}
PLACE: Any = {"municipalities": {"id": ["1276"]}}


def of_child(**columns: Any) -> hemvist.Pool:
    """A pool of one child with these columns besides the required ones."""
    return hemvist.Pool.from_tables(as_of="2026-02-01", **PLACE, children=pa.table(CHILD | columns))


def problems(**columns: Any) -> list[tuple[str, str]]:
    with pytest.raises(hemvist.PoolError) as caught:
        of_child(**columns)
    return [(problem.path, problem.code) for problem in caught.value.problems]


NUMBERS = [
    pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(), pa.float16(),
    pa.float32(), pa.float64(), pa.decimal128(30, 2), pa.decimal128(30, 0), pa.dictionary(pa.int8(), pa.int64()),
]  # fmt: skip


@pytest.mark.parametrize("kind", NUMBERS, ids=str)
def test_every_type_of_number_is_an_age(kind: Any) -> None:
    value_type = kind.value_type if pa.types.is_dictionary(kind) else kind
    ages = pa.array([7], pa.int64()).cast(value_type)
    ages = ages.dictionary_encode() if pa.types.is_dictionary(kind) else ages
    assert of_child(age=ages)["children"][0]["age"] == 7


TEXTS = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.large_string())]


@pytest.mark.parametrize("kind", TEXTS, ids=str)
def test_every_type_of_text_is_a_word(kind: Any) -> None:
    words = pa.array(["girl"]).dictionary_encode() if pa.types.is_dictionary(kind) else pa.array(["girl"], kind)
    assert of_child(age=[7], gender=words)["children"][0]["gender"] == "girl"


DAY = datetime.date(2025, 12, 24)
DAYS = [pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("ns")]


@pytest.mark.parametrize("kind", DAYS, ids=str)
def test_every_type_of_day_is_a_day(kind: Any) -> None:
    days = pa.array([DAY], pa.date32()).cast(kind)
    assert of_child(age=[7], waiting_since=days)["children"][0]["waiting_since"] == "2025-12-24"


LISTS = [pa.list_(pa.string()), pa.large_list(pa.large_string()), pa.list_(pa.string_view(), 2)]


@pytest.mark.parametrize("kind", LISTS, ids=str)
def test_every_type_of_list_is_a_list(kind: Any) -> None:
    languages = pa.array([["sv", "ar"]], kind)
    assert of_child(age=[7], languages=languages)["children"][0]["languages"] == ["ar", "sv"]


def test_what_is_absent_stays_absent() -> None:
    nothing = {"needs": pa.nulls(1), "gender": pa.array([None], pa.string()), "languages": pa.array([""])}
    child = of_child(age=[7], **nothing)["children"][0]
    assert not {"needs", "gender", "languages"} & set(child)


def test_an_index_of_pandas_is_no_column(skane: hemvist.Pool) -> None:
    tables = {name: skane.table(name).to_pandas() for name in skane.tables()}
    shuffled: Any = {name: table.sample(frac=1, random_state=1) for name, table in tables.items()}
    assert list(shuffled["children"].index) != list(range(len(shuffled["children"])))
    assert hemvist.Pool.from_tables(as_of=skane.as_of, **shuffled) == skane


def test_wrong_columns_are_one_problem_each() -> None:
    assert problems(age=[7], municipality=[1276]) == [("children.municipality", "document.wrong_type")]
    assert problems(age=[7], needs=[b"3"]) == [("children.needs", "document.wrong_type")]
    assert problems(age=[7], needs=[{"level": 3}]) == [("children.needs", "document.wrong_type")]
    assert problems(age=[7], needs=pa.array([3], pa.duration("s"))) == [("children.needs", "document.wrong_type")]
    zoned = pa.array([DAY], pa.date32()).cast(pa.timestamp("us")).cast(pa.timestamp("us", "Europe/Stockholm"))
    assert problems(age=[7], waiting_since=zoned) == [("children.waiting_since", "document.wrong_type")]
    assert problems(age=[7], shoe_size=[30]) == [("children.{4}", "table.unknown_column")]
    assert problems(age=[7], ÅLDER=[7]) == [("children.age", "table.duplicate_column")]


def test_wrong_cells_name_row_and_column() -> None:
    assert problems(age=[float("nan")]) == [("children[0].age", "value.not_finite")]
    assert problems(age=[float("inf")]) == [("children[0].age", "value.not_finite")]
    assert problems(age=[7.5]) == [("children[0].age", "value.not_whole")]
    assert problems(age=[2**63 - 1]) == [("children[0].age", "value.out_of_range")]
    assert problems(age=pa.array([2**64 - 1], pa.uint64())) == [("children[0].age", "value.out_of_range")]
    assert problems(age=[-(2**63)]) == [("children[0].age", "value.out_of_range")]
    assert problems(age=[1e300]) == [("children[0].age", "value.not_whole")]
    noon = pa.array([datetime.datetime(2025, 12, 24, 12)])
    assert problems(age=[7], waiting_since=noon) == [("children[0].waiting_since", "value.not_a_day")]
    far = pa.array([10**6], pa.int32()).cast(pa.date32())
    assert problems(age=[7], waiting_since=far) == [("children[0].waiting_since", "value.not_a_day")]
    assert problems(birth_month=pa.array([DAY])) == [("children[0].birth_month", "value.not_a_month")]
    assert problems(age=[7], languages=[["sv", None]]) == [("children[0].languages[1]", "document.wrong_type")]
    assert problems(age=["sju"]) == [("children[0].age", "table.not_a_number")]


def test_problems_tell_table_row_and_column(skane: hemvist.Pool) -> None:
    children = skane.table("children").to_dict()
    children["needs"][12] = 9
    with pytest.raises(hemvist.PoolError) as caught:
        others: Any = dict(skane.tables()) | {"children": children}
        hemvist.Pool.from_tables(as_of=skane.as_of, **others)
    (problem,) = caught.value.problems
    assert (problem.table, problem.row, problem.column) == ("children", 12, "needs")
    assert (problem.code, problem.number, problem.found) == ("value.out_of_range", 1101, 9)
    assert problem.allowed == {"from": 1, "to": 5}
    assert str(problem) == "children[12].needs: number outside its range; allowed: 1 to 5; found: 9"
    assert problem.message_sv == "children[12].needs: talet ligger utanför sitt intervall; tillåtet: 1 till 5; funnet: 9"


def test_rows_of_files_are_those_of_a_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "pool.csv").write_text("as_of\n2026-02-01\n")
    (tmp_path / "children.csv").write_text("id,municipality,age,placement\nc1,1276,7,long_term\n")
    with pytest.raises(hemvist.PoolError) as caught:
        hemvist.Pool.read(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.path, problem.row) == ("children.csv:2.municipality", 2)


WRONG_TABLES: list[Any] = [7, "children", [1, 2], object(), np.zeros(3), {"id": 7}, {"id": "abc"}]


@pytest.mark.parametrize("table", WRONG_TABLES, ids=str)
def test_what_is_no_table_is_a_type_error(table: Any) -> None:
    with pytest.raises(TypeError, match="children"):
        hemvist.Pool.from_tables(as_of="2026-02-01", children=table)


def test_lists_of_other_lengths_and_mixed_cells() -> None:
    with pytest.raises(ValueError, match="columns of children have not the same length"):
        hemvist.Pool.from_tables(as_of="2026-02-01", children={"id": ["c1"], "age": [1, 2]})
    mixed = {name: cells * 3 for name, cells in CHILD.items()} | {"id": ["c1", 2, "\ud800"], "age": [7, "sju", object()]}
    with pytest.raises(hemvist.PoolError) as caught:
        hemvist.Pool.from_tables(as_of="2026-02-01", **PLACE, children=mixed)
    assert [problem.path for problem in caught.value.problems] == [
        "children[1].id", "children[1].age", "children[2].id", "children[2].age",
    ]  # fmt: skip


@pytest.mark.parametrize("as_of", ["2026-02-30", "", "today", "\ud800", "1066-10-14"])
def test_wrong_dates(as_of: str) -> None:
    with pytest.raises(ValueError):
        hemvist.Pool.from_tables(as_of=as_of)


def test_dates_of_every_kind() -> None:
    for as_of in ("2026-02-01", datetime.date(2026, 2, 1), datetime.datetime(2026, 2, 1, 12)):
        assert hemvist.Pool.from_tables(as_of=as_of).as_of == datetime.date(2026, 2, 1)
    days = {"waiting_since": [datetime.date(2026, 1, 1)], "inquiry_ended": [datetime.datetime(2026, 1, 2)], "age": [7]}
    pool = hemvist.Pool.from_tables(as_of="2026-02-01", **PLACE, children=CHILD | days)
    assert pool["children"][0]["inquiry_ended"] == "2026-01-02"
    noon = datetime.datetime(2026, 1, 2, 12)
    for moment in (noon, datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)):
        with pytest.raises(hemvist.PoolError) as caught:
            hemvist.Pool.from_tables(as_of="2026-02-01", **PLACE, children=CHILD | {"age": [7], "waiting_since": [moment]})
        assert caught.value.code == "value.not_a_day"


def test_identity_numbers_are_refused_unless_asked_for(tiny: dict[str, Any]) -> None:
    tiny["children"][0]["id"] = "640823-3234"
    with pytest.raises(hemvist.PoolError) as caught:
        hemvist.Pool.from_json(tiny)
    assert caught.value.code == "value.identity_number" and "640823" not in str(caught.value)
    pool = hemvist.Pool.from_json(tiny, allow_identity_numbers=True)
    assert pool.allow_identity_numbers and "640823-3234" in pool.child_ids


class Failing:
    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        raise RuntimeError("no data today")


class NoCapsule:
    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return 7


class WrongCapsule:
    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return pa.table({"id": ["c1"]}).schema.__arrow_c_schema__()


def test_hostile_producers() -> None:
    with pytest.raises(RuntimeError, match="no data today"):
        hemvist.Pool.from_tables(as_of="2026-02-01", children=Failing())
    with pytest.raises(TypeError):
        hemvist.Pool.from_tables(as_of="2026-02-01", children=NoCapsule())
    with pytest.raises(ValueError):
        hemvist.Pool.from_tables(as_of="2026-02-01", children=WrongCapsule())


def test_a_stream_that_was_used_up_is_refused() -> None:
    reader = pa.RecordBatchReader.from_batches(pa.schema({"id": pa.string()}), [])
    capsule = reader.__arrow_c_stream__()

    class Same:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return capsule

    with pytest.raises(hemvist.PoolError):
        hemvist.Pool.from_tables(as_of="2026-02-01", children=Same())
    with pytest.raises(ValueError, match="arrow data cannot be read"):
        hemvist.Pool.from_tables(as_of="2026-02-01", children=Same())


def test_invalid_text_and_offsets_are_refused() -> None:
    def of(array: Any) -> Any:
        return pa.RecordBatch.from_arrays([array], names=["id"])

    bad_text = pa.StringArray.from_buffers(1, pa.py_buffer(np.array([0, 2], np.int32)), pa.py_buffer(b"\xff\xfe"))
    bad_offsets = pa.StringArray.from_buffers(2, pa.py_buffer(np.array([0, 5, 3], np.int32)), pa.py_buffer(b"abcde"))
    bad_keys = pa.DictionaryArray.from_arrays(pa.array([7], pa.int8()), pa.array(["c1"]), safe=False)
    for array in (bad_text, bad_offsets, bad_keys):
        with pytest.raises(ValueError, match="arrow data cannot be read: it is not sound"):
            hemvist.Pool.from_tables(as_of="2026-02-01", children=of(array))
