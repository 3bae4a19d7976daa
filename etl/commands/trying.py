"""The job that tries a rule of falls on the published past, as the alerts page asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sql
from etl.commands.console import Refused
from etl.domain.alert_rule import AlertRule
from etl.runner import Order
from etl.steps.detection.tried import tried

KEPT = 40  # alerts that are told one by one, the latest


def try_rule(order: Order) -> dict[str, Any]:
    """What the rule would have told with the limits asked for: alerts by level beside what chance brings, and the latest."""
    wanted, changed = str(order.asked.get("rule")), _limits(order.asked.get("limits"))
    with sql.begin(order.target) as connection:
        row = next((row for row in sql.rows(connection, "etl/alert_rules") if row["rule"] == wanted), None)
        if row is None or row["kind"] != "fall" or set(changed) - set(row["limits"]):
            raise Refused(f"{wanted} is no rule of falls with those limits", f"{wanted} 不是下滑类规则，或没有这些控制限")
        found = tried(connection, AlertRule.of({**row, "limits": {**row["limits"], **changed}}))
    if found is None:
        raise Refused("fewer than 13 whole months are published", "已发布的完整月份不足 13 个，无法试算")
    latest = [dict(vars(one)) for one in found.episodes[-KEPT:][::-1]]
    return {"rule": wanted, "limits": changed, "months": found.months, "levels": found.levels, "alerts": len(found.episodes),
            "latest_alerts": latest}  # fmt: skip


def _limits(asked: Any) -> dict[str, float]:
    if not isinstance(asked, Mapping):
        return {}
    return {str(name): float(value) for name, value in asked.items() if isinstance(value, int | float)}
