"""How things look in a notebook: plain HTML without scripts, readable in light and dark.

Everything that comes from outside is escaped. Colours are those of the page around, and half-transparent greys.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from ._vocabulary import word

if TYPE_CHECKING:
    from ._errors import Problem
    from ._match import Replay
    from ._plan import Explanation, Plan
    from ._policy import Policy
    from ._pool import Pool
    from ._score import Score

_MOST_ROWS = 50

_STYLE = """<style>
.hemvist{color:inherit;font-size:13px;line-height:1.45;max-width:76em}
.hemvist table{border-collapse:collapse;margin:.4em 0 .8em 0;font-size:inherit;background:transparent;color:inherit}
.hemvist tr,.hemvist tr:nth-child(even),.hemvist tbody tr:nth-child(odd){background:transparent}
.hemvist th,.hemvist td{text-align:left;vertical-align:top;padding:.2em .9em .2em 0;background:transparent;color:inherit;
border:0;border-bottom:1px solid rgba(128,128,128,.3);white-space:normal}
.hemvist th{font-weight:600}
.hemvist .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.hemvist .i{white-space:nowrap}
.hemvist .t{min-width:22em}
.hemvist .h{font-weight:600;font-size:1.1em;margin:0 0 .2em 0}
.hemvist .q{opacity:.72}
.hemvist .bar{display:inline-block;width:6em;height:.65em;background:rgba(128,128,128,.22);vertical-align:middle;
border-radius:2px;overflow:hidden}
.hemvist .bar i{display:block;height:100%;background:#4a86c5}
.hemvist .no{color:#d2553d;font-weight:600}
.hemvist .yes{color:#2f9e63;font-weight:600}
.hemvist .c{font-weight:600;margin-top:.5em}
.hemvist .l{margin:.3em 0}
.hemvist .f{display:inline-block;margin-right:1.4em}
.hemvist summary{cursor:pointer}
</style>"""


class Kronor(str):
    """An amount of money, written out: a number to the eye."""

    __slots__ = ()


class Raw(str):
    """A text that is HTML already."""

    __slots__ = ()


def _text(value: object) -> str:
    if isinstance(value, Raw):
        return value
    if value is None:
        return Raw('<span class="q">–</span>')
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return escape(", ".join(str(entry) for entry in value))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return escape(str(value))


def _page(*parts: str) -> str:
    return f'{_STYLE}<div class="hemvist">{"".join(parts)}</div>'


def _head(text: str, more: str = "") -> str:
    more = f'<div class="q">{escape(more)}</div>' if more else ""
    return f'<div class="h">{escape(text)}</div>{more}'


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; columns whose head starts with `#` hold numbers."""
    marks = [' class="n"' if name.startswith("#") else "" for name in head]
    heads = "".join(f"<th{mark}>{escape(name.lstrip('#'))}</th>" for mark, name in zip(marks, head))
    lines = ("".join(f"<td{mark or _whole(cell)}>{_text(cell)}</td>" for mark, cell in zip(marks, row)) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _whole(cell: object) -> str:
    """The mark of a cell that is not to be broken over lines, an id, a code, a day; or of one that needs room, a sentence."""
    text = cell.isoformat() if isinstance(cell, datetime.date) else cell
    if not isinstance(text, str) or isinstance(text, Raw):
        return ""
    return ' class="i"' if len(text) <= 40 and " " not in text else ' class="t"' if len(text) > 40 else ""


def _more(shown: int, total: int, where: str) -> str:
    if total <= shown:
        return ""
    return f'<div class="q">{total - shown} more: {escape(where)}</div>'


def _bar(part: float, whole: float) -> Raw:
    share = 0.0 if whole <= 0 else min(max(part / whole, 0.0), 1.0)
    return Raw(f'<span class="bar"><i style="width:{share:.0%}"></i></span>')


def _fold(summary: str, content: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def document(name: str, fields: Mapping[str, Any]) -> str:
    """Any document: its fields, long ones told by their length."""

    def short(value: Any) -> object:
        if isinstance(value, dict):
            return f"{len(value)} fields"  # pyright: ignore[reportUnknownArgumentType]
        if isinstance(value, list):
            return f"{len(value)} entries"  # pyright: ignore[reportUnknownArgumentType]
        return value

    return _page(_head(name), _table(["Field", "Value"], [(key, short(value)) for key, value in fields.items()]))


def table_of(columns: Mapping[str, Sequence[Any]], n_rows: int) -> str:
    """The first rows of a table, as they are."""
    return _page(_rows(columns, n_rows))


def _rows(columns: Mapping[str, Sequence[Any]], n_rows: int) -> str:
    shown = min(n_rows, 20)
    is_number = {name: any(_is_number(cell) for cell in cells[:shown]) for name, cells in columns.items()}
    head = [f"#{name}" if is_number[name] else name for name in columns]
    rows = [[cells[row] for cells in columns.values()] for row in range(shown)]
    more = f'<div class="q">{n_rows} rows; the first {shown} are shown</div>' if n_rows > shown else ""
    return _table(head, rows) + more


_ORE = "_ore"


def _unit(name: str) -> str:
    """A field for people: amounts of money are shown in kronor."""
    return f"{name.removesuffix(_ORE)} (kr)".replace("_", " ") if name.endswith(_ORE) else name.replace("_", " ")


def _amount(name: str, cell: object) -> object:
    """A cell for people: öre as kronor, thousands apart."""
    if not isinstance(cell, int) or not name.endswith(_ORE):
        return cell
    kronor = f"{cell / 100:,.2f}".removesuffix(".00")
    return Kronor(kronor.replace(",", "\u202f"))


def answer(name: str, sentence: str, plain: Mapping[str, Any], tables: Mapping[str, Mapping[str, Sequence[Any]]]) -> str:
    """An answer: its sentence, its plain fields, the first rows of its lists."""
    title = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip().capitalize()
    told = _known({name: [value] for name, value in plain.items() if _is_short(value)})
    facts = [(_unit(name), _text(_amount(name, value))) for name, (value,) in told.items()]
    line = "".join(f'<span class="f"><span class="q">{escape(name)}</span> {value}</span>' for name, value in facts)
    listed = [
        f'<div class="c">{escape(_unit(name))}</div>{_rows(_for_people(_known(columns)), len(next(iter(columns.values()))))}'
        for name, columns in tables.items()
        if any(columns.values())
    ]
    said = f"<div>{escape(sentence)}</div>" if sentence else ""
    return _page(_head(title), said, f'<div class="l">{line}</div>' if line else "", *listed)


def _is_short(value: object) -> bool:
    """Whether a field can be shown in a line: it is known, and no long list or record."""
    if isinstance(value, list):
        return 0 < len(value) <= 8 and all(isinstance(entry, str | int) for entry in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value is not None and not isinstance(value, dict)


def _known(columns: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """The columns that tell anything: not those in which nothing stands, nor that all is proven, nor the packed sum of tiers."""
    told = {name: cells for name, cells in columns.items() if any(cell is not None and cell != [] for cell in cells)}
    return {name: cells for name, cells in told.items() if name != "regret_value" and not (name == "regret_proven" and all(cells))}


def _for_people(columns: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Columns with names and amounts for people."""
    return {_unit(name): [_amount(name, cell) for cell in cells] for name, cells in columns.items()}


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float | Kronor) and not isinstance(cell, bool)


def problems(found: Sequence[Problem], total: int) -> str:
    """What was wrong with an input."""
    rows = [(p.table, p.row, p.column or p.path, _without_path(p), p.code) for p in found[:_MOST_ROWS]]
    head = "1 problem" if total == 1 else f"{total} problems"
    listed = _table(["Table", "#Row", "Where", "Problem", "Code"], rows)
    return _page(_head(head), listed, _more(len(rows), total, ".problems"))


def _without_path(problem: Problem) -> str:
    return problem.message.removeprefix(f"{problem.path}: ")


def pool(of: Pool) -> str:
    """A pool: how many records of which kind."""
    rows = [(name, len(of.table(name))) for name in of.tables()]
    notes = [(note.sentence.en, note.is_guess) for note in of.notes]
    listed = _fold("How the files were read", _table(["Table", "Guess"], notes)) if notes else ""
    return _page(_head(f"Pool of {of.as_of}"), _table(["Table", "#Records"], rows), listed)


def policy(of: Policy) -> str:
    """A policy: weights with sources, and the rules that do not hold as usual."""
    criteria = of["criteria"].items()
    most = max(criterion["weight"] for _, criterion in criteria)
    weights = [(name, c["weight"], _bar(c["weight"], most), c["source"]) for name, c in criteria]
    rules = [(rule, r["mode"], r["source"]) for rule, r in of["rules"].items()]
    relaxed = [rule for rule in rules if rule[1] != "require"]
    return _page(
        _head(of.name),
        _table(["Criterion", "#Weight", "", "Source"], weights),
        _fold(f"{len(rules)} rules; only warning or off: {len(relaxed)}", _table(["Rule", "Mode", "Source"], rules)),
    )


def score(of: Score) -> str:
    """One pair, taken apart."""
    verdict = Raw('<span class="yes">eligible</span>' if of.eligible else '<span class="no">ruled out</span>')
    sure = "" if of.low == of.high else f", {of.low} to {of.high} once what is missing is known"
    fit = f"{verdict}, fit {of.fit}{sure}" if of.eligible else f"{verdict}; the fit would be {of.fit}{sure}"
    reasons = [(reason.sentence.en, reason.mode, reason.rule) for reason in of.reasons]
    parts = [(p.label(), p.points, p.most, _bar(p.points, p.most), p.sentence.en) for p in of.parts if p.weight > 0]
    questions = [(question.sentence.en, question.field) for question in of.questions]
    return _page(
        _head(f"{of.child} – {of.family}"),
        f"<div>{fit}</div>",
        _table(["Rule", "Mode", "Code"], reasons) if reasons else "",
        _table(["Criterion", "#Points", "#of", "", "Finding"], parts),
        _table(["To find out", "Field"], questions) if questions else "",
    )


def explanation(of: Explanation) -> str:
    """What a plan says of one child."""
    to = {"placed": f"to {of.family}", "stays": f"stays in {of.family}", "unplaced": "has no home yet"}[of.outcome]
    lines = "".join(f"<li>{escape(sentence.en)}</li>" for sentence in of.sentences)
    taken_apart = score(of.score) if of.score is not None else ""
    return _page(_head(f"{of.child} {to}"), f"<ul>{lines}</ul>") + taken_apart


def plan(of: Plan) -> str:
    """A plan: totals, placements, children without a home, duties and warnings."""
    totals = of.totals
    counts = f"{totals['placed']} placed, {totals['unplaced']} without a home, {totals['stays']} stay"
    placements = of.placements()
    placed = [
        (row["child"], row["family"], row["fit"], _bar(row["fit"], 1000), row["because"], _marks(row))
        for row in _first(placements)
    ]
    unplaced = [(row["child"], row["because"]) for row in _first(of.unplaced())]
    duties = [(row["sentence"],) for row in _first(of.duties())]
    warnings = [(warning,) for warning in of.warnings()[:_MOST_ROWS]]
    skipped = [(row["child"], row["family"], _recorded(row)) for row in _first(of.network_skipped())]
    conflicts = [(conflict["child"], conflict["family"]) for conflict in of.get("conflicts", [])]
    return _page(
        _head(f"Plan for {of.as_of}: {counts}", _STATUS[of.status]),
        _table(["Child", "Home", "#Fit", "", "Because", ""], placed) if placed else "",
        _more(len(placed), totals["placed"], "plan.placements()"),
        _table(["Without a home", "Because"], unplaced) if unplaced else "",
        _more(len(unplaced), totals["unplaced"], "plan.unplaced()"),
        _table(["Locks that contradict", "Home"], conflicts) if conflicts else "",
        _table(["To look at"], warnings) if warnings else "",
        _table(["Child", "Network home not proposed", "Reason"], skipped) if skipped else "",
        _fold(f"Duties: {len(of['duties'])}", _table(["If the plan is followed"], duties)) if duties else "",
    )


_STATUS = {
    "optimal": "No plan is better: proven, and checked by separate code. A proposal; people decide.",
    "feasible": "The best plan known when the limit was reached. A proposal; people decide.",
    "infeasible": "The locks contradict, so nobody is placed.",
}


def _first(table: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for _, row in zip(range(_MOST_ROWS), table)]


def _marks(row: Mapping[str, Any]) -> str:
    marks = ["network home"] if row["network"] else []
    marks += [f"with {', '.join(row['siblings'])}"] if row["siblings"] else []
    marks += ["drawn by lot"] if row["chosen"] == "drawn" else []
    marks += ["locked"] if row["chosen"] == "locked" else []
    marks += [f"warning: {word('rule', rule, 'en')}" for rule in row["warnings"]]
    return "; ".join(marks)


def _recorded(row: Mapping[str, Any]) -> str:
    """Why a network home is not proposed, and whether that is recorded."""
    why = [word("rule", rule, "en") for rule in row["rules"]] or ["eligible, but not in the best plan"]
    return "; ".join([*why, "still to be recorded" if row["choice"] is None else f"recorded: {row['choice']}"])


def replay(of: Replay) -> str:
    """Whether a record was confirmed."""
    if of.confirmed:
        return _page(_head("Confirmed", "The record, the pool and the policy give the same plan, byte for byte."))
    return _page(_head("Not confirmed"), _table(["Difference"], [(sentence.en,) for sentence in of.differences]))


def progress(share: float, text: str) -> str:
    """A bar and a few words."""
    return _page(f"{_bar(share, 1.0)} {escape(text)}")
