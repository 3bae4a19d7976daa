"""``manyi serve``, and how the processes of an installation are started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from etl.commands.console import Refused, err, out, speaking
from etl.commands.processes import refuse_taken
from etl.commands.stores import open_store, owner_url, server
from etl.config import Settings, read_settings

SOURCE_CONFIG = Path(__file__).resolve().parents[2] / "gunicorn.conf.py"
OURS_ALONE = {"MANYI_DATABASE_URL", "MANYI_SMTP_URL", "MANYI_WEBHOOK_URL", "MANYI_WEBHOOK_SECRET"}


def gunicorn_config() -> Path:
    """gunicorn.conf.py: the packaged one, or the source tree's."""
    packaged = Path(str(files("dashboard").joinpath("gunicorn.conf.py")))
    if packaged.exists():
        return packaged
    if SOURCE_CONFIG.exists():
        return SOURCE_CONFIG
    raise Refused("gunicorn.conf.py is not where the package should have it; install the package again")


def web_environment(settings: Settings) -> dict[str, str]:
    """What the web processes are told: the dashboard's own address, never the owner's, nor how letters leave."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS_ALONE}
    told = {
        "MANYI_APP_DATABASE_URL": settings.app_url(owner_url(settings)),
        "MANYI_SECRET": settings.secret,
        "MANYI_HOME": str(settings.home),
        "MANYI_BIND": settings.bind,
    }
    return {**kept, **told, **({"MANYI_DEMO": "1"} if settings.demo_marker.exists() else {}), "PYTHONPATH": _search_path()}


def _search_path() -> str:
    """Where the children find this very package, whatever folder they run in."""
    ours = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join([ours, *filter(None, [os.environ.get("PYTHONPATH")])])


def start_web(settings: Settings) -> subprocess.Popen[bytes]:
    """gunicorn as a child process of its own group."""
    return subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", str(gunicorn_config())],
        env=web_environment(settings), start_new_session=True, cwd="/",
    )  # fmt: skip


def start_scheduler(settings: Settings) -> subprocess.Popen[bytes]:
    """The scheduler as a child process of its own group."""
    return _start_ourselves(settings, "schedule")


def start_fill(settings: Settings, chosen: Mapping[str, str | int]) -> subprocess.Popen[bytes]:
    """The filling of a demonstration as a child process of its own group."""
    return _start_ourselves(settings, "fill", *(str(value) for value in chosen.values()))


def start_history(settings: Settings) -> subprocess.Popen[bytes]:
    """The delivery of a demonstration's older months as a child process of its own group."""
    return _start_ourselves(settings, "history")


def _start_ourselves(settings: Settings, *words: str) -> subprocess.Popen[bytes]:
    told = {**os.environ, "MANYI_HOME": str(settings.home), "MANYI_SECRET": settings.secret, "PYTHONPATH": _search_path()}
    return subprocess.Popen([sys.executable, "-m", "etl", *words], env=told, start_new_session=True, cwd="/")


def serve() -> None:
    """Serve the dashboard with gunicorn until it is stopped."""
    with speaking():
        settings = read_settings()
        config = gunicorn_config()
        started = not settings.database_url and not server(settings).running()
        open_store(settings).dispose()
        refuse_taken(settings.bind)
        if started:
            err.print("it stays when the dashboard ends; `manyi db stop` stops it", style="dim")
        out.print(f"http://{settings.bind}")
        os.execve(  # noqa: S606 gunicorn takes our place, so that signals reach it
            sys.executable, [sys.executable, "-m", "gunicorn", "-c", str(config)], web_environment(settings)
        )
