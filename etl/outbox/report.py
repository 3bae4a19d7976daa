"""The mail a report comes with: its first sentence, what changed, and the PDF or where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from etl.outbox.letter import Attachment, Letter

PDF = "application/pdf"
WORDS = {
    "zh": {
        "changed": "发生了什么", "open": "在系统中打开", "attached": "报告全文见附件（{kb} kB）。",
        "too_large": "报告全文 {kb} kB，超过邮件附件上限，请登录后从以下链接下载。",
        "partial": "报告有部分内容没有生成，文中已标明。", "stamp": "发布版 #{publication} · 数据至 {day}",
        "why": "您收到这封邮件，是因为订阅了{area}的报告。在系统的「报告」页可以退订。", "comma": "：",
    },
    "en": {
        "changed": "What changed", "open": "Open it in the system", "attached": "The whole report is attached ({kb} kB).",
        "too_large": "The whole report has {kb} kB, too much for a mail; sign in and download it here.",
        "partial": "Parts of the report could not be made; they are marked in it.",
        "stamp": "Publication #{publication} · data to {day}",
        "why": "You get this mail because you are subscribed to the report of {area}. Unsubscribe on the Reports page.",
        "comma": ": ",
    },
}  # fmt: skip
INK, QUIET, LINE, ACCENT, ALARM = "#1b2430", "#5b6675", "#e3e7ec", "#2457c5", "#b3261e"


@dataclass(frozen=True)
class Enclosed:
    """A kept report as a mail speaks of it."""

    report_id: int
    code: str
    area: str
    period: str
    language: str
    title: str
    said: Sequence[str]
    partial: bool
    bytes: int
    publication_id: int
    data_to: date


def letter(one: Enclosed, address: str, user_id: int | None, link: str, most_bytes: int) -> Letter:
    """The letter to one address. A report of more than ``most_bytes`` is told by its ``link`` alone.

    Raises :class:`ValueError` where the address cannot be written to.
    """
    fits = one.bytes <= most_bytes
    enclosed = Attachment(f"{one.code}-{one.period}.pdf", PDF, reference=f"report:{one.report_id}")
    lines = _lines(one, fits)
    return Letter(
        occurrence=f"report {one.code} {one.period}", kind="report", address=address, subject=_subject(one),
        text=_text(lines, link), html=_html(one, lines, link), language=one.language, user_id=user_id, link=link,
        attachments=(enclosed,) if fits else (),
    )  # fmt: skip


def _subject(one: Enclosed) -> str:
    return " ".join(one.title.split())


def _lines(one: Enclosed, fits: bool) -> dict[str, list[str]]:
    """What the mail says, by where it stands."""
    words = WORDS[one.language]
    size = f"{max(1, round(one.bytes / 1024)):,}"
    notes = [words["partial"]] if one.partial else []
    return {
        "first": list(one.said[:1]), "changed": list(one.said[1:]), "notes": notes, "heading": [words["changed"]],
        "size": [words["attached" if fits else "too_large"].format(kb=size)], "open": [words["open"]],
        "foot": [words["stamp"].format(publication=one.publication_id, day=one.data_to), words["why"].format(area=one.area)],
    }  # fmt: skip


def _text(lines: dict[str, list[str]], link: str) -> str:
    listed = [f"- {words}" for words in lines["changed"]]
    parts = [lines["first"], [*lines["heading"], *listed] if listed else [], lines["notes"], lines["size"], [link], lines["foot"]]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _html(one: Enclosed, lines: dict[str, list[str]], link: str) -> str:
    """600 wide, tables and styles in place, nothing from elsewhere."""
    listed = "".join(f'<li style="margin:0 0 6px">{escape(words)}</li>' for words in lines["changed"])
    head = _paragraph(lines["heading"], f"font-weight:bold;color:{INK};margin:18px 0 6px") if listed else ""
    items = f'<ul style="margin:0;padding-left:20px;color:{INK}">{listed}</ul>' if listed else ""
    button = (f'<a href="{escape(link)}" style="display:inline-block;padding:10px 18px;background:{ACCENT};color:#ffffff;'
              f'text-decoration:none;border-radius:6px">{escape(lines["open"][0])}</a>')  # fmt: skip
    foot = f"font-size:12px;color:{QUIET};margin:24px 0 0;border-top:1px solid {LINE};padding-top:12px"
    body = [
        _paragraph([one.title], f"font-size:20px;font-weight:bold;color:{INK};margin:0 0 12px"),
        _paragraph(lines["first"], f"font-size:16px;color:{INK};margin:0"), head, items,
        _paragraph(lines["notes"], f"color:{ALARM};margin:16px 0 0"), _paragraph(lines["size"], f"color:{INK};margin:16px 0"),
        button, _paragraph(lines["foot"], foot),
    ]  # fmt: skip
    return _FRAME.format(lang="zh-CN" if one.language == "zh" else "en", body="".join(body))


def _paragraph(lines: Sequence[str], style: str) -> str:
    return f'<p style="{style}">{"<br>".join(escape(line) for line in lines)}</p>' if lines else ""


_FRAME = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '</head><body style="margin:0;background:#f6f7f9"><table role="presentation" width="100%" cellpadding="0" cellspacing="0">'
    '<tr><td align="center" style="padding:16px"><table role="presentation" width="600" cellpadding="0" cellspacing="0" '
    'style="width:100%;max-width:600px;background:#ffffff;border:1px solid #e3e7ec"><tr><td style="padding:24px;'
    "font:14px/1.6 'Noto Sans SC','PingFang SC','Microsoft YaHei',Arial,sans-serif\">{body}</td></tr></table></td></tr>"
    "</table></body></html>"
)
