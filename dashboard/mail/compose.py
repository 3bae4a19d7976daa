"""A letter about alerts, read with its recipient's eyes: what is new first, grouped by the area that roots them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import sqlalchemy as sa

import sql
from dashboard.alerts import wording
from dashboard.alerts.reads import Alert, numbered
from dashboard.mail import parts, picture
from dashboard.texts import t

DETAILED = 5  # alerts told at length; the others have a line each ...
LINES = 40  # ... and after so many lines the page has the rest
PICTURES = 2
ORDER = ("escalated", "fired", "reopened", "worsened", "still", "reminded", "recovered")  # the most pressing first
TONES = {"recovered": "recovering", "still": "pending", "reminded": "pending"}


@dataclass(frozen=True)
class Told:
    """One alert to tell of: its number, what is new of it, and whether a silence had held it back."""

    number: int
    what: tuple[str, ...]
    held: bool = False

    @property
    def first(self) -> str:
        """The most pressing of what is told."""
        return min(self.what, key=ORDER.index)


@dataclass(frozen=True)
class Mail:
    """The words of a letter; ``pictures`` by their content ids, ``seen`` the alerts that stand in it."""

    subject: str
    text: str
    html: str
    link: str
    seen: frozenset[int]
    pictures: Mapping[str, bytes]


@dataclass(frozen=True)
class Frame:
    """For whom and from where a mail speaks: ``url`` is the dashboard's public address."""

    user_id: int
    login: str
    language: str
    url: str
    now: datetime
    demo: bool = False

    def address(self, page: str, **query: object) -> str:
        return f"{self.url}/{page}" + (f"?{urlencode(query)}" if query else "")


def compose(store: sa.Engine, frame: Frame, items: Sequence[Told], kind: str) -> Mail:
    """The mail of ``items`` as far as its reader may see them; ``kind`` is ``alert``, ``recovered`` or ``digest``."""
    about = {item.number: item for item in items}
    with sql.scoped(store, frame.user_id) as connection:
        found = numbered(connection, list(about), frame.now)
    told = sorted(
        ((alert, about[alert.number]) for alert in found),
        key=lambda pair: (ORDER.index(pair[1].first), pair[0].row["severity"], pair[0].row["s"] or 0, pair[0].number),
    )
    if not told:
        return Mail("", "", "", "", frozenset(), {})
    drawn = _pictures(told)
    subject = _subject(told, kind, frame)
    return Mail(
        subject, _text(told, subject, frame), _html(told, subject, drawn, frame), frame.address("alerts"),
        frozenset(alert.number for alert, _ in told), {f"trend{number}": content for number, content in drawn.items()},
    )  # fmt: skip


Pairs = Sequence[tuple[Alert, Told]]


def _pictures(told: Pairs) -> dict[int, bytes]:
    drawn: dict[int, bytes] = {}
    for alert, _ in told[:DETAILED]:
        content = picture.trend(alert.points, alert.row["period"], wording.decimals(alert.row))
        if content is not None and len(drawn) < PICTURES:
            drawn[alert.number] = content
    return drawn


def _subject(told: Pairs, kind: str, frame: Frame) -> str:
    first, item = told[0]
    tag = t(f"mail.tag.{'digest' if kind == 'digest' else item.first}", frame.language)
    line = wording.headline(first.row, frame.language)
    if len(told) == 1:
        return t("mail.subject_one", frame.language, tag=tag, line=line)
    return t("mail.subject", frame.language, tag=tag, line=line, more=len(told) - 1)


def _link(alert: Alert, frame: Frame, **more: str) -> str:
    return frame.address("alerts", area=alert.row["area"], alert=alert.number, **more)


def _links(alert: Alert, frame: Frame) -> list[tuple[str, str]]:
    """The alert itself, taking it on (which asks for the reader's login), and the reading in its place."""
    row, language = alert.row, frame.language
    links = [(t("mail.open", language), _link(alert, frame))]
    if alert.open and row["acknowledged_at"] is None:
        links.append((t("mail.take_on", language), _link(alert, frame, act="acknowledge")))
    return links


def _view(alert: Alert, frame: Frame) -> str:
    """The reading's own view on the overview, for a headline outcome."""
    row = alert.row
    if row["headline"] is None or row["period"] not in "wmqy":
        return ""
    code = wording.period_code(row, row["latest"])
    return frame.address("overview", area=row["area"], period=code, outcome=row["indicator"])


