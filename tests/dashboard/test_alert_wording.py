"""Every kind of alert in one line, as detection writes its figures down."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboard.alerts import wording
from dashboard.alerts.reads import Alert
from dashboard.pages.alerts.detail import _facts

ROW: dict[str, Any] = {
    "kind": "fall", "state": "firing", "closed_at": None, "area_zh": "天河区", "area_en": "Tianhe", "indicator_zh": "投诉处理满意度", "short_en": "Complaint handling",
    "subject": "", "unit": "分", "decimals": 1, "value": 78.1, "low": 76.0, "high": 80.2, "n": 412, "expected": 81.5, "size": -3.4, "period": "m",
    "since": date(2026, 9, 1), "latest": date(2026, 10, 1), "detail": {},
}  # fmt: skip
WAIT = {"indicator_zh": "营业厅等候时长", "short_en": "Hall wait", "unit": "min", "value": 14.2, "size": 3.1}
RANKS = {"first_before": 2, "last_before": 5, "first_rank": 8, "last_rank": 12, "siblings": 21}


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        ({}, "天河区 投诉处理满意度 78.1，2026年9月以来平均低于预期 3.4",
         "Tianhe: Complaint handling 78.1, on average 3.4 below expected since Sep 2026"),
        ({"since": date(2026, 10, 1)}, "天河区 投诉处理满意度 78.1，低于预期 3.4", "Tianhe: Complaint handling 78.1, 3.4 below expected"),
        ({"state": "error"}, "天河区 投诉处理满意度 本期样本量或构成突变，暂不判断；请先核实样本",
         "Tianhe: Complaint handling: the answers changed in number or mix this period; check them before the score is judged"),
        ({"size": None}, "天河区 投诉处理满意度 78.1，已回到预期附近", "Tianhe: Complaint handling 78.1, back near what was expected"),
        ({"state": "no_data", "value": None, "size": None}, "天河区 投诉处理满意度 本期无法判断（无数据）",
         "Tianhe: Complaint handling cannot be judged this period (no data)"),
        ({**WAIT, "kind": "process", "period": "w"}, "天河区 营业厅等候时长 14.2，高于预期 3.1", "Tianhe: Hall wait 14.2, 3.1 above expected"),
        ({"kind": "threshold", "detail": {"threshold": 80}, "size": None}, "天河区 投诉处理满意度 78.1，低于门槛 80.0",
         "Tianhe: Complaint handling 78.1, below the threshold of 80.0"),
        ({"kind": "target", "detail": {"target": 82.0, "probability": 0.12}}, "天河区 投诉处理满意度 恐难达成目标 82.0，达成概率 12%",
         "Tianhe: Complaint handling likely to miss its target of 82.0: 12% chance of meeting it"),
        ({"kind": "target", "detail": {"target": 82.0, "probability": 0.003}}, "天河区 投诉处理满意度 恐难达成目标 82.0，达成概率 < 1%",
         "Tianhe: Complaint handling likely to miss its target of 82.0: < 1% chance of meeting it"),
        ({"kind": "target", "detail": {"target": 82.0, "probability": 0.12, "below": 12, "below_of": 21}},
         "天河区 投诉处理满意度 恐难达成目标 82.0，达成概率 12%；下级 21 个中有 12 个同样恐难达成",
         "Tianhe: Complaint handling likely to miss its target of 82.0: 12% chance of meeting it; so are 12 of the 21 areas below"),
        ({"kind": "target", "state": "no_data", "detail": {"target": 82.0, "probability": 0.12}}, "天河区 投诉处理满意度 本期无法判断（无数据）",
         "Tianhe: Complaint handling cannot be judged this period (no data)"),
        ({"kind": "rank", "detail": RANKS, "size": None}, "天河区 投诉处理满意度 78.1，同级 21 个中由第 2–5 名降到第 8–12 名",
         "Tianhe: Complaint handling 78.1, fallen from rank 2–5 to 8–12 of 21"),
        ({"kind": "surge", "indicator_zh": "万投比", "short_en": "Complaints", "unit": "/10k", "period": "w", "latest": date(2026, 11, 9), "value": 34.0,
          "expected": 19.6, "size": 14.4}, "天河区 万投比 2026年第46周 34件，预期 20件", "Tianhe: Complaints: 34 complaints in 2026-W46, 20 expected"),
        ({"kind": "quality", "indicator_zh": None, "short_en": None, "unit": None, "decimals": None, "value": 31.0, "expected": 82.0,
          "detail": {"volume": True, "usual": 82.0}}, "天河区 调研样本 31份，平时约 82份，读数不宜直接比较",
         "Tianhe: survey answers 31, usually about 82; readings do not compare"),
        ({"kind": "quality", "indicator_zh": None, "short_en": None, "unit": None, "decimals": None, "value": 80.0,
          "detail": {"volume": False, "cut": "mode", "value": "sms", "moved": 0.39}}, "天河区 调研样本构成突变：短信占比 +39 个百分点，读数不宜直接比较",
         "Tianhe: survey answers changed in mix: SMS +39 percentage points; readings do not compare"),
        ({"kind": "feed", "subject": "overdue:demo_survey", "detail": {"zh": "数据源迟到 2 天", "en": "the feed is 2 days overdue"}}, "数据源迟到 2 天",
         "The feed is 2 days overdue"),
        ({"kind": "feed", "subject": "refused:demo_survey"}, "数据源 demo_survey 迟到或失败", "Feed demo_survey is late or failed"),
    ],
)  # fmt: skip
def test_every_kind_has_a_line_of_its_own(given: dict[str, Any], zh: str, en: str) -> None:
    row = {**ROW, **given}
    assert (wording.headline(row, "zh"), wording.headline(row, "en")) == (zh, en)


def test_an_indicator_that_should_be_low_is_told_as_above() -> None:
    assert "高于预期 3.1" in wording.headline({**ROW, **WAIT}, "zh") and wording.unit({**ROW, **WAIT}, "zh") == "分钟"


def test_a_reading_has_its_interval_and_base() -> None:
    assert wording.reading(ROW, "zh") == "78.1 · 95% 区间 76.0 ~ 80.2 · n=412"
    assert wording.reading({**ROW, "value": None}, "en") == "no reading can be shown"


def test_a_target_s_alert_tells_where_the_period_will_end_and_no_statistic() -> None:
    """Of a rule that says yes or no S is a mark of its own making, nothing to read."""
    rest = {"s": -2.0, "worst_s": -2.0, "owner": None, "line_zh": "网络线", "acknowledged_at": None, "task_id": None, "reopened_of": None}

    def told(kind: str, **given: Any) -> list[str]:
        return [cell.children[0].children for cell in _facts(Alert({**ROW, **rest, "kind": kind, **given}), "zh").children]

    fall, target = told("fall"), told("target", expected=None, size=None, detail={"target": 82.0})
    assert fall[0] == "读数" and "统计量 S" in fall
    assert target == ["期末预计", "目标", "始于", "责任"]
