"""``manyi demo``: the whole product on a demonstration operator, from nothing to a login page, and back to nothing."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

import sql
from etl.commands import processes
from etl.commands.console import FAILED, REFUSED, Refused, out, speaking, stop
from etl.commands.serve import start_fill, start_history, start_scheduler, start_web
from etl.commands.stores import prepare, server
from etl.config import Settings, read_settings

SEED = 20261101
READY_SECONDS = 60


@dataclass(frozen=True)
class Chosen:
    """Which demonstration operator this home holds."""

    scale: str
    seed: int
    until: str


@dataclass(frozen=True)
class Login:
    """A demonstration user: who, in which role, where (an area's code), for which line."""

    login: str
    name: str
    role: str
    area: str
    line: str | None = None

    @property
    def email(self) -> str:
        """An address that no mail can reach."""
        return f"{self.login}@demo.invalid"


LOGINS = (
    Login("admin", "系统管理员", "admin", "44"),
    Login("quality", "省公司质量部", "quality", "44"),
    Login("steward", "数据管理员", "steward", "44"),
    Login("analyst", "省公司分析员", "analyst", "44"),
    Login("guangzhou", "广州分公司经理", "manager", "4401"),
    Login("tianhe", "天河分公司经理", "manager", "440106"),
    Login("wushan", "五山一网格长", "grid", "440106001-1"),
    Login("network", "网络线负责人", "line", "44", "network"),
)


def demo(
    scale: Annotated[str | None, typer.Option(help="small (default) or full: 10 million answers")] = None,
    seed: Annotated[int | None, typer.Option(help="another seed, another operator")] = None,
    until: Annotated[str | None, typer.Option(help="the last day of data, ISO; default: today")] = None,
) -> None:
    """Run everything on a demonstration operator: database, load, schedule, dashboard; Ctrl-C stops it all."""
    with speaking():
        settings = read_settings()
        processes.refuse_taken(settings.bind)
        chosen = choose(settings.home, scale, seed, until, date.today())
        with processes.interruptible():
            try:
                run(settings, chosen)
            except KeyboardInterrupt:
                out.print("stopped; everything is kept, `manyi demo` goes on from here")


def choose(home: Path, scale: str | None, seed: int | None, until: str | None, today: date) -> Chosen:
    """The operator this home holds already, or the one asked for; refused when the two differ."""
    kept = home / "demo.json"
    held = Chosen(**json.loads(kept.read_text("utf-8"))) if kept.exists() else None
    if scale not in (None, "small", "full"):
        raise Refused(f"--scale {scale}: choose small or full")
    try:
        last = date.fromisoformat(until).isoformat() if until else None
    except ValueError:
        raise Refused(f"--until {until}: write the day as 2026-10-31") from None
    if held is None:
        return Chosen(scale or "small", SEED if seed is None else seed, last or today.isoformat())
    asked = Chosen(scale or held.scale, held.seed if seed is None else seed, last or held.until)
    if asked != held:
        raise Refused(
            f"{home} holds the demonstration {held.scale}, seed {held.seed}, until {held.until}; "
            "remove that folder or set MANYI_HOME to another one"
        )
    return held


def run(settings: Settings, chosen: Chosen) -> None:
    """Prepare what is missing, then serve until interrupted; nothing stays running."""
    began = time.monotonic()
    with database(settings):
        target = prepare(settings)
        fill(target, settings, chosen)
        passwords = ensure_users(target, settings.home / "demo-logins.json")
        target.dispose()
        children = {}
        try:
            children["dashboard"] = start_web(settings)
            wait_ready(settings.bind, children)
            greet(settings, passwords, time.monotonic() - began)
            ended = deliver_history(settings, children) or schedule(settings, children)
            stop(f"the {ended} ended by itself (exit code {children[ended].returncode}); its last words stand above", FAILED)
        finally:
            processes.stop_all(children)


def deliver_history(settings: Settings, children: dict[str, processes.Child]) -> str | None:
    """Take in the older months before the schedule begins, whose jobs look back on all of them; who else ended meanwhile."""
    if not settings.demo_history.exists():
        return None
    children["history"] = start_history(settings)
    ended = processes.watch(children)
    if ended != "history":
        return ended
    children.pop("history")  # where it failed, it has said why; what there is goes on
    return None


def schedule(settings: Settings, children: dict[str, processes.Child]) -> str:
    """Begin the schedule and wait until something ends by itself; what it was."""
    children["scheduler"] = start_scheduler(settings)
    return processes.watch(children)


@contextmanager
def database(settings: Settings) -> Iterator[None]:
    """The operator's own server as it is, or the embedded one, stopped at the end whoever started it."""
    try:
        yield
    finally:
        if not settings.database_url:
            server(settings).stop()


def fill(target: sa.Engine, settings: Settings, chosen: Chosen) -> None:
    """Generate, load and publish what is not there yet; each part is left out when it was done before."""
    with sql.begin(target) as connection:
        published = sql.one(connection, "etl/latest_publication") is not None
    if not (published and settings.demo_marker.exists()):
        _fill_apart(settings, chosen)  # which refuses what is no demonstration's


def _fill_apart(settings: Settings, chosen: Chosen) -> None:
    """Generate, load and publish in a process of its own, whose memory ends with it."""
    child = {"fill": start_fill(settings, asdict(chosen))}
    try:
        code = child["fill"].wait()
    finally:
        processes.stop_all(child)
    if code:
        raise typer.Exit(code if code in (FAILED, REFUSED) else FAILED)


def ensure_users(target: sa.Engine, kept: Path) -> dict[str, str]:
    """Login → password of the demonstration users: made once, random, readable by the installing account alone."""
    from etl.steps import people

    passwords: dict[str, str] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    there = {user["login"]: user["email"] for user in people.list_users(target)}
    for who in LOGINS:
        if who.login in there and not there[who.login]:
            people.set_email(target, who.login, who.email, actor="cli")
        if who.login in there and who.login in passwords:
            continue
        password = secrets.token_urlsafe(9)
        if who.login in there:
            people.set_password(target, who.login, password, actor="cli")
        else:
            people.add_user(target, who.login, who.name, password, actor="cli", email=who.email)
        people.set_scope(target, who.login, who.role, who.area, who.line, actor="cli")
        passwords[who.login] = password
        _keep(kept, passwords)
    return passwords


def _keep(kept: Path, passwords: dict[str, str]) -> None:
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as written:
        json.dump(passwords, written, indent=1)


def wait_ready(bind: str, children: dict[str, processes.Child]) -> None:
    """Until the login page can be asked for; an error when a child ends before or it takes too long."""
    deadline = time.monotonic() + READY_SECONDS
    while not processes.answers(bind):
        ended = next((name for name, child in children.items() if child.poll() is not None), None)
        if ended:
            stop(f"the {ended} could not start; the reason stands above", FAILED)
        if time.monotonic() > deadline:
            stop(f"the dashboard did not answer on {bind} within {READY_SECONDS} seconds", FAILED)
        time.sleep(0.2)


def greet(settings: Settings, passwords: dict[str, str], seconds: float) -> None:
    """Where to look and with which login."""
    out.print(f"\n满意 Manyi · demonstration 演示数据   ready in {seconds:.0f} s\n", style="bold")
    out.print(f"  dashboard  http://{settings.bind}")
    out.print(f"  data       {settings.home}  (inbox: {settings.inbox})\n")
    width = max(len(who.login) for who in LOGINS)
    for who in LOGINS:
        out.print(f"  {who.login:<{width}}  {passwords[who.login]}  {who.name}", markup=False)
    if settings.demo_history.exists():
        out.print("\n更早的月份正在装载，几分钟后自动发布 · older months are being loaded; they appear in a few minutes")
    out.print("\nCtrl-C stops everything; `manyi demo` starts again in seconds\n")
