"""The look, in one place: the tokens from which CSS, Mantine, plotly and AG Grid are all derived.

A colour stands here once per theme. Pages use the CSS variables (``var(--ink)``) or :func:`tokens`; charts use
:func:`plotly_template` and :func:`tokens`; nothing else names a colour.
"""

from __future__ import annotations

from typing import Any

THEMES = ("light", "dark")
FONT = "'Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
SIZES = {"xs": "12px", "sm": "13px", "md": "14px", "lg": "16px", "xl": "20px"}
SPACES = {"xs": "4px", "sm": "8px", "md": "12px", "lg": "16px", "xl": "24px"}
RADIUS = "6px"
# Each weight in two files, so that a page of figures needs only the small one at first.
_FACES = (("Regular", 400), ("Bold", 700))
_RANGES = {"latin": "U+0020-0451", "cjk": "U+2000-FFEF"}

_LIGHT = {
    "paper": "#FFFFFF", "canvas": "#F6F7F9", "ink": "#1B2430", "ink2": "#5B6675", "line": "#E3E7EC", "line2": "#C9D0D8",
    "accent": "#2457C5", "accentbg": "#EAF0FC", "onaccent": "#FFFFFF",
    "bad": "#B4500B", "good": "#1F5BB5", "flat": "#B9C1CB", "band": "#DDE4EE", "lastyear": "#A3AEBB", "target": "#5B6675",
    "fire": "#C62828", "pending": "#8F5600", "ack": "#2457C5", "recovering": "#0B7A75",
    # differences, worst to best: orange, grey, blue (safe for colour blindness), each with the ink readable on it
    "d-n3": "#B4500B", "d-n2": "#E0913F", "d-n1": "#F4D3AC", "d-z0": "#DDE1E6", "d-p1": "#BCD3EF", "d-p2": "#6A9EDD",
    "d-p3": "#1F5BB5", "hatch1": "#F1F3F6", "hatch2": "#D5DAE0",
    "on-n3": "#FFFFFF", "on-n2": "#1B2430", "on-n1": "#1B2430", "on-z0": "#1B2430", "on-p1": "#1B2430", "on-p2": "#1B2430",
    "on-p3": "#FFFFFF", "on-few": "#525C6A",
}  # fmt: skip
_DARK = {
    "paper": "#151A21", "canvas": "#0E1217", "ink": "#E7EBF0", "ink2": "#9AA6B4", "line": "#2A323C", "line2": "#3D4753",
    "accent": "#6E9BFF", "accentbg": "#1B2740", "onaccent": "#0E1217",
    "bad": "#F0964A", "good": "#7FB0F5", "flat": "#4D5866", "band": "#252E3A", "lastyear": "#6B7888", "target": "#9AA6B4",
    "fire": "#FF6B60", "pending": "#E5AE3F", "ack": "#6E9BFF", "recovering": "#46BDB4",
    "d-n3": "#F0964A", "d-n2": "#A8632A", "d-n1": "#654426", "d-z0": "#3A434E", "d-p1": "#2A476D", "d-p2": "#3D73B8",
    "d-p3": "#7FB0F5", "hatch1": "#1C232C", "hatch2": "#333D49",
    "on-n3": "#151A21", "on-n2": "#FFFFFF", "on-n1": "#E7EBF0", "on-z0": "#E7EBF0", "on-p1": "#E7EBF0", "on-p2": "#FFFFFF",
    "on-p3": "#151A21", "on-few": "#A3AFBC",
}  # fmt: skip
_TOKENS = {"light": _LIGHT, "dark": _DARK}

# Mantine wants ten shades of the accent; the sixth is the filled one in light, the fifth in dark.
_ACCENT_SHADES = (
    "#EAF0FC", "#D3E0F8", "#AEC5F1", "#86A8EA", "#6E9BFF", "#3E6FD6", "#2457C5", "#1D49A8", "#183D8C", "#122E6B",
)  # fmt: skip