def _facts(alert: Alert, frame: Frame) -> list[tuple[str, str]]:
    row, language = alert.row, frame.language
    facts = []
    if row["kind"] != "feed":
        reading = f"{wording.period(row, row['latest'], language)} {wording.reading(row, language)}"
        facts.append((t(f"mail.fact.{wording.read_as(row)}", language), reading))
    if row["expected"] is not None:
        facts.append((t("mail.fact.expected", language), wording.amount(row, row["expected"], language)))
    if wording.target(row) is not None:
        facts.append((t("mail.fact.target", language), wording.amount(row, wording.target(row), language)))
    if row["since"] is not None:
        facts.append((t("mail.fact.since", language), wording.period(row, row["since"], language)))
    if wording.cause(alert, language):
        facts.append((t("mail.fact.cause", language), wording.cause(alert, language)))
    facts.append((t("mail.fact.duty", language), wording.duty(row, language)))
    return facts


def _html(told: Pairs, subject: str, drawn: Mapping[int, bytes], frame: Frame) -> str:
    language = frame.language
    rows = [parts.band(t("product.name", language), f"{frame.now:%Y-%m-%d %H:%M}"), parts.title(subject)]
    for name, pairs in _grouped(told[:DETAILED], language):
        rows += [parts.group(name), *(_at_length(alert, item, drawn, frame, alone=len(told) == 1) for alert, item in pairs)]
    rest = told[DETAILED:]
    if rest:
        rows.append(parts.group(t("mail.rest", language, count=len(rest))))
        rows.append(parts.rows([(wording.MARKS[_state(alert)], _line(alert, item, language), _link(alert, frame))
                                for alert, item in rest[:LINES]]))  # fmt: skip
    if len(rest) > LINES:
        rows.append(parts.note(t("mail.more", language, count=len(rest) - LINES)))
        rows.append(parts.buttons([(t("mail.all", language), frame.address("alerts"))]))
    following = t("alerts.cause.join", language).join(_line(alert, item, language) for alert, item in told[1:4])
    preview = following or wording.cause(told[0][0], language)
    return parts.page(subject, preview, [*rows, _foot(frame)], language)


def _grouped(told: Pairs, language: str) -> list[tuple[str, list[tuple[Alert, Told]]]]:
    """Alerts under the name of the area that roots them, in the order of the first of each."""
    groups: dict[str, list[tuple[Alert, Told]]] = {}
    for alert, item in told:
        name = wording.named(alert.row, "root", language) or wording.named(alert.row, "area", language)
        groups.setdefault(name, []).append((alert, item))
    return list(groups.items())


def _state(alert: Alert) -> str:
    return str(alert.row["state"]) if alert.open else "ok"


def _at_length(alert: Alert, item: Told, drawn: Mapping[int, bytes], frame: Frame, *, alone: bool) -> str:
    row, language = alert.row, frame.language
    tone = TONES.get(item.first, "fire" if row["severity"] == 1 else "pending")
    said = t("mail.told", language, what=_what(item, language), severity=wording.severity(row, language))
    head = parts.Head(wording.MARKS[_state(alert)], tone, said, "" if alone else wording.headline(row, language))
    shows = t("mail.picture", language, about=wording.about(row, language))
    picture_of = parts.picture(f"trend{alert.number}", shows) if alert.number in drawn else ""
    view = _view(alert, frame)
    more = (t("mail.view", language), view) if view else None
    return parts.alert(head, _facts(alert, frame), picture_of, _links(alert, frame), more)


def _what(item: Told, language: str) -> str:
    words = t(f"mail.what.{item.first}", language)
    return t("mail.held", language, what=words) if item.held else words


def _line(alert: Alert, item: Told, language: str) -> str:
    return t("mail.line", language, what=_what(item, language), line=wording.headline(alert.row, language))


def _foot(frame: Frame) -> str:
    words = [t("mail.why", frame.language, login=frame.login), *([t("product.demo_long", frame.language)] if frame.demo else [])]
    return parts.foot(words, (t("mail.change", frame.language), frame.address("alerts", view="mine")))


def _text(told: Pairs, subject: str, frame: Frame) -> str:
    language = frame.language
    blocks = [subject, *(_plain(alert, item, frame) for alert, item in told[:DETAILED])]
    rest = told[DETAILED:]
    lines = [f"{_line(alert, item, language)}\n  {_link(alert, frame)}" for alert, item in rest[:LINES]]
    blocks += ["\n".join(lines)] if lines else []
    blocks += [t("mail.more", language, count=len(rest) - LINES)] if len(rest) > LINES else []
    foot = [t("mail.why", language, login=frame.login), frame.address("alerts", view="mine")]
    return "\n\n".join([*blocks, "\n".join([*foot, *([t("product.demo_long", language)] if frame.demo else [])])]) + "\n"


def _plain(alert: Alert, item: Told, frame: Frame) -> str:
    links: Iterable[tuple[str, str]] = _links(alert, frame)
    view = _view(alert, frame)
    facts = [*_facts(alert, frame), *links, *([(t("mail.view", frame.language), view)] if view else [])]
    return "\n".join([_line(alert, item, frame.language), *(f"  {name}: {value}" for name, value in facts)])
