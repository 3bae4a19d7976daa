"""Write the demonstration operator: the files of its feeds, month by month, and the truth behind them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from etl.demo import complaints, identity, panel, readings, survey, truth
from etl.demo.chain import MODES
from etl.demo.dates import Dates, dates
from etl.demo.events import record
from etl.demo.faults import COMPLAINT_FAULTS, PROCESS_FAULTS, SURVEY_FAULTS, spoiled
from etl.demo.subscribers import subscribers, subscribers_frame
from etl.demo.touchpoints import Touchpoints, touchpoints
from etl.demo.tree import Tree, areas_frame, tree
from etl.demo.truth import Scene
from etl.demo.wording import topics
from etl.demo.world import world

SEED = 20261101
SCALES = ("small", "full")
TRUTH = "truth"  # the folder beside the feed files that holds the truth
OPERATOR = {"zh": "示范移动（演示数据）", "en": "Demo Mobile (demonstration data)"}
RIVAL = {"zh": "友商（演示数据）", "en": "Rival (demonstration data)"}
STREAMS = {"tree": 1, "world": 2, "subscribers": 3, "plan": 4, "complaints": 5, "survey": 6, "readings": 7, "invitations": 8,
           "panel": 9, "identity": 10}  # fmt: skip
Progress = Callable[[int, int, str], None]


@dataclass
class Truth:
    """What was written and what is true; the same as ``truth/truth.json``. Means stand in ``truth/means.parquet``."""

    folder: str
    seed: int
    scale: str
    until: str
    months: list[str]
    areas: dict[str, int]
    rows: dict[str, int] = field(default_factory=dict)
    answers: int = 0
    bad_rows: dict[str, dict[str, int]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    effects: list[dict[str, Any]] = field(default_factory=list)
    repair_effect: dict[str, float] = field(default_factory=dict)
    topics: list[dict[str, str]] = field(default_factory=list)
    tcsi: dict[str, Any] = field(default_factory=panel.truth)
    operator: dict[str, str] = field(default_factory=lambda: OPERATOR)
    rival: dict[str, str] = field(default_factory=lambda: RIVAL)

    def means(self) -> pl.DataFrame:
        """level, code, month, mean, usual (without events), subscribers, indicator, brand."""
        return pl.read_parquet(Path(self.folder) / TRUTH / "means.parquet")

    def segments(self) -> pl.DataFrame:
        """code, indicator, segment, month, subscribers, mean; province and cities."""
        return pl.read_parquet(Path(self.folder) / TRUTH / "segments.parquet")


@dataclass
class Writer:
    """Writes files and counts their rows and planted faults by kind."""

    folder: Path
    rows: Counter[str] = field(default_factory=Counter)
    faults: dict[str, Counter[str]] = field(default_factory=dict)
    answers: int = 0

    def write(self, kind: str, name: str, frame: pl.DataFrame, faults: tuple[tuple[str, str, str], ...] = (),
              key: str | None = None) -> None:  # fmt: skip
        """One CSV file; bad rows, if any, come last."""
        counts = self.faults.setdefault(kind, Counter())
        bad = spoiled(frame, faults, key, counts)
        with (self.folder / name).open("wb") as stream:
            frame.write_csv(stream, datetime_format="%Y-%m-%d %H:%M:%S", float_precision=None)
            if bad.height:
                bad.write_csv(stream, include_header=False)
        self.rows[kind] += frame.height + bad.height


def generate(folder: Path, *, seed: int = SEED, scale: str = "small", until: date, progress: Progress | None = None) -> Truth:
    """Write the demonstration into ``folder`` (made if need be): 24 complete months and the days of the running one
    up to ``until``, the last day of data. The same seed, scale and day give the same bytes. ``progress(done, all, month)``."""
    if scale not in SCALES:
        raise ValueError(f"no scale {scale!r}; allowed: {', '.join(SCALES)}")
    (folder / TRUTH).mkdir(parents=True, exist_ok=True)
    calendar = dates(until)
    scene, points = _scene(calendar, seed)
    writer = Writer(folder)
    writer.write("areas", "areas.csv", areas_frame(scene.tree))
    writer.write("touchpoints", "touchpoints.csv", pl.DataFrame(points.rows, infer_schema_length=None))
    plan = survey.survey_plan(scene, scale, _rng(seed, "plan"))
    pending, pool = complaints.Pending(), pl.DataFrame()
    steps = len(calendar.months) + 1
    for month in range(len(calendar.months)):
        pending, pool = _month(scene, points, plan, month, seed, pending, pool, writer)
        if progress:
            progress(month + 1, steps, calendar.months[month].isoformat()[:7])
    result = _truth(scene, writer, seed, scale)
    if progress:
        progress(steps, steps, TRUTH)
    return result


def _rng(seed: int, stream: str, month: int = 0) -> np.random.Generator:
    """Its own numbers for each part and month, so that changing one changes no other."""
    return np.random.default_rng([seed, STREAMS[stream], month])


def draw_scene(calendar: Dates, seed: int) -> Scene:
    """The hidden state of the operator of a seed."""
    return _scene(calendar, seed)[0]


def _scene(calendar: Dates, seed: int) -> tuple[Scene, Touchpoints]:
    areas: Tree = tree(calendar, _rng(seed, "tree"))
    state = world(areas, calendar, _rng(seed, "world"))
    counts = subscribers(areas, calendar, _rng(seed, "subscribers"))
    return Scene.of(areas, calendar, state, counts), touchpoints(areas)


def _month(scene: Scene, points: Touchpoints, plan: survey.SurveyPlan, month: int, seed: int, pending: complaints.Pending,
           pool: pl.DataFrame, writer: Writer) -> tuple[complaints.Pending, pl.DataFrame]:  # fmt: skip
    """All files of one month; returns the repeats to come and the complainants who may be asked next month."""
    name = f"{scene.dates.months[month]:%Y-%m}"
    writer.write("subscribers", f"subscribers_{name}.csv", subscribers_frame(scene.tree, scene.dates, scene.subscribers, month))
    told = complaints.month_of(scene, plan.scale, month, pending, points, _rng(seed, "complaints", month))
    writer.write("complaint", f"complaints_{name}.csv", told.frame, COMPLAINT_FAULTS, "number")
    _survey(scene, points, plan, month, seed, pl.concat([frame for frame in (pool, told.pool) if frame.height]), writer)
    rng = _rng(seed, "readings", month)
    parts = (readings.network(scene, month, rng), readings.companies(scene, month, rng), readings.hotline(scene, month, rng))
    process = pl.concat(part.select("at", "area_code", "cell", "touchpoint_code", "indicator", "numerator", "denominator")
                        for part in parts)  # fmt: skip
    writer.write("process", f"process_{name}.csv", process, PROCESS_FAULTS)
    return told.pending, told.pool


def _survey(
    scene: Scene, points: Touchpoints, plan: survey.SurveyPlan, month: int, seed: int, pool: pl.DataFrame, writer: Writer
) -> None:
    """The month's survey files, one a mode, and its invitations."""
    rng, name = _rng(seed, "survey", month), f"{scene.dates.months[month]:%Y-%m}"
    drawn = survey.draw(scene, plan, month, rng)
    who = survey.customers(drawn, scene.tree.county_of[drawn.leaf, month], pool, rng)
    rows = survey.frame(scene, drawn, month, points, who, rng)
    rows = identity.complainants(rows, scene, month, pool, _rng(seed, "identity", month))
    writer.answers += int(rows.select(pl.sum_horizontal(pl.col(survey.ITEMS).count())).item())
    for mode in MODES:
        faults = SURVEY_FAULTS if mode == MODES[month % len(MODES)] else ()
        writer.write("survey", f"survey_{mode}_{name}.csv", rows.filter(mode=mode), faults, "response_id")
    panel_drawn = _panel(scene, plan, month, seed, writer)
    asked = survey.invitations(scene, panel.together(drawn, panel_drawn), month, _rng(seed, "invitations", month))
    writer.write("invitations", f"invitations_{name}.csv", asked)


