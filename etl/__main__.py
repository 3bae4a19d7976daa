"""The command line, and the one place that may import everything."""

from __future__ import annotations

import typer

from etl.commands import database, demo, feeds, fetching, filling, running, scores, serve, users

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Manyi 满意: satisfaction quality management")  # fmt: skip
app.add_typer(database.app, name="db")
feeds.app.command("fetch")(fetching.fetch)
app.add_typer(feeds.app, name="feed")
app.add_typer(users.app, name="user")
app.add_typer(running.app, name="jobs")
for word in (demo.demo, serve.serve, running.run, scores.scores):
    app.command()(word)
app.command("schedule")(serve.run_schedule)
app.command("fill", hidden=True)(filling.fill)


def main() -> None:
    """Entry point of the ``manyi`` script."""
    app()


if __name__ == "__main__":
    main()
