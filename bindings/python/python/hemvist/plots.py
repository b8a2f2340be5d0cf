"""Charts of plans, made with altair: `pip install hemvist[plots]`.

Each function gives an altair chart, which a notebook shows, `chart.save("map.png")` writes as a picture without any
network, and altair's own methods change further. Backgrounds are transparent and letters grey, so that charts can be read
on light and dark pages. No map tiles are fetched: where people live is nobody else's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from ._plan import Plan
from ._region import Gaps
from ._table import Table
from ._vocabulary import Lang, word

if TYPE_CHECKING:
    from altair import FacetChart, HConcatChart, LayerChart

__all__ = ["fit_by_criterion", "gap_map", "placement_map", "regret"]

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


def _styled(chart: Any, title: str, subtitle: str | list[str]) -> Any:
    alt = _altair()
    chart = chart.properties(
        title=alt.Title(title, subtitle=subtitle, color=_GREY, subtitleColor=_GREY, anchor="start"),
        background="transparent",
    )
    chart = chart.configure_axis(labelColor=_GREY, titleColor=_GREY, gridOpacity=0.25, domainColor=_GREY, tickColor=_GREY)
    chart = chart.configure_header(labelColor=_GREY, titleColor=_GREY, labelFontSize=12)
    return chart.configure_legend(labelColor=_GREY, titleColor=_GREY).configure_view(stroke=None)


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
    return cast("LayerChart", _styled(layers, f"Placements proposed for {plan.as_of}", subtitle))


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
    return cast("LayerChart", _styled(alt.layer(could, given).properties(width=width), "Fit by criterion", subtitle))


_KINDS_OF_LOSS = ("nothing: another best plan", "fit only", "a network home", "urgent need met", "no other family")


def regret(regrets: Plan | Table, *, width: int = 300) -> HConcatChart:
    """How firm a plan is: what the pool as a whole would lose if the child went to its next best family.

    On the left how many children lose what, by the first aim that is touched; on the right, where only fit is touched, how much.

    Args:
        regrets: A plan, or what `plan.regrets()` gave, which takes a solve for each child.
        width: Width of each side in pixels.

    Examples:
        >>> plan = hemvist.match(hemvist.Pool.read("examples/nordvastra-skane"))
        >>> chart = hemvist.plots.regret(plan.regrets())
        >>> len(chart.to_dict()["hconcat"])
        2
    """
    alt = _altair()
    table = regrets.regrets() if isinstance(regrets, Plan) else regrets
    rows: list[dict[str, Any]] = [
        {"child": row["child"], "home": row["home"], "next": row["next"], "fit": row["regret_fit"], "loss": _loss(row)} for row in table
    ]
    order = list(_KINDS_OF_LOSS)
    counts = [{"loss": loss, "children": sum(row["loss"] == loss for row in rows)} for loss in order]
    bars = alt.Chart(_data(counts)).encode(
        y=alt.Y("loss:N", sort=order, title=None, axis=alt.Axis(labelLimit=260)),
        x=alt.X("children:Q", title="children", axis=alt.Axis(tickMinStep=1, format="d")),
    )
    named = bars.mark_text(align="left", dx=4, color=_GREY).encode(text="children:Q")
    drawn = bars.mark_bar(color=_BLUE).encode(tooltip=["loss:N", "children:Q"])
    left = alt.layer(drawn, named).properties(width=width, height=alt.Step(34), title=_part("What would be lost first"))
    fits = alt.Chart(_data([row for row in rows if row["loss"] == "fit only"])).mark_bar(color=_BLUE)
    right = fits.encode(
        x=alt.X("fit:Q", bin=alt.Bin(maxbins=20), title="points of fit lost"),
        y=alt.Y("count():Q", title="children", axis=alt.Axis(tickMinStep=1, format="d")),
        tooltip=[alt.Tooltip("count():Q", title="children")],
    ).properties(width=width, height=170, title=_part("Where only fit would be lost"))
    subtitle = f"{len(rows)} children placed; to the next best family, by the best plan that has it so"
    return cast("HConcatChart", _styled(alt.hconcat(left, right), "What each placement is worth to the pool", subtitle))


def _part(title: str) -> Any:
    return _altair().Title(title, color=_GREY, anchor="start", fontSize=12, fontWeight="normal")


def _loss(row: Mapping[str, Any]) -> str:
    """The first aim that is touched, in words."""
    nothing, fit, network, urgency, none = _KINDS_OF_LOSS
    if row["next"] is None:
        return none
    if row["tied"]:
        return nothing
    return urgency if row["regret_urgency"] else network if row["regret_network"] else fit


def gap_map(gaps: Gaps, names: Mapping[str, str] | None = None, *, kind: str = "family", places: int = 1) -> FacetChart:
    """Where which home is missing, as a heat map: municipalities against the ages and needs that a home more would take.

    Colour is what the pool gains by one such home: steps of urgent need met. The number is what it gains in fit, which counts
    where urgency and network homes are alike.

    Args:
        gaps: What `plan.gaps(all=True)` or `region.gaps(pool, all=True)` gave.
        names: The names of municipalities by id; `None`: their ids are written.
        kind: Which kind of home.
        places: How many places it would have.

    Raises:
        ValueError: The gaps do not hold every profile, or none of this kind with so many places.

    Examples:
        >>> plan = hemvist.match(hemvist.Pool.read("examples/gotland"))
        >>> chart = hemvist.plots.gap_map(plan.gaps(all=True, next=0))
        >>> chart.to_dict()["facet"]["title"]
        'ages taken'
    """
    alt = _altair()
    rows: list[dict[str, Any]] = [
        {
            "municipality": (names or {}).get(row["profile_municipality"], row["profile_municipality"]),
            "ages": f"{row['profile_ages_from']}–{row['profile_ages_to']} years",
            "from": row["profile_ages_from"],
            "level": row["profile_highest_needs"],
            "urgency": row["gain_urgency"],
            "network": row["gain_network"],
            "fit": row["gain_fit"],
        }
        for row in gaps.table("all")
        if (row["profile_kind"], row["profile_places"]) == (kind, places)
    ]
    if not rows:
        raise ValueError("nothing to draw: ask for gaps with all=True, and for a kind and number of places that were looked at")
    order = [ages for _, ages in sorted({(row["from"], row["ages"]) for row in rows})]
    most = max(row["urgency"] for row in rows)
    field = alt.Chart().encode(
        x=alt.X("level:O", title="highest needs level", axis=alt.Axis(labelAngle=0, domain=False, ticks=False)),
        y=alt.Y("municipality:N", title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=180)),
        tooltip=["municipality:N", "ages:N", "level:O", "urgency:Q", "network:Q", "fit:Q"],
    )
    # From transparent to blue, so that little is near the page, whether that is light or dark.
    scale = alt.Scale(domain=[0, max(most, 1)], range=["rgba(74,134,197,0.08)", "rgba(74,134,197,1)"], interpolate="rgb")
    colour = alt.Color("urgency:Q", scale=scale, title="urgency met", legend=alt.Legend(format="d", tickMinStep=1))
    boxes = field.mark_rect(stroke="transparent", strokeWidth=2).encode(color=colour)
    strong = alt.condition(f"datum.urgency > {most / 2}", alt.value("white"), alt.value(_GREY))
    fits = field.mark_text(fontSize=10).encode(text="fit:Q", color=strong)
    layers = alt.layer(boxes, fits, data=_data(rows)).properties(width=alt.Step(34), height=alt.Step(20))
    facet = layers.facet(alt.Column("ages:N", sort=order, title="ages taken"), spacing=14)
    holds = "1 place" if places == 1 else f"{places} places"
    home = f"{word('home_kind', kind, 'en')} with {holds}"
    subtitle = [f"One more {home}: colour is the urgent need it would meet, in steps", "the number is the fit it would add"]
    return cast("FacetChart", _styled(facet, "Homes that are missing", subtitle))
