"""A tree of one province, two cities and counties, people who answer for them, and alerts that happen to it by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

import sql
from etl.steps.notify import Bundle, Written, notify

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 16, 10, tzinfo=ZONE)
TREE = {"44": None, "4401": "44", "4403": "44", "440106": "4401", "440111": "4401", "440305": "4403"}
PEOPLE = {
    "province": ("manager", "44", None), "quality": ("quality", "44", None), "city": ("manager", "4401", None),
    "county": ("manager", "440106", None), "analyst": ("analyst", "44", None), "net": ("line", "44", "network"),
    "tariff": ("line", "44", "tariff"),
}  # fmt: skip


@dataclass
class Operator:
    """A store in which the clock is turned by hand; ``told`` keeps every letter that was written."""

    store: sa.Engine
    now: datetime = MONDAY
    told: list[Bundle] = field(default_factory=list)
    unseen: set[int] = field(default_factory=set)
    stumbles: set[str] = field(default_factory=set)

    def run(self, statement: str, **params: Any) -> Any:
        with sql.begin(self.store) as connection:
            result = connection.execute(sa.text(statement), params)
            return result.scalar() if result.returns_rows else None

    def area(self, code: str) -> int:
        return int(self.run("SELECT area_id FROM area WHERE code = :code", code=code))

    def person(self, login: str, role: str, area: str, line: str | None = None, email: str | None = "") -> int:
        user = self.run(
            "INSERT INTO app_user (login, name, email, password_hash) VALUES (:login, :login, :email, 'x') RETURNING user_id",
            login=login, email=f"{login}@manyi.test" if email == "" else email,
        )  # fmt: skip
        self.run("INSERT INTO user_grant VALUES (:user, :role, :area, :line)", user=user, role=role, area=self.area(area), line=line)
        self.run("SELECT refresh_user_area(:user)", user=user)
        return int(user)

    def fall(self, area: str = "440106", severity: int = 1, what: str = "fired", rule: str = "outcome_fall") -> int:
        """Open an alert; its number."""
        episode = self.run(
            """INSERT INTO episode (rule, version, kind, area_id, subject, period, start, latest, severity, state, s, line_id,
                                    first_pub, opened_at)
               VALUES (:rule, 1, 'fall', :area, :subject, 'm', '2026-10-01', '2026-10-01', :severity, 'firing', -4, 'network', 1, :now)
               RETURNING episode_id""",
            rule=rule, area=self.area(area), severity=severity, now=self.now, subject=f"{self.now} {self.moment()}",
        )  # fmt: skip
        self.event(int(episode), what)
        return int(episode)

    def moment(self) -> int:
        return int(self.run("SELECT count(*) FROM episode"))

    def event(self, episode: int, what: str) -> None:
        """Something happens to an alert."""
        if what == "recovered":
            self.run("UPDATE episode SET state = 'ok', closed_at = :now WHERE episode_id = :id", id=episode, now=self.now)
        self.run("INSERT INTO episode_event (episode_id, what, at) VALUES (:id, :what, :now)", id=episode, what=what, now=self.now)

    def acknowledge(self, episode: int) -> None:
        self.run("UPDATE episode SET acknowledged_at = :now, state = 'acknowledged' WHERE episode_id = :id", id=episode, now=self.now)
        self.event(episode, "acknowledged")

    def silence(self, area: str, hours: float) -> int:
        return int(self.run(
            "INSERT INTO silence (area_id, until, reason, by, at) VALUES (:area, :until, 'works', 'x', :now) RETURNING silence_id",
            area=self.area(area), until=self.now + timedelta(hours=hours), now=self.now,
        ))  # fmt: skip

    def prefer(self, login: str, **wishes: Any) -> None:
        names = ", ".join(wishes)
        values = ", ".join(f":{name}" for name in wishes)
        self.run(
            f"""INSERT INTO alert_preference (user_id, {names}) SELECT user_id, {values} FROM app_user WHERE login = :login
                ON CONFLICT (user_id) DO UPDATE SET ({names}) = ROW ({", ".join(f"excluded.{name}" for name in wishes)})""",
            login=login, **wishes,
        )  # fmt: skip

    def after(self, **time: float) -> list[tuple[str, str, list[str]]]:
        """Turn the clock and tell: reader, kind and what of each letter that comes of it."""
        self.now += timedelta(**time)
        before = len(self.told)
        notify(self.store, self.now, self.write)
        return [(one.reader.login, one.kind, sorted(str(what) for item in one.items for what in item.what))
                for one in self.told[before:]]  # fmt: skip

    def write(self, bundle: Bundle) -> Written:
        if bundle.reader.login in self.stumbles:
            raise RuntimeError(f"no letter to {bundle.reader.login}")
        seen = frozenset(item.episode_id for item in bundle.items) - self.unseen
        if seen:
            self.told.append(bundle)
        words = json.dumps([[item.episode_id, item.what] for item in bundle.items])
        return Written("预警", words, "", "https://manyi.test/alerts", seen)


def planted(store: sa.Engine) -> Operator:
    """The operator with its tree, lines and people."""
    operator = Operator(store)
    for at, (code, _) in enumerate(TREE.items()):
        level = {2: 1, 4: 2, 6: 3}[len(code)]
        operator.run("INSERT INTO area (code, level, name_zh, name_en) VALUES (:c, :l, :n, :n)", c=code, l=level, n=f"区{at}")
    for code, parent in TREE.items():
        if parent:
            operator.run("INSERT INTO area_parent (area_id, parent_id) VALUES (:a, :p)", a=operator.area(code), p=operator.area(parent))
    operator.run("SELECT rebuild_area_closure()")
    operator.run("INSERT INTO line VALUES ('network', '网络', 'Network', 1), ('tariff', '资费', 'Tariff', 2)")
    for login, (role, area, line) in PEOPLE.items():
        operator.person(login, role, area, line)
    return operator