def tokens(theme: str) -> dict[str, str]:
    """The colours of ``light`` or ``dark`` by name (anything else is light)."""
    return _TOKENS.get(theme, _LIGHT)


def font_faces(folder: str = "/assets/fonts") -> str:
    """Our own copy of Noto Sans SC as CSS."""
    return "".join(
        f"@font-face{{font-family:'Noto Sans SC';font-weight:{weight};font-style:normal;font-display:swap;"
        f"src:url({folder}/NotoSansSC-{name}-{part}.woff2) format('woff2');unicode-range:{characters}}}"
        for name, weight in _FACES
        for part, characters in _RANGES.items()
    )


def css() -> str:
    """The fonts, and the tokens as CSS variables: ``--ink`` … under both settings of ``data-mantine-color-scheme``."""
    sizes = "".join(f"--size-{name}:{value};" for name, value in SIZES.items())
    spaces = "".join(f"--space-{name}:{value};" for name, value in SPACES.items())
    shared = f":root{{--font:{FONT};--radius:{RADIUS};{sizes}{spaces}{_variables(_LIGHT)}color-scheme:light}}"
    return f"{font_faces()}\n{shared}\n:root[data-mantine-color-scheme=dark]{{{_variables(_DARK)}color-scheme:dark}}"


def _variables(colours: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in colours.items())


def mantine() -> dict[str, Any]:
    """The theme of the Mantine provider; its greys are given by CSS (assets/face.css), so one switch drives all."""
    return {
        "fontFamily": FONT,
        "fontFamilyMonospace": FONT,
        "headings": {"fontFamily": FONT, "fontWeight": "700"},
        "fontSizes": SIZES,
        "spacing": SPACES,
        "radius": {"sm": RADIUS},
        "defaultRadius": "sm",
        "primaryColor": "accent",
        "primaryShade": {"light": 6, "dark": 4},
        "colors": {"accent": list(_ACCENT_SHADES)},
        "cursorType": "pointer",
        "respectReducedMotion": True,
    }


def plotly_template(theme: str) -> dict[str, Any]:
    """The layout template every figure carries (``layout.template``)."""
    colours = tokens(theme)
    axis = {
        "gridcolor": colours["line"], "linecolor": colours["line2"], "zerolinecolor": colours["line2"],
        "tickfont": {"size": 12, "color": colours["ink2"]}, "automargin": True,
    }  # fmt: skip
    return {
        "layout": {
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 12, "color": colours["ink"]},
            "colorway": [colours[name] for name in ("accent", "bad", "recovering", "lastyear", "pending", "ink2")],
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
            "margin": {"l": 40, "r": 12, "t": 8, "b": 28},
            "hoverlabel": {
                "bgcolor": colours["paper"], "bordercolor": colours["line2"], "font": {"color": colours["ink"], "size": 12},
            },
            "separators": ".,",
        }
    }  # fmt: skip


def grid() -> dict[str, str]:
    """AG Grid's theme, on the CSS variables: ``dashGridOptions={"theme": theme.grid()}``."""
    parameters = {
        "backgroundColor": "var(--paper)", "foregroundColor": "var(--ink)", "headerBackgroundColor": "var(--paper)",
        "headerTextColor": "var(--ink2)", "borderColor": "var(--line)", "rowHoverColor": "var(--accentbg)",
        "selectedRowBackgroundColor": "var(--accentbg)", "accentColor": "var(--accent)", "oddRowBackgroundColor": "var(--paper)",
        "headerFontWeight": 400, "wrapperBorder": False, "headerColumnBorder": False, "columnBorder": False,
        "headerColumnResizeHandleColor": "transparent",
        "fontFamily": FONT, "fontSize": 13, "headerFontSize": 12, "spacing": 4, "borderRadius": 6, "wrapperBorderRadius": 0,
    }  # fmt: skip
    pairs = ", ".join(f"{name}: {_literal(value)}" for name, value in parameters.items())
    return {"function": f"themeQuartz.withParams({{{pairs}}})"}


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else '"' + str(value).replace('"', "'") + '"'
