"""``manyi db``: start, stop, address, upgrade and self-check of the database."""

from __future__ import annotations

import typer

import sql
from etl.commands.console import AsJson, Refused, out, show, show_one, speaking, stop
from etl.commands.sharing import stay
from etl.commands.stores import open_store, owner_url, prepare, server
from etl.config import read_settings
from etl.steps.check import run_checks
from sql import roles

app = typer.Typer(no_args_is_help=True, help="the database: start, stop, url, upgrade, check")


@app.command()
def start() -> None:
    """Start the embedded Postgres (made at the first start); it stays until `manyi db stop`."""
    with speaking():
        settings = read_settings()
        embedded = server(settings)
        stay(settings.home, on=True)
        embedded.start()
        out.print(f"running; data in {settings.home}")


@app.command("stop")
def stop_server() -> None:
    """Stop the embedded Postgres."""
    with speaking():
        settings = read_settings()
        embedded = server(settings)
        stay(settings.home, on=False)
        was = embedded.running()
        embedded.stop()
        out.print("stopped" if was else "it was not running")


@app.command()
def url(as_json: AsJson = False) -> None:
    """Print the owner's address (it holds a password)."""
    with speaking():
        settings = read_settings()
        if not settings.database_url and not server(settings).running():
            raise Refused("the embedded Postgres is not running, so its address leads nowhere; `manyi db start` starts it")
        address = owner_url(settings)
        show_one({"url": address}, True) if as_json else out.print(address, markup=False, soft_wrap=True)


@app.command()
def upgrade() -> None:
    """Bring the schema, the dashboard's role and the definitions up to date."""
    with speaking():
        prepare(read_settings())
        out.print("up to date")


@app.command()
def check(as_json: AsJson = False) -> None:
    """Look whether the store may be served: schema, dashboard role, data checks."""
    with speaking():
        settings = read_settings()
        target = open_store(settings)
        app_engine = sql.engine(settings.app_url(owner_url(settings)))
        found = [{"check": "dashboard role", "severity": "fail", "finding": fault} for fault in roles.faults(app_engine)]
        app_engine.dispose()
        with sql.begin(target) as connection:
            found += [
                {"check": one.check, "severity": one.severity, "finding": f"{one.zh} · {one.en}", "rows": list(one.rows)}
                for one in run_checks(connection)
            ]
        show(found, as_json, empty="all checks pass")
        if any(finding["severity"] == "fail" for finding in found):
            stop("a failing check stops publication; mend the rows it names, then run `manyi db check` again", 1)
