"""The table beside the map, and the same rows as an export."""

from __future__ import annotations

from typing import Any

from dashboard import grids
from dashboard.context import Context
from dashboard.exports import Table
from dashboard.figures.numbers import count, plain, signed
from dashboard.pages.drivers import wording
from dashboard.pages.drivers.model import Driver, Row, View
from dashboard.texts import t
from etl.domain.area import Level

NAME_WIDTH = {"zh": 142, "en": 168}  # px
EXPORTED = (
    "outcome", "driver", "code", "kind", "line", "unit", "state", "slope", "slope_low", "slope_high", "weight", "weight_low",
    "weight_high", "share", "share_low", "share_high", "method", "evidence", "level", "lag", "n", "clusters", "here", "here_low",
    "here_high", "here_n", "here_window", "here_shrunken", "here_area", "other", "other_n", "gap", "worth", "estimated_first",
    "estimated_last", "estimated_on", "publication",
)  # fmt: skip


def rows(view: View, language: str) -> list[Row]:
    """A row a driver, proven ones first."""
    return [_row(one, view, language) for one in view.drivers]


def _row(one: Driver, view: View, language: str) -> Row:
    effect, indicator = one.effect, one.indicator
    state = "proven" if effect.proven and effect.slope > 0 else "against" if effect.proven else "unproven"
    weight = effect.weight if effect.proven else (None, None, None)
    return {
        "code": indicator.code, "name": indicator.names[language], "hint": indicator.definitions[language],
        "kind": t(f"drivers.kind.{indicator.kind}", language), "shape": indicator.kind, "line": indicator.lines[language],
        "state": state, "stateText": t(f"drivers.state.{state}", language), "few": not effect.proven,
        "value": weight[0], "low": weight[1], "high": weight[2],
        "weightText": plain(weight[0], 2), "slope": effect.slope if effect.proven else 0.0,
        "slopeText": wording.slope(effect, language) if effect.proven else "0",
        "per": wording.per(one, language), "share": effect.share[0] if effect.share and effect.proven else None,
        "shareText": _share(one)[0], "shareTip": _share(one)[1],
        "here": one.here.value if one.here else None,
        "hereText": wording.standing(one.here, indicator, language),
        "hereTip": wording.rests(one.here, indicator, language), 
        "otherTip": f"{wording.against(view, language)} {wording.rests(one.other, indicator, language)}",
        "gap": one.places, "gapText": wording.difference(one.gap, indicator, language) if one.gap is not None else "—",
        "judged": one.judged,
        "worth": one.worth, "worthText": signed(one.worth, 2) if one.worth is not None else "—",
        "n": effect.n, "nText": count(effect.n, language),
        "base": f"{wording.evidence(effect, language)} · {wording.base(effect, language)}",
    }  # fmt: skip


def _share(one: Driver) -> tuple[str, str]:
    """The share of R², and with its interval and how it was made."""
    share = one.effect.share
    if share is None or not one.effect.proven:
        return "—", ""
    ends = f"{plain(100 * share[1])} ~ {plain(100 * share[2])}"
    return f"{plain(100 * share[0])}%", f"{plain(100 * share[0])}% ({ends}) · {(one.effect.method or '').upper()}"


def axis(found: list[Row]) -> dict[str, float]:
    """The scale of the whiskers, zero always on it; what goes the opposite way has its number only."""
    ends = [end for row in found if row["state"] == "proven" for end in (row["low"], row["high"])]
    return {"from": min([0.0, *ends]), "to": max([0.1, *ends])}


def columns(view: View, context: Context, found: list[Row]) -> list[Row]:
    """Columns in order; the name stays in sight where the others scroll."""
    language = context.language

    def head(key: str, **more: Any) -> str:
        return t(f"drivers.col_{key}", language, **more)

    def text(field: str, heading: str, width: int, shown: str = "", **more: Any) -> Row:
        drawn = {"cellRenderer": "DvText", "cellRendererParams": {"text": shown}} if shown else {}
        return {"field": field, "headerName": heading, "minWidth": width, **drawn, **more}

    right = {"cellClass": "ag-right-aligned-cell", "headerClass": "ag-right-aligned-header"}
    other = wording.against(view, language)
    return [
        {"field": "name", "headerName": head("name"), "cellRenderer": "DvName", "minWidth": NAME_WIDTH[language],
         "pinned": "left"},
        {"field": "value", "headerName": head("weight"), "cellRenderer": "DvWhisker", "cellRendererParams": axis(found),
         "minWidth": 104, "headerTooltip": t("drivers.weight_means", language)},
        text("slope", head("slope"), 138, "slopeText", tooltipField="per", headerTooltip=t("drivers.slope_means", language),
             **right),
        text("share", head("share"), 60, "shareText", tooltipField="shareTip", headerTooltip=t("drivers.share_means", language),
             **right),
        text("here", head("here"), 80, "hereText", tooltipField="hereTip", **right),
        {"field": "gap", "headerName": head("gap", other=other), "cellRenderer": "DvGap", "minWidth": 88,
         "tooltipField": "otherTip", **right},
        text("worth", head("worth"), 56, "worthText", headerTooltip=t("drivers.worth_means", language), **right),
        text("n", head("base"), 52, "nText", tooltipField="base", **right),
        text("line", head("line"), 80, tooltipField="line"),
        {"field": "state", "headerName": head("state"), "cellRenderer": "DvState", "minWidth": 104},
    ]  # fmt: skip


def grid(view: View, context: Context) -> Any:
    """The table itself."""
    found = rows(view, context.language)
    made = grids.grid("drivers-table", columns(view, context, found), found, context.language)
    made.getRowId = "params.data.code"
    return made


def export(view: View, context: Context) -> Table:
    """Every driver with all that its weight rests on; what is not proven is nil."""
    language = context.language
    heads = [t(f"drivers.as_{name}", language) for name in EXPORTED]
    title = t("drivers.export_title", language, outcome=view.outcome.names[language])
    return Table(title, heads, [_exported(one, view, context) for one in view.drivers])


def _exported(one: Driver, view: View, context: Context) -> list[Any]:
    language, effect, here, other = context.language, one.effect, one.here, one.other
    row = _row(one, view, language)
    slopes = (effect.slope, effect.low, effect.high) if effect.proven else (0.0, effect.low, effect.high)
    weights = effect.weight if effect.proven else (0.0, effect.low * effect.spread, effect.high * effect.spread)
    where = here.where["zh" if language == "zh" else "en"] if here and here.where else context.area.name(language)
    level = Level(effect.level).name_in(language) if effect.level is not None else t("drivers.customer", language)
    return [
        view.outcome.names[language], row["name"], one.indicator.code, row["kind"], row["line"],
        wording.unit(one.indicator, language), row["stateText"], *slopes, *weights, *(effect.share or (None, None, None)),
        effect.method, wording.evidence(effect, language), level, effect.lag, effect.n, effect.clusters,
        *((here.value, here.low, here.high, here.n, here.window, here.shrunken) if here else [None] * 6), where,
        *((other.value, other.n) if other else [None] * 2), one.gap, one.worth,
        *((view.made.first, view.made.last, view.made.publication) if view.made else [None] * 3), context.publication_id,
    ]  # fmt: skip
