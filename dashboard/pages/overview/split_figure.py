"""What moved a score: the split of its change as bars from zero."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import theme
from dashboard.figures.numbers import signed
from dashboard.pages.overview.figures import Figure, empty, layout
from dashboard.pages.overview.model import Moved
from dashboard.texts import t

BARS = 5  # members named in a split, the others together
LONGEST = {"zh": 7, "en": 13}  # letters of a name beside its bar; hovering gives it whole


def split(moved: Moved, names: Mapping[str, str], language: str, look: str) -> Figure:
    """Contributions to the change as bars from zero; the pale ones are not proven, the outlined one is the mix."""
    if moved.movement is None:
        return empty(look, t(f"overview.moved.{moved.reason}", language), language)
    rows = split_rows(moved, names, language)
    colours = theme.tokens(look)
    edge = max(*(abs(row["value"]) for row in rows), 0.01) * 1.08
    places = list(range(len(rows)))
    notes = [_at(1, i, signed(row["value"], 2), "right", colours["ink"], row["role"] == "total") for i, row in enumerate(rows)]
    notes += [_at(0, i, cut_short(row["name"], language), "left", colours["ink"], row["role"] == "total")
              for i, row in enumerate(rows)]  # fmt: skip
    return {
        "data": [{
            "type": "bar", "orientation": "h", "y": places, "x": [round(row["value"], 4) for row in rows], "width": 0.62,
            "marker": {"color": [_bar_colour(row, colours) for row in rows],
                       "line": {"width": [1 if row["role"] == "mix" else 0 for row in rows], "color": colours["ink2"]}},
            "customdata": [row["code"] for row in rows], "text": [f"{row['name']} {signed(row['value'], 2)}" for row in rows],
            "textposition": "none", "hoverinfo": "text",
        }],
        "layout": layout(
            look, margin={"l": 0, "r": 0, "t": 0, "b": 2}, annotations=notes, bargap=0.3,
            xaxis={"domain": [0.4, 0.82], "range": [-edge, edge], "fixedrange": True, "showgrid": False, "showticklabels": False,
                   "zeroline": False},
            yaxis={"range": [max(len(rows), BARS + 3) - 0.5, -0.5], "visible": False, "fixedrange": True},
            shapes=[_rule(len(rows) - 1.5, colours["line2"]), _zero(len(rows), colours["ink"])],
        ),
    }  # fmt: skip


def cut_short(name: str, language: str) -> str:
    longest = LONGEST.get(language, LONGEST["en"])
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


def _at(x: float, row: int, text: str, anchor: str, ink: str, bold: bool) -> dict[str, Any]:
    shown = f"<b>{text}</b>" if bold else text
    font = {"size": 12, "color": ink}
    return {"x": x, "xref": "paper", "y": row, "text": shown, "showarrow": False, "xanchor": anchor, "font": font}


def _rule(y: float, colour: str) -> dict[str, Any]:
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": {"width": 1, "color": colour}}


def _zero(rows: int, colour: str) -> dict[str, Any]:
    return {"type": "line", "x0": 0, "x1": 0, "y0": -0.5, "y1": rows - 0.5, "line": {"width": 1, "color": colour}}


def _bar_colour(row: Mapping[str, Any], colours: Mapping[str, str]) -> str:
    if row["role"] == "total":
        return colours["ink"]
    if row["role"] == "mix":
        return colours["paper"]
    return {1: colours["good"], -1: colours["bad"]}.get(row["proven"], colours["flat"])


def split_rows(moved: Moved, names: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """Name, points, code and role of each bar: the strongest, the others together, the mix and the total."""
    if moved.movement is None:
        return []
    ordered = sorted(moved.movement.within.items(), key=lambda item: (-abs(item[1]), item[0]))
    top = ordered[:BARS] if len(ordered) > BARS + 1 else ordered
    rest = ordered[len(top) :]
    rows = [_row(names.get(key, key), value, "part", key, moved.proven.get(key, 0)) for key, value in top]
    if rest:
        rows.append(_row(t("overview.others", language, n=len(rest)), sum(value for _, value in rest), "rest"))
    rows.append(_row(t("overview.mix", language), moved.movement.mix, "mix"))
    return [*rows, _row(t("overview.total", language), moved.movement.total, "total")]


def _row(name: str, value: float, role: str, code: str | None = None, proven: int = 0) -> dict[str, Any]:
    return {"name": name, "value": value, "code": code, "role": role, "proven": proven}
