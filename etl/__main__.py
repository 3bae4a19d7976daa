"""The command line, and the one place that may import everything."""

from __future__ import annotations

import typer

from etl.commands import database, scores

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Manyi 满意: satisfaction quality management")  # fmt: skip
app.add_typer(database.app, name="db")
app.command()(scores.scores)


def main() -> None:
    """Entry point of the ``manyi`` script."""
    app()


if __name__ == "__main__":
    main()
