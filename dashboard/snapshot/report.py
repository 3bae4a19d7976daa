"""A report put together: cover, parts in order, and what could not be made."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sql
from dashboard.address import oldest_fresh, tree_day
from dashboard.context import Context
from dashboard.pages.overview import data
from dashboard.pages.overview.model import View
from dashboard.snapshot import sections
from dashboard.snapshot.plan_card import plan_card
from dashboard.snapshot.typeset import pdf
from dashboard.texts import t
from etl.domain.area import Level

GAP = "\x00"  # where the template puts a number

Part = Callable[[View, Context], list[sections.Block]]

PARTS: tuple[tuple[str, Part], ...] = (
    ("cards", sections.cards),
    ("plan", plan_card),
    ("changed", sections.what_changed),
    ("map", sections.places),
    ("trend", sections.trend),
    ("ranking", sections.ranking),
    ("others", sections.others),
    ("process", lambda view, context: sections.measures(view, context, "process")),
    ("perception", lambda view, context: sections.measures(view, context, "perception")),
    ("complaint", lambda view, context: sections.measures(view, context, "complaint")),
    ("notes", sections.notes),
)


class Nothing(Exception):
    """There is nothing to report: no publication, or the view itself could not be read."""


@dataclass(frozen=True)
class Rendered:
    """A finished report; ``missing`` names the parts that could not be made, ``sha256`` is of the content."""

    content: bytes
    title: str
    publication_id: int
    missing: tuple[str, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def partial(self) -> bool:
        return bool(self.missing)


def render(context: Context) -> Rendered:
    """The report of a context's area and period, as a PDF. Raises :class:`Nothing` where there is nothing to say."""
    document, missing = compose(context)
    return Rendered(pdf(document), document["title"], context.publication_id, missing)


def compose(context: Context) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the template is told, and the parts that failed."""
    if context.publication is None or not context.published:
        raise Nothing(f"nothing is published for {context.period.code()}")
    view = data.load(context)
    blocks, missing = list(sections.opening(view, context)), []
    for name, part in PARTS:
        try:
            blocks += part(view, context)
        except Exception:  # one broken part must not cost the reader the others
            logging.getLogger(__name__).exception("the part %s of the report on %s failed", name, context.area.code)
            missing.append(name)
            blocks.append(_placeholder(name, context))
    return {**_frame(context), "blocks": blocks}, tuple(missing)


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
        "product": t("snapshot.product", language), "kind": kind,
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
