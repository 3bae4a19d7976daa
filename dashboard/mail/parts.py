"""HTML as mail clients want it: tables, styles at each element, nothing from elsewhere; 600 pixels wide, narrower on a phone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from dashboard.theme import tokens

C = tokens("light")
FONT = "'PingFang SC','Microsoft YaHei','Noto Sans SC',Arial,sans-serif"
TEXT = f"font-family:{FONT};color:{C['ink']};"
SMALL = f"font-family:{FONT};font-size:13px;line-height:20px;color:{C['ink2']};"
Pairs = Sequence[tuple[str, str]]
TABLE = 'role="presentation" cellpadding="0" cellspacing="0" border="0"'
WIDTH = 600
EDGE = f"border:1px solid {C['line']};border-top:4px solid {C['accent']}"


def page(title: str, preview: str, rows: Iterable[str], language: str) -> str:
    """The whole mail; ``preview`` is what a phone shows beside the subject."""
    body = "".join(f'<tr><td style="padding:0 24px">{row}</td></tr>' for row in rows)
    lang = "zh-CN" if language == "zh" else "en"
    return f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light"><title>{escape(title)}</title></head>
<body style="margin:0;padding:0;background:{C["canvas"]}">
<div style="display:none;max-height:0;overflow:hidden">{escape(preview)}</div>
<table {TABLE} width="100%" style="background:{C["canvas"]}"><tr><td align="center" style="padding:16px 8px">
<!--[if mso]><table {TABLE} width="{WIDTH}"><tr><td><![endif]-->
<table {TABLE} width="100%" style="max-width:{WIDTH}px;background:{C["paper"]};{EDGE}">
{body}<tr><td style="height:20px;line-height:20px;font-size:0">&nbsp;</td></tr></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table></body></html>"""


def band(left: str, right: str) -> str:
    """Product and day, at the head."""
    first = f"{SMALL}padding:14px 0 0;font-weight:bold;color:{C['accent']}"
    return (
        f'<table {TABLE} width="100%"><tr><td style="{first}">{escape(left)}</td>'
        f'<td align="right" style="{SMALL}padding:14px 0 0">{escape(right)}</td></tr></table>'
    )


def title(words: str) -> str:
    return f'<h1 style="{TEXT}font-size:19px;line-height:28px;margin:10px 0 4px">{escape(words)}</h1>'


def group(words: str) -> str:
    """A heading over the alerts of one area."""
    style = f"{TEXT}font-size:14px;line-height:22px;margin:20px 0 0;padding:0 0 4px;border-bottom:1px solid {C['line2']}"
    return f'<h2 style="{style}">{escape(words)}</h2>'


def note(words: str) -> str:
    return f'<p style="{SMALL}margin:6px 0 0">{escape(words)}</p>'


def picture(content_id: str, words: str) -> str:
    """A picture that comes with the mail, and what it shows for who does not see it."""
    style = "display:block;width:100%;max-width:552px;height:auto;border:0;margin:8px 0 0"
    return f'<img src="cid:{content_id}" width="552" alt="{escape(words, quote=True)}" style="{style}">'


@dataclass(frozen=True)
class Head:
    """How an alert begins: mark and colour of its state, what is told of it, its line."""

    mark: str
    tone: str
    told: str
    line: str


def alert(head: Head, facts: Pairs, drawn: str, links: Pairs, more: tuple[str, str] | None) -> str:
    """One alert at length: what is told of it, its line (empty: it is the title), facts by name, its picture, and where to go;
    ``more`` is a link of less weight."""
    rows = "".join(
        f'<tr><td valign="top" style="{SMALL}padding:2px 10px 2px 0;white-space:nowrap">{escape(name)}</td>'
        f'<td valign="top" style="{TEXT}font-size:13px;line-height:20px;padding:2px 0">{escape(value)}</td></tr>'
        for name, value in facts
    )
    above = f"{SMALL}margin:14px 0 0;color:{C[head.tone]};font-weight:bold"
    line = f"{TEXT}font-size:15px;line-height:24px;margin:2px 0 4px;font-weight:bold"
    said = f'<p style="{above}">{escape(head.mark)} {escape(head.told)}</p>'
    said += f'<p style="{line}">{escape(head.line)}</p>' if head.line else ""
    away = note_link(*more) if more else ""
    return f"{said}<table {TABLE}>{rows}</table>{drawn}{buttons(links)}{away}"


def note_link(words: str, href: str) -> str:
    way = f'<a href="{escape(href, quote=True)}" style="color:{C["accent"]}">{escape(words)}</a>'
    return f'<p style="{SMALL}margin:8px 0 0">{way}</p>'


def buttons(links: Pairs) -> str:
    """Links that look like buttons, the first the strongest; 44 pixels high, for thumbs."""
    cells = []
    for place, (words, href) in enumerate(links):
        ground, ink = (C["accent"], C["onaccent"]) if not place else (C["paper"], C["accent"])
        cells.append(
            f'<td style="padding:10px 10px 0 0"><table {TABLE}><tr><td bgcolor="{ground}" style="background:{ground};'
            f'border:1px solid {C["accent"]};border-radius:6px"><a href="{escape(href, quote=True)}" style="display:inline-block;'
            f'font-family:{FONT};font-size:14px;line-height:22px;padding:10px 18px;color:{ink};text-decoration:none">'
            f"{escape(words)}</a></td></tr></table></td>"
        )
    return f"<table {TABLE}><tr>{''.join(cells)}</tr></table>"


def rows(lines: Sequence[tuple[str, str, str]]) -> str:
    """Alerts in a line each: mark, words, address."""
    cell = f"{TEXT}font-size:13px;line-height:20px;padding:6px 8px 6px 0;border-bottom:1px solid {C['line']}"
    body = "".join(
        f'<tr><td valign="top" style="{cell};white-space:nowrap">{escape(mark)}</td>'
        f'<td style="{cell}"><a href="{escape(href, quote=True)}" style="color:{C["ink"]}">{escape(words)}</a></td></tr>'
        for mark, words, href in lines
    )
    return f'<table {TABLE} width="100%" style="margin:6px 0 0">{body}</table>'


def foot(words: Sequence[str], link: tuple[str, str]) -> str:
    """Why this came, and where to change it."""
    said = "<br>".join(escape(one) for one in words)
    style = f"{SMALL}font-size:12px;line-height:18px;margin:24px 0 0;padding:10px 0 0;border-top:1px solid {C['line']}"
    way = f'<a href="{escape(link[1], quote=True)}" style="color:{C["accent"]}">{escape(link[0])}</a>'
    return f'<p style="{style}">{said} {way}</p>'
