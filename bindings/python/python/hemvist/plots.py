"""Charts of plans, made with altair: `pip install hemvist[plots]`.

Each function gives an altair chart, which a notebook shows, `chart.save("map.png")` writes as a picture without any
network, and altair's own methods change further. Backgrounds are transparent and letters grey, so that charts can be read
on light and dark pages. No map tiles are fetched: where people live is nobody else's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from ._plan import Plan
from ._vocabulary import Lang, word

if TYPE_CHECKING:
    from altair import LayerChart

__all__ = ["fit_by_criterion", "placement_map"]

_GREY = "#7b7b7b"
_BLUE = "#4a86c5"
_ORANGE = "#d2753d"

_TAKES = "home that gets a child"
_FREE = "home that gets none"
_WITHOUT = "child without a home"
_START = "home of origin"


def _altair() -> Any:
    try:
        import altair
    except ImportError:
        raise ImportError("charts need altair: pip install hemvist[plots]") from None
    return altair


def _data(rows: Iterable[Mapping[str, Any]]) -> Any:
    """Rows as inline data, so that no data-frame library is needed."""
    return _altair().Data(values=[dict(row) for row in rows])


def _styled(chart: Any, title: str, subtitle: str) -> LayerChart:
    alt = _altair()
    chart = chart.properties(
        title=alt.Title(title, subtitle=subtitle, color=_GREY, subtitleColor=_GREY, anchor="start"),
        background="transparent",
    )
    chart = chart.configure_axis(labelColor=_GREY, titleColor=_GREY, gridOpacity=0.25, domainColor=_GREY, tickColor=_GREY)
    return cast("LayerChart", chart.configure_legend(labelColor=_GREY, titleColor=_GREY).configure_view(stroke=None))


def placement_map(plan: Plan, *, width: int = 520, height: int = 560) -> LayerChart:
    """A map of a plan: a line from each child's home of origin to the proposed home.

    Families are circles, blue if the plan gives them a child; children without a home are triangles; municipalities are
    written at their seats. Records without a known place are left out, and the subtitle counts them.

    Args:
        plan: The plan.
        width: Width in pixels.
        height: Height in pixels.

    Examples:
        >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
        >>> chart = hemvist.plots.placement_map(plan)
        >>> sorted({mark["mark"]["type"] for mark in chart.to_dict()["layer"]})
        ['point', 'rule', 'text']
    """
    alt = _altair()
    children = {child["id"]: child for child in plan.pool["children"]}
    families = {family["id"]: family for family in plan.pool["families"]}
    used = {placed["family"] for placed in plan["placed"]}
    hidden = 0
    lines: list[dict[str, Any]] = []
    for placed in plan["placed"]:
        home, to = children[placed["child"]].get("home"), families[placed["family"]].get("location")
        if home is None or to is None:
            hidden += 1
            continue
        line = {"child": placed["child"], "family": placed["family"], "fit": placed["fit"]}
        lines.append(line | {"lat": home["lat"], "lon": home["lon"], "to_lat": to["lat"], "to_lon": to["lon"]})
    homes = [
        {"who": family["id"], "state": _TAKES if family["id"] in used else _FREE} | family["location"]
        for family in families.values()
        if "location" in family
    ]
    without = [
        {"who": entry["child"], "state": _WITHOUT} | children[entry["child"]]["home"]
        for entry in plan["unplaced"]
        if "home" in children[entry["child"]]
    ]
    starts = [{"who": line["child"], "state": _START, "lat": line["lat"], "lon": line["lon"]} for line in lines]
    hidden += len(families) - len(homes) + len(plan["unplaced"]) - len(without)
    seats = [
        {"name": municipality.get("name", municipality["id"])} | municipality["location"]
        for municipality in plan.pool["municipalities"]
        if "location" in municipality
    ]
    places = {"longitude": "lon:Q", "latitude": "lat:Q"}
    rules = alt.Chart(_data(lines)).mark_rule(opacity=0.55, strokeWidth=1.5, color=_BLUE)
    rules = rules.encode(**places, longitude2="to_lon:Q", latitude2="to_lat:Q", tooltip=["child:N", "family:N", "fit:Q"])
    names = alt.Chart(_data(seats)).mark_text(fontSize=12, color=_GREY, fontWeight="bold")
    names = names.encode(**places, text="name:N")
    looks = [(_TAKES, _BLUE, "circle", 80), (_FREE, _GREY, "circle", 80), (_WITHOUT, _ORANGE, "triangle-up", 80)]
    states, colours, shapes, sizes = (list(look) for look in zip(*looks, (_START, _BLUE, "diamond", 26)))
    points = alt.Chart(_data(homes + without + starts)).mark_point(filled=True, opacity=0.9)
    points = points.encode(
        **places,
        color=alt.Color("state:N", scale=alt.Scale(domain=states, range=colours), title=None),
        shape=alt.Shape("state:N", scale=alt.Scale(domain=states, range=shapes), title=None),
        size=alt.Size("state:N", scale=alt.Scale(type="ordinal", domain=states, range=sizes), title=None),
        tooltip=["who:N", "state:N"],
    )
    layers = alt.layer(rules, names, points).project("mercator").properties(width=width, height=height)
    subtitle = f"{plan.totals['placed']} placed, {plan.totals['unplaced']} without a home"
    subtitle += f"; {hidden} without a known place are not shown" if hidden else ""
    return _styled(layers, f"Placements proposed for {plan.as_of}", subtitle)


def fit_by_criterion(plan: Plan, *, lang: Lang = "en", width: int = 420) -> LayerChart:
    """Where the fit of a plan comes from, and where it is lost: for each criterion the points given, of those it could give.

    Points are means over the children who are placed; they sum to the mean fit.

    Args:
        plan: The plan.
        lang: The language of the criteria.
        width: Width in pixels.

    Examples:
        >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
        >>> chart = hemvist.plots.fit_by_criterion(plan)
        >>> len(chart.to_dict()["layer"])
        2
    """
    alt = _altair()
    placed = plan["placed"]
    weights = {name: weight for name, weight in plan.policy.weights.items() if weight > 0}
    total = sum(weights.values())
    points = dict.fromkeys(weights, 0)
    for entry in placed:
        for part in entry["parts"]:
            points[part["criterion"]] += part["points"]
    rows: list[dict[str, Any]] = [
        {
            "criterion": word("criterion", name, lang),
            "points": points[name] / max(len(placed), 1),
            "most": 1000 * weight / total,
        }
        for name, weight in weights.items()
    ]
    rows.sort(key=lambda row: row["most"], reverse=True)
    order = [row["criterion"] for row in rows]
    base = alt.Chart(_data(rows)).encode(y=alt.Y("criterion:N", sort=order, title=None))
    tooltip = ["criterion:N", alt.Tooltip("points:Q", format=".0f"), alt.Tooltip("most:Q", format=".0f")]
    could = base.mark_bar(color=_GREY, opacity=0.3).encode(x=alt.X("most:Q", title="points of the fit"), tooltip=tooltip)
    given = base.mark_bar(color=_BLUE, height=9).encode(x="points:Q", tooltip=tooltip)
    mean = sum(points.values()) / max(len(placed), 1)
    subtitle = f"Mean fit {mean:.0f} of 1000 over {len(placed)} children; grey: what each criterion could give"
    return _styled(alt.layer(could, given).properties(width=width), "Fit by criterion", subtitle)
