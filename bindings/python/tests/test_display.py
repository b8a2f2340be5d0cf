"""What notebooks show: escaped, without scripts, for every class; charts as pictures; bars and callbacks."""

from __future__ import annotations

import io
import sys
from html.parser import HTMLParser
from typing import Any

import pytest

import hemvist
from hemvist import _progress, plots

from .test_manners import everything


class Page(HTMLParser):
    """Reads a page and notes what it is made of."""

    VOID = frozenset({"br", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_every_class_has_a_page_without_scripts(skane: hemvist.Pool, skane_plan: hemvist.Plan) -> None:
    shown = 0
    for thing in everything(skane, skane_plan).values():
        if hasattr(thing, "_repr_html_"):
            text = thing._repr_html_()
            page = Page(text)
            assert page.open == [] and page.attributes <= {"class", "style"}
            assert not page.tags & {"script", "a", "img", "link", "iframe", "object"}
            assert "http" not in text and "url(" not in text
            shown += 1
    assert shown >= 40


def test_pages_say_what_matters(skane: hemvist.Pool, skane_plan: hemvist.Plan) -> None:
    page = skane_plan._repr_html_()
    for words in ("32 placed", "F-048", "people decide", "Duties: 30", "network home", "too close in age"):
        assert words in page
    assert "<td class=\"n\">828</td>" in page
    assert "fit 828, 810 to 845" in hemvist.score(skane, "C-015", "F-048")._repr_html_()
    assert "56" in skane._repr_html_() and "cells parted by comma" in skane._repr_html_()
    assert "Konijn" in skane_plan.policy._repr_html_()
    assert "C-001 has no home yet" in skane_plan.explain("C-001")._repr_html_()


MARKUP = "<script>alert(1)</script>\"'&"


def test_whatever_comes_from_outside_is_escaped(tiny: dict[str, Any]) -> None:
    tiny["municipalities"][0]["name"] = MARKUP
    pool = hemvist.Pool.from_json(tiny)
    policy = hemvist.Policy.default().changed({"name": MARKUP}).with_weights({"needs": 5}, source=MARKUP)
    plan = hemvist.match(pool, policy)
    problem = hemvist.Problem(MARKUP, 1, MARKUP, MARKUP, MARKUP, MARKUP, 1, MARKUP)
    lock = {"kind": "lock", "child": "c1", "family": "f1", "reason": MARKUP}
    locked = hemvist.match(hemvist.Pool.from_json(tiny | {"choices": [lock]}))
    pages: list[Any] = [pool.table("municipalities"), policy, plan, pool, hemvist.PoolError([problem]), hemvist.Answer(b'{"<script>": "<script>"}')]
    pages += [locked.choices(), locked.audit(), plan.what_if(lock=("c1", "f1"), reason=MARKUP)]
    for thing in pages:
        text = thing._repr_html_()
        assert "<script" not in text.lower()
        Page(text)
    assert "&lt;script&gt;" in pages[0]._repr_html_() and "&lt;script&gt;" in policy._repr_html_()


def test_long_things_are_cut_and_say_so(tiny: dict[str, Any]) -> None:
    tiny["children"] = [tiny["children"][0] | {"id": f"c{n}"} for n in range(80)]
    tiny["families"] = [tiny["families"][0] | {"id": f"f{n}"} for n in range(80)]
    plan = hemvist.match(hemvist.Pool.from_json(tiny))
    assert "30 more: plan.placements()" in plan._repr_html_()
    assert "80 rows; the first 20 are shown" in plan.placements()._repr_html_()
    tiny["children"] = [{}] * 30
    with pytest.raises(hemvist.PoolError) as caught:
        hemvist.Pool.from_json(tiny)
    assert str(caught.value).splitlines()[-1] == "  and 70 more; see .problems"
    assert "40 more: .problems" in caught.value._repr_html_()


def test_charts_are_drawn(skane_plan: hemvist.Plan, tmp_path: Any) -> None:
    names = {m["id"]: m["name"] for m in skane_plan.pool["municipalities"]}
    charts = {
        "map": plots.placement_map(skane_plan),
        "criteria": plots.fit_by_criterion(skane_plan, lang="sv"),
        "regret": plots.regret(skane_plan),
        "gaps": plots.gap_map(skane_plan.gaps(all=True, next=0), names),
    }
    for name, chart in charts.items():
        path = tmp_path / f"{name}.png"
        chart.save(str(path))
        assert path.read_bytes().startswith(b"\x89PNG") and path.stat().st_size > 10_000
        svg = tmp_path / f"{name}.svg"
        chart.save(str(svg))
        assert "http" not in svg.read_text("utf-8").replace("http://www.w3.org/", "")
    assert "resa till ursprungshemmet" in (tmp_path / "criteria.svg").read_text("utf-8")
    assert "Ängelholm" in (tmp_path / "map.svg").read_text("utf-8")


def test_regrets_are_counted_by_the_first_aim_that_is_touched(skane_plan: hemvist.Plan) -> None:
    regrets = skane_plan.regrets()
    bars = plots.regret(regrets).to_dict()["hconcat"][0]["data"]["values"]
    counts = {bar["loss"]: bar["children"] for bar in bars}
    assert sum(counts.values()) == len(regrets) == skane_plan.totals["placed"]
    assert counts["no other family"] == regrets["next"].count(None)
    assert counts["urgent need met"] == sum(bool(urgency) for urgency in regrets["regret_urgency"])


def test_a_gap_map_holds_every_profile(skane_plan: hemvist.Plan) -> None:
    gaps = skane_plan.gaps(all=True, next=0)
    fields = plots.gap_map(gaps, kind="family", places=2).to_dict()["data"]["values"]
    profiles = [row for row in gaps.table("all") if (row["profile_kind"], row["profile_places"]) == ("family", 2)]
    assert [field["urgency"] for field in fields] == [row["gain_urgency"] for row in profiles] and len(fields) == 11 * 3 * 5
    with pytest.raises(ValueError, match="all=True"):
        plots.gap_map(skane_plan.gaps(next=0))
    with pytest.raises(ValueError, match="all=True"):
        plots.gap_map(gaps, places=9)


def test_a_map_counts_what_it_cannot_show(tiny: dict[str, Any]) -> None:
    chart = plots.placement_map(hemvist.match(hemvist.Pool.from_json(tiny)))
    assert chart.to_dict()["title"]["subtitle"] == "1 placed, 1 without a home; 3 without a known place are not shown"
    empty = hemvist.Pool.from_json(tiny | {"children": [], "families": []})
    assert plots.fit_by_criterion(hemvist.match(empty)).to_dict()["title"]["subtitle"].startswith("Mean fit 0 of 1000")


def test_charts_without_altair_say_what_to_install(skane_plan: hemvist.Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(ImportError, match=r"pip install hemvist\[plots\]"):
        plots.placement_map(skane_plan)


def test_progress_is_told_to_a_function(skane: hemvist.Pool) -> None:
    told: list[hemvist.Progress] = []
    plan = hemvist.match(skane, progress=told.append)
    assert told and told[-1].seconds > 0
    assert told[-1].bound is None or told[-1].bound >= (told[-1].value or 0)
    assert plan.to_json() == hemvist.match(skane).to_json()


class Stop(Exception):
    pass


def test_an_exception_in_the_function_stops_the_match(skane: hemvist.Pool) -> None:
    def stop(_: hemvist.Progress) -> None:
        raise Stop

    with pytest.raises(Stop):
        hemvist.match(skane, progress=stop)
    with pytest.raises(TypeError):
        hemvist.match(skane, progress=7)  # type: ignore[arg-type]


def test_how_far_a_match_has_come() -> None:
    assert hemvist.Progress(1.0, None, None, None).reached == 0.0
    assert hemvist.Progress(1.0, 50, 100, 7).reached == 0.5
    assert hemvist.Progress(1.0, 100, 100, 7).reached == 1.0
    assert _progress.line(hemvist.Progress(1.26, None, None, None)) == "1.3 s, looking at pairs"
    assert _progress.line(hemvist.Progress(1.0, 999, 1000, 7)) == "1.0 s, at most 0.100% below the best"
    assert _progress.line(hemvist.Progress(1.0, 1000, 1000, 7)) == "1.0 s, proven best"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_in_a_terminal(skane: hemvist.Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    hemvist.match(skane, progress=True)
    drawn = terminal.getvalue()
    assert drawn.startswith("\r\x1b[K") and drawn.endswith("\n") and " s, " in drawn
    bar = _progress._TerminalBar(10.0)
    bar.show(hemvist.Progress(5.0, None, None, None))
    assert terminal.getvalue().endswith("█" * 15 + "░" * 15 + " 5.0 s, looking at pairs")


def test_a_line_where_there_is_no_terminal(skane: hemvist.Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    hemvist.match(skane, progress=True)
    assert log.getvalue().count("\n") == 1 and "\r" not in log.getvalue()


def test_a_bar_in_a_notebook(skane: hemvist.Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    class Handle:
        def update(self, data: dict[str, str], raw: bool) -> None:
            shown.append(data["text/html"])

    def display(data: dict[str, str], raw: bool, display_id: bool) -> Handle:
        shown.append(data["text/html"])
        return Handle()

    class Shell:
        kernel = object()

    class Python:
        @staticmethod
        def get_ipython() -> Shell:
            return Shell()

    class Displays:
        pass

    Displays.display = staticmethod(display)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", Python)
    monkeypatch.setitem(sys.modules, "IPython.display", Displays)
    hemvist.match(skane, progress=True)
    assert len(shown) >= 2 and " s, " in shown[-1]
    for text in shown:
        assert "<script" not in text and Page(text).open == []