def _panel(scene: Scene, plan: survey.SurveyPlan, month: int, seed: int, writer: Writer) -> survey.Drawn:
    """The month's file of the satisfaction index, and who answered it."""
    rng = _rng(seed, "panel", month)
    drawn = panel.draw(scene, plan, month, rng)
    rows = panel.frame(scene, drawn, month, rng)
    writer.answers += int(rows.select(pl.sum_horizontal(pl.col(panel.PANEL_ITEMS).count())).item())
    writer.write("tcsi", f"tcsi_{scene.dates.months[month]:%Y-%m}.csv", rows)
    return drawn


def _truth(scene: Scene, writer: Writer, seed: int, scale: str) -> Truth:
    """Write the truth beside the files."""
    tree, calendar = scene.tree, scene.dates
    areas = {"province": 1, "city": len(tree.city_codes), "county": tree.counties, "grid": int(tree.alive(-1).sum())}
    events = record(scene.world.events, tree, calendar)
    for event, fall in zip(events, scene.world.events.falls, strict=False):
        event.update(truth.fall_sizes(scene, fall))
    result = Truth(
        str(writer.folder), seed, scale, calendar.until.isoformat(), [month.isoformat() for month in calendar.months],
        {**areas, "all": sum(areas.values())}, dict(writer.rows), writer.answers,
        {kind: dict(counts) for kind, counts in writer.faults.items() if counts}, events,
        truth.effects(scene), truth.repair(scene),
        [{"topic1": kind.topic1, "topic2": kind.topic2, "line": kind.line, "name_zh": kind.name_zh, "name_en": kind.name_en}
         for kind in topics()],
    )  # fmt: skip
    means, segments = truth.means(scene)
    means.write_parquet(writer.folder / TRUTH / "means.parquet")
    segments.write_parquet(writer.folder / TRUTH / "segments.parquet")
    written = {name: value for name, value in asdict(result).items() if name != "folder"}
    (writer.folder / TRUTH / "truth.json").write_text(json.dumps(written, ensure_ascii=False, indent=1), "utf-8")
    return result
