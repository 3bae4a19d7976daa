"""``manyi user``: accounts, what they may see, and their passwords. A password is never an argument: shells keep those."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from etl.commands.console import AsJson, Refused, out, show, speaking
from etl.commands.stores import open_store
from etl.steps import people

ACTOR = "cli"
NOTHING_GIVEN = (
    "no password was given, nothing was changed; run the command at a terminal, which asks for it, "
    "or hand it over as the first line of the standard input: manyi user … < FILE"
)

app = typer.Typer(no_args_is_help=True, help="users: add, list, disable, enable, scope, email, password")

Role = Annotated[str, typer.Option(help=f"one of {', '.join(people.ROLES)}")]
Area = Annotated[str, typer.Option(help="the code of the area the role is held in")]
Line = Annotated[str | None, typer.Option(help="the professional line, for the role line alone")]


@contextmanager
def _speaking() -> Iterator[None]:
    with speaking():
        try:
            yield
        except people.WrongUser as error:
            raise Refused(str(error)) from None


def ask_password(ask: Callable[[str], str] = getpass.getpass) -> str:
    """A new password: typed twice unseen at a terminal, else the first line of the standard input."""
    if sys.stdin is None or not sys.stdin.isatty():
        given = "" if sys.stdin is None else sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise Refused(NOTHING_GIVEN)
        return given
    try:
        first = ask("new password: ")
        again = ask("once more: ")
    except EOFError:
        raise Refused(NOTHING_GIVEN) from None
    if again != first:
        raise Refused("the two differ; nothing was changed, try again")
    return first


@app.command()
def add(
    login: str, role: Role, area: Area, name: Annotated[str, typer.Option(help="the person's name")] = "",
    line: Line = None, email: Annotated[str | None, typer.Option(help="where reports and alerts go")] = None,
    language: Annotated[str, typer.Option(help="zh or en")] = "zh",
) -> None:  # fmt: skip
    """Add a user with a first role; the password is asked for, or read from the standard input."""
    with _speaking():
        target = open_store()
        people.check_login(target, login)  # before a password is asked for, and before the account exists
        people.check_scope(target, role, area, line)
        people.add_user(target, login, name, ask_password(), actor=ACTOR, email=email, language=language)
        people.set_scope(target, login, role, area, line, actor=ACTOR)
        out.print(f"{login} added as {role} of {area}", markup=False)


@app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List every account with its scope and last sign-in."""
    with _speaking():
        show(people.list_users(open_store()), as_json, empty="no user yet; `manyi user add` makes one")


@app.command()
def disable(login: str) -> None:
    """Close an account; its running sessions end at once."""
    with _speaking():
        people.disable_user(open_store(), login, actor=ACTOR)
        out.print(f"{login} is closed; `manyi user enable {login}` opens it again", markup=False)


@app.command()
def enable(login: str) -> None:
    """Open a closed account again."""
    with _speaking():
        people.disable_user(open_store(), login, actor=ACTOR, disabled=False)
        out.print(f"{login} is open", markup=False)


@app.command()
def scope(
    login: str, role: Role, area: Area, line: Line = None,
    keep: Annotated[bool, typer.Option("--add", help="keep the roles the user has")] = False,
) -> None:  # fmt: skip
    """Give a role in an area, in place of the roles the user had (or beside them); ends the running sessions."""
    with _speaking():
        people.set_scope(open_store(), login, role, area, line, actor=ACTOR, add=keep)
        out.print(f"{login} is {role} of {area}", markup=False)


@app.command("email")
def set_email(login: str, address: Annotated[str, typer.Argument(help="where reports and alerts go; empty for nowhere")]) -> None:
    """Say where a user's reports and alerts go."""
    with _speaking():
        people.set_email(open_store(), login, address, actor=ACTOR)
        out.print(f"mail to {login} goes to {address}" if address else f"no mail goes to {login}", markup=False)


@app.command()
def password(login: str) -> None:
    """Give a new password; ends the running sessions."""
    with _speaking():
        target = open_store()
        people.check_user(target, login)
        people.set_password(target, login, ask_password(), actor=ACTOR)
        out.print(f"{login} has a new password", markup=False)
