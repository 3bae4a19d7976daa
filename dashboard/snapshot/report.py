"""A report put together: cover, parts in order, and what could not be made."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sql
from dashboard.address import oldest_fresh, tree_day
from dashboard.context import Context
from dashboard.pages.overview import data
from dashboard.pages.overview.model import View
from dashboard.snapshot import alerts, annex, measures, notes, sections, typeset
from dashboard.snapshot.glyphs import spoken
from dashboard.snapshot.plan_card import plan_card
from dashboard.texts import t
from etl.domain.area import Level

GAP = "\x00"  # where the template puts a number


@dataclass(frozen=True)
class Part:
    """One part of a report: its name, how it is laid out, and which reads of the view it cannot do without.

    A part without anything to say gives no block and is left out.
    """

    name: str
    blocks: Callable[[View, Context], list[sections.Block]]
    needs: tuple[str, ...] = ()


PARTS = (
    Part("cards", sections.cards),
    Part("leads", lambda view, context: [], needs=("leads",)),
    Part("plan", plan_card, needs=("aims",)),
    Part("changed", sections.what_changed, needs=("watched",)),
    Part("alerts", alerts.open_alerts),
    Part("map", sections.places, needs=("members",)),
    Part("trend", sections.trend),
    Part("ranking", sections.ranking, needs=("members",)),
    Part("others", sections.others),
    Part("complaint", measures.complaints, needs=("measures",)),
    Part("process", lambda view, context: measures.measures(view, context, "process"), needs=("measures",)),
    Part("perception", lambda view, context: measures.measures(view, context, "perception"), needs=("measures",)),
    Part("notes", notes.notes, needs=("reorganised",)),
)
ANNEX = Part("annex", annex.leaves)


class Nothing(Exception):
    """There is nothing to report: no publication, or not one part could be made."""


@dataclass(frozen=True)
class Rendered:
    """A finished report; ``missing`` names the parts that could not be made, ``glyphless`` characters our fonts do not hold,
    ``said`` is its first sentence and what changed, ``sha256`` of the content."""

    content: bytes
    title: str
    publication_id: int
    missing: tuple[str, ...]
    glyphless: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def partial(self) -> bool:
        return bool(self.missing)

    @property
    def pages(self) -> int:
        """How many pages it has, as the PDF's own tree of pages counts them."""
        return max(map(int, _COUNTED.findall(self.content)))


_COUNTED = re.compile(rb"/Type ?/Pages ?/Count (\d+)")


def render(context: Context, *, with_annex: bool = False) -> Rendered:
    """The report of a context's area and period, as a PDF. Raises :class:`Nothing` where there is nothing to say.

    ``with_annex``: every leaf below the area at its end, thousands of rows where there are as many.
    """
    document, missing = compose(context, (*PARTS, ANNEX) if with_annex else PARTS)
    lacking = typeset.lacking(document)
    if lacking:
        document["blocks"].append(sections.note(t("snapshot.say.glyphless", context.language, codes=spoken(lacking))))
    return Rendered(typeset.pdf(document), document["title"], context.publication_id, missing, lacking, _said(document))


def _said(document: dict[str, Any]) -> tuple[str, ...]:
    """The opening sentence and the first list, which is what changed, without their stresses."""
    listed = next((block["items"] for block in document["blocks"] if block["kind"] == "list"), [])
    sentences = [block["words"] for block in document["blocks"] if block["kind"] == "sentence"]
    return tuple("".join(words for words, _ in pieces) for pieces in (*sentences, *listed))


def compose(context: Context, parts: Sequence[Part] | None = None) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the template is told, and the parts that failed."""
    if context.publication is None or not context.published:
        raise Nothing(f"nothing is published for {context.period.code()}")
    view = data.load(context, paper=True)
    blocks, missing = list(sections.opening(view, context)), []
    parts = PARTS if parts is None else parts
    for part in parts:
        made = _made(part, view, context)
        missing += [part.name] if made is None else []
        blocks += [_placeholder(part.name, context)] if made is None else made
    if len(missing) == len(parts):
        raise Nothing(f"no part of the report on {context.area.code} could be made; the log says why")
    return {**_frame(context), "blocks": blocks}, tuple(missing)


def _made(part: Part, view: View, context: Context) -> list[sections.Block] | None:
    """The part's blocks; ``None`` where it failed, which must not cost the reader the others."""
    if set(part.needs) & set(view.lost):
        return None
    try:
        return part.blocks(view, context)
    except Exception:
        logging.getLogger(__name__).exception("the part %s of the report on %s failed", part.name, context.area.code)
        return None


def _placeholder(name: str, context: Context) -> sections.Block:
    language = context.language
    head = t("snapshot.missing.head", language, section=t(f"snapshot.part.{name}", language))
    return {"kind": "missing", "head": head, "reason": t("snapshot.missing.reason", language)}


def _frame(context: Context) -> dict[str, Any]:
    """Cover, running head and foot."""
    language, area = context.language, context.area.name(context.language)
    kind, period = t(f"snapshot.kind.{context.period.kind}", language), context.period.label(language)
    first, last = context.period.start.isoformat(), context.period.end.isoformat()
    footer = t("snapshot.footer", language, kind=kind, area=area)
    return {
        "title": t("snapshot.title", language, area=area, period=period, kind=kind), "author": t("snapshot.author", language),
        "keywords": [area, period, kind], "lang": language, "colours": sections.COLOURS,
        "product": t("snapshot.product", language), "kind": kind[:1].upper() + kind[1:],
        "area": " › ".join(node.name(language) for node in context.trail),
        "period": t("snapshot.period", language, period=period, first=first, last=last),
        "stamp": _stamp(context),
        "footer": f"{footer} · {t('snapshot.demo', language)}" if context.demo else footer,
        "page_words": t("snapshot.page", language, page=GAP, pages=GAP).split(GAP),
    }  # fmt: skip


def _stamp(context: Context) -> str:
    """Publication, last day and how many counties' data have come."""
    language, publication = context.language, context.publication
    if publication is None:
        return ""
    about = {"publication": publication.publication_id, "day": publication.data_to.isoformat()}
    with context.read() as connection:
        row = sql.one(
            connection, "auth/area_coverage", p=publication.publication_id, area_id=context.area.area_id, level=int(Level.COUNTY),
            day=tree_day(context), oldest=oldest_fresh(publication),
        )  # fmt: skip
    if row is None or not row["areas"] or context.area.level >= Level.COUNTY:
        return t("snapshot.stamp_plain", language, **about)
    return t("snapshot.stamp", language, reported=row["have"], all=row["areas"], **about)
