"""What stands at the end of a report: small bases, re-organised areas, how to read the figures, and the words."""

from __future__ import annotations

from dashboard.context import Context
from dashboard.pages.overview import wording
from dashboard.pages.overview.model import View
from dashboard.snapshot.sections import Block, heading, note
from dashboard.texts import t


def notes(view: View, context: Context) -> list[Block]:
    """Small bases, re-organised areas, how to read the figures, and the glossary's line."""
    language = context.language
    said = [*_small(view, context), *_moved(view, language), *_reading(view, language)]
    return [
        heading(t("snapshot.head.notes", language)),
        {"kind": "notes", "items": [wording.pieces(words) for words in said]},
        note(t("snapshot.say.glossary", language)),
    ]  # fmt: skip


def _small(view: View, context: Context) -> list[str]:
    open_ = [member.reading for member in view.members if member.open and member.reading]
    counts = {
        "hidden": sum(not reading.shown for reading in open_),
        "grey": sum(reading.shown and not reading.ranked for reading in open_),
        "longer": sum(reading.shown and reading.window > 1 for reading in open_),
    }
    if view.leaf:
        return []
    return [t(f"snapshot.say.{key}", context.language, n=n, level=wording.below(context, n)) for key, n in counts.items() if n]


def _moved(view: View, language: str) -> list[str]:
    return [
        t("snapshot.say.moved_area", language, name=each.names[language], day=each.day.isoformat(), then=each.then[language],
          now=each.now[language])
        for each in view.reorganised if not each.ended
    ]  # fmt: skip


def _reading(view: View, language: str) -> list[str]:
    like = [] if view.comparison.complete else ["like"]
    kept = ["kept"] if view.members_period != view.comparison.period and view.members else []
    named = {"period": view.members_period.label(language)}
    return [t(f"snapshot.say.{key}", language, **(named if key == "kept" else {})) for key in (*like, *kept, "interval", "scale")]
