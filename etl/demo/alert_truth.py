"""What of the alerts told is true: held against what was planted in a demonstration, rule by rule and level by level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.domain.area import Level
from etl.domain.estimate import wilson
from etl.domain.period import add_months
from etl.domain.told_alert import ToldAlert

Floats = NDArray[np.float64]
FOUND_WITHIN = {"fall": 4, "rank": 4, "process": 4, "surge": 4, "quality": 2}  # months from the beginning of what was planted
RECENT = 6  # months a fall's alert may speak of
TRUE_FROM, NIL_UNDER = 1.0, 0.5  # points of true departure: an alert is right from; nothing is the matter under
PLANTED_FROM = {Level.PROVINCE: 3.0, Level.CITY: 3.0, Level.COUNTY: 3.0, Level.GRID: 5.0}  # points of a fall that is to be found
AFTER = timedelta(days=14)  # what is over may be told so long after
TARIFF_MONTHS = 3  # of more complaints
LOOP_INDICATOR = "complaint_resolution"
OF_MEANS = ("fall", "rank")  # kinds of rules that speak of scores
EVENTS = {"process": ("network", "failing_loop"), "surge": ("network", "failing_loop", "tariff_change"),
          "quality": ("mode_mix_shift", "brand_mix_shift")}  # what a kind of rule should see  # fmt: skip


@dataclass(frozen=True)
class Watching:
    """What a rule watched: its kind, levels, the days from ``first`` to ``last``, and which indicators (``None``: all)."""

    kind: str
    levels: Sequence[int]
    first: date
    last: date
    indicators: frozenset[str] | None = None


@dataclass(frozen=True)
class Planted:
    """Something the rule should tell of an area: of any of its ``indicators`` (``None``: whichever)."""

    area: str
    level: Level
    start: date
    end: date
    indicators: frozenset[str] | None


@dataclass(frozen=True)
class Verdict:
    """Of one rule and level: alerts opened, how many are true and how many of nothing at all, what was planted, and after how
    many days each of what was found was told (by an alert that opened, or as worse by one that was open).

    ``known`` is false where the truth says nothing of the rule."""

    level: Level
    known: bool
    fired: int
    true: int
    nothing: int
    planted: int
    delays: Sequence[int]

    def record(self) -> dict[str, Any]:
        """Shares between 0 and 1, delays in days; nothing is said of what the truth does not know."""
        told: dict[str, Any] = {"level": self.level.name_in("en"), "fired": self.fired}
        if not self.known:
            return told
        low, high = (float(end) for end in wilson(self.true, self.fired)) if self.fired else (None, None)
        return told | {
            "true": self.true, "of_nothing": self.nothing, "precision": _share(self.true, self.fired),
            "precision_low": None if low is None else round(low, 3), "precision_high": None if high is None else round(high, 3),
            "planted": self.planted, "found": len(self.delays), "recall": _share(len(self.delays), self.planted),
            "median_days": _days(self.delays, 0.5), "days_90": _days(self.delays, 0.9),
        }  # fmt: skip


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _days(delays: Sequence[int], quantile: float) -> int | None:
    return round(float(np.quantile(delays, quantile))) if delays else None


@dataclass(frozen=True)
class AlertTruth:
    """The written truth (``events`` and ``means`` as :mod:`etl.demo.truth` has them) and each area's parent, by codes."""

    events: Sequence[Mapping[str, Any]]
    means: pl.DataFrame
    parents: Mapping[str, str]

    def verdicts(self, watching: Watching, told: Sequence[ToldAlert]) -> list[Verdict]:
        """One a level on which something was told or planted."""
        planted, known = list(self.planted(watching)), watching.kind in (*OF_MEANS, *EVENTS)
        found = []
        for level in Level:
            here, there = ([one for one in some if one.level == level] for some in (told, planted))
            if here or there:
                opened = [one for one in here if not one.worse]
                judged = [self._true(watching, one) for one in opened] if known else []
                delays = [days for one in there if (days := _delay(one, here, watching.kind)) is not None]
                found.append(Verdict(level, known, len(opened), judged.count(True), judged.count(False), len(there), delays))
        return found

    def planted(self, watching: Watching) -> Iterator[Planted]:
        """What the rule should have told of, that began while it watched and early enough to be told."""
        latest = add_months(watching.last.replace(day=1), 1 - FOUND_WITHIN.get(watching.kind, 0))
        for one in self._falls(watching) if watching.kind in OF_MEANS else self._caused(watching.kind):
            if one.level in watching.levels and watching.first <= one.start <= latest:
                yield one

    def _true(self, watching: Watching, told: ToldAlert) -> bool | None:
        """Whether an alert is right; ``None``: neither right nor of nothing."""
        if watching.kind in OF_MEANS:
            return self._departed(told)
        return any(self._explains(one, told) for one in self._caused(watching.kind))

    def _explains(self, planted: Planted, told: ToldAlert) -> bool:
        """Planted there, above or below; at that time; of that indicator."""
        related = planted.area in self._line(told.area) or told.area in self._line(planted.area)
        fits = planted.indicators is None or told.indicator in planted.indicators
        return related and fits and planted.start <= told.end and told.start <= planted.end + AFTER

    def _line(self, area: str) -> Iterator[str]:
        """The area and those above it."""
        at: str | None = area
        while at is not None:
            yield at
            at = self.parents.get(at)

    def _caused(self, kind: str) -> Iterator[Planted]:
        for event in self.events:
            name = "network" if event.get("cause") == "network" else event["kind"]
            if name in EVENTS.get(kind, ()):
                start = date.fromisoformat(event.get("cause_start") or event["start"])
                end = date.fromisoformat(event["end"]) if event.get("end") else date.max - AFTER
                if name == "tariff_change":
                    end = add_months(start, TARIFF_MONTHS)
                for area in event["areas"]:
                    yield Planted(area, self._levels[area], start, end, _indicators(kind, event))

    @cached_property
    def _levels(self) -> dict[str, Level]:
        rows = self.means.select("code", "level").unique()
        return {code: Level(level) for code, level in rows.iter_rows()}

    @cached_property
    def _months(self) -> list[date]:
        return sorted(self.means["month"].unique().to_list())

    @cached_property
    def _effects(self) -> dict[tuple[str, str], Floats]:
        """By area and indicator, what events did to its mean beside the rest of its parent, [month]; 0 where it did not live."""
        own = self.means.filter(pl.col("brand") == "own").select(
            "code", "indicator", "month", weight=pl.col("subscribers").cast(pl.Float64),
            effect=(pl.col("mean") - pl.col("usual")).cast(pl.Float64),
        )  # fmt: skip
        above = own.rename({"code": "parent", "weight": "all", "effect": "moved"})
        up = pl.DataFrame(list(self.parents.items()), schema={"code": pl.String, "parent": pl.String}, orient="row")
        rows = own.join(up, on="code", how="left").join(above, on=["parent", "indicator", "month"], how="left")
        rest = (pl.col("moved") * pl.col("all") - pl.col("effect") * pl.col("weight")) / (pl.col("all") - pl.col("weight"))
        rows = rows.with_columns(net=pl.col("effect") - pl.when(pl.col("all") > pl.col("weight")).then(rest).otherwise(0.0))
        wide = rows.pivot(on="month", index=["code", "indicator"], values="net", sort_columns=True).fill_null(0.0)
        values = wide.drop("code", "indicator").to_numpy()
        return {key: values[at] for at, key in enumerate(wide.select("code", "indicator").iter_rows())}

    def _departed(self, told: ToldAlert) -> bool | None:
        effect, months = self._effects.get((told.area, told.indicator)), self._months
        if effect is None or told.start not in months:
            return None
        at = months.index(told.start)
        if effect[max(0, at + 1 - RECENT) : at + 1].min() <= -TRUE_FROM:
            return True
        return False if np.abs(effect[: at + 1]).max() < NIL_UNDER else None

    def _falls(self, watching: Watching) -> Iterator[Planted]:
        """True departures deep enough, each from the month it began in; of outcomes and perceptions as the rule watches them."""
        for (area, indicator), effect in self._effects.items():
            level = self._levels[area]
            if watching.indicators is not None and indicator not in watching.indicators:
                continue
            low = np.flatnonzero(np.diff((effect <= -NIL_UNDER).astype(int), prepend=0, append=0))
            for begin, end in low.reshape(-1, 2):
                if effect[begin:end].min() <= -PLANTED_FROM.get(level, np.inf):
                    over = self._months[end] if end < len(self._months) else date.max - AFTER
                    yield Planted(area, level, self._months[begin], over, frozenset({indicator}))


def _indicators(kind: str, event: Mapping[str, Any]) -> frozenset[str] | None:
    """Which process indicators an event moves; complaints and answers are of one kind."""
    if kind != "process":
        return None
    return frozenset(event.get("indicators", (LOOP_INDICATOR,)))


def _delay(planted: Planted, told: Sequence[ToldAlert], kind: str) -> int | None:
    """Days from the beginning to the end of the period it was first told in; ``None``: not in time."""
    until = add_months(planted.start.replace(day=1), FOUND_WITHIN[kind])
    fitting = [
        one.end for one in told
        if one.area == planted.area and (planted.indicators is None or one.indicator in planted.indicators)
        and one.end >= planted.start and one.start < until
    ]  # fmt: skip
    return (min(fitting) - planted.start).days + 1 if fitting else None
