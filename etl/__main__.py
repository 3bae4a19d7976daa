"""The command line, and the one place that may import everything; a word's module is loaded when the word is said."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

WORDS = {
    "demo": "demo:demo", "serve": "serve:serve", "schedule": "scheduling:run_schedule", "db": "database:app",
    "feed": "fetching:app", "jobs": "running:app", "run": "running:run", "scores": "scores:scores", "user": "users:app",
    "tcsi": "tcsi:app", "targets": "targets:app", "alerts": "alerts:app", "report": "report:app",
    "estimates": "estimates:app", "drivers": "drivers:app", "predict": "predicting:app", "fill": "filling:fill",
    "history": "filling:deliver_history",
}  # fmt: skip
HIDDEN = ("fill", "history")  # parts of demo


class Words(TyperGroup):
    """The commands by their names; heavy libraries wait until a command needs them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order people meet them."""
        return list(WORDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command behind a name, ``None`` when there is none."""
        where = WORDS.get(cmd_name)
        return command(cmd_name, where) if where else None


def command(name: str, where: str) -> Any:
    """The command that stands at ``module:attribute`` under :mod:`etl.commands`."""
    module, _, attribute = where.partition(":")
    found = getattr(import_module(f"etl.commands.{module}"), attribute)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name, hidden=name in HIDDEN)(found)
        found = alone
    made = typer.main.get_command(found)
    made.name = name
    return made


app = typer.Typer(cls=Words, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def manyi() -> None:
    """Manyi 满意: satisfaction quality management"""


def main() -> None:
    """Entry point of the ``manyi`` script."""
    app()


if __name__ == "__main__":
    main()
