"""Our own icons: 20 × 20 line drawings, painted in the text's colour by a CSS mask."""

from __future__ import annotations

from urllib.parse import quote

from dash import html

PATHS = {
    "overview": "M3 3h6v7H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 12h6v5H3z",
    "targets": "M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14M10 6.6a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 1 0 0-6.8M10 10l6-6M13.6 4v2.4H16",
    "alerts": "M10 3a4.6 4.6 0 0 0-4.6 4.6c0 3.6-1.6 5-1.6 6.2h12.4c0-1.2-1.6-2.6-1.6-6.2A4.6 4.6 0 0 0 10 3"
    "M8.4 16.4a1.7 1.7 0 0 0 3.2 0",
    "drivers": "M10 3.2a2 2 0 1 0 0 4a2 2 0 1 0 0-4M5 12.6a2 2 0 1 0 0 4a2 2 0 1 0 0-4M15 12.6a2 2 0 1 0 0 4a2 2 0 1 0 0-4"
    "M9.1 7L6 12.8M10.9 7l3.1 5.8M7 14.6h6",
    "complaints": "M3.5 4h13v9.5h-7l-3.6 3v-3H3.5zM10 6.4v3.2M10 11.2v.4",
    "voice": "M3.5 8.5v3M6.7 6v8M10 3.5v13M13.3 6v8M16.5 8.5v3",
    "tasks": "M4 3.5h12v13H4zM6.6 7.4l1 1 1.7-1.9M11.2 7.4h2.6M6.6 12.4l1 1 1.7-1.9M11.2 12.4h2.6",
    "reports": "M5 3h6.6L15.5 7v10H5zM11.4 3v4.2h4M7.6 10.4h5M7.6 13.4h5",
    "more": "M5 9.2a.9.9 0 1 0 .01 0M10 9.2a.9.9 0 1 0 .01 0M15 9.2a.9.9 0 1 0 .01 0",
    "data": "M3.8 5c0-1.2 2.8-2.2 6.2-2.2S16.2 3.8 16.2 5s-2.8 2.2-6.2 2.2S3.8 6.2 3.8 5v10c0 1.2 2.8 2.2 6.2 2.2"
    "s6.2-1 6.2-2.2V5M3.8 10c0 1.2 2.8 2.2 6.2 2.2s6.2-1 6.2-2.2",
    "admin": "M3 6h8M15 6h2M3 14h2M9 14h8M11 6a2 2 0 1 0 4 0a2 2 0 1 0-4 0M5 14a2 2 0 1 0 4 0a2 2 0 1 0-4 0",
    "chevron": "M6 8l4 4 4-4",
    "earlier": "M12 5l-5 5 5 5",
    "later": "M8 5l5 5-5 5",
    "theme": "M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14M10 3v14",
    "search": "M9 3.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M13.2 13.2L17 17",
    "logout": "M8 3H4v14h4M9 10h8M14 7l3 3-3 3",
    "key": "M7 9a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M9.5 10.5L16 4M13.5 6.5l2 2",
    "download": "M10 3v9M6.5 8.5L10 12l3.5-3.5M4 16h12",
    "upload": "M10 12V3M6.5 6.5L10 3l3.5 3.5M4 16h12",
    "table": "M3 4h14v12H3zM3 8h14M3 12h14M8 4v12",
    "info": "M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14M10 9v4.5M10 6.3v.6",
    "language": "M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14M3 10h14M10 3c2.4 2.2 2.4 11.8 0 14M10 3c-2.4 2.2-2.4 11.8 0 14",
    "refuse": "M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14M5.2 5.2l9.6 9.6",
    "close": "M5 5l10 10M15 5L5 15",
    "add": "M10 4v12M4 10h12",
    "check": "M4 10.5l4 4 8-9",
}
HALF = {"theme": "M10 3a7 7 0 0 1 0 14z"}  # a filled part


def icon(name: str, size: int = 20) -> html.Span:
    """An icon beside words (it says nothing to a screen reader by itself)."""
    return html.Span(className=f"icon icon-{name}", style={"--icon-size": f"{size}px"}, **{"aria-hidden": "true"})


def css() -> str:
    """One class an icon."""
    masks = "".join(f'.icon-{name}{{--icon:url("{_drawing(name)}")}}' for name in PATHS)
    return (
        ".icon{display:inline-block;flex:none;width:var(--icon-size,20px);height:var(--icon-size,20px);"
        "background:currentColor;-webkit-mask:var(--icon) center/contain no-repeat;mask:var(--icon) center/contain no-repeat}"
        + masks
    )


def _drawing(name: str) -> str:
    filled = f'<path d="{HALF[name]}" fill="#000" stroke="none"/>' if name in HALF else ""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" fill="none" stroke="#000" stroke-width="1.4" '
        f'stroke-linejoin="round" stroke-linecap="round"><path d="{PATHS[name]}"/>{filled}</svg>'
    )
    return "data:image/svg+xml," + quote(svg, safe="/:=' ")
