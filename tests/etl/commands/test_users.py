"""``manyi user`` where a password is to come from."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from etl.commands.console import Refused
from etl.commands.users import ask_password


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_password_comes_by_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough one\r\nmore\n"))
    assert ask_password() == "a long enough one"


@pytest.mark.parametrize("stdin", [None, io.StringIO(""), io.StringIO("\n")], ids=["closed", "empty", "blank"])
def test_without_a_password_the_ways_to_give_one_are_told(monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    with pytest.raises(Refused, match=r"at a terminal.*standard input"):
        ask_password()


def test_at_a_terminal_it_is_typed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())

    def typed(*words: str) -> Iterator[str]:
        yield from words

    for words, told in ((("one", "two"), "the two differ"), ((), "at a terminal")):
        answers = typed(*words)

        def ask(_: str, answers: Iterator[str] = answers) -> str:
            answer = next(answers, None)
            if answer is None:
                raise EOFError
            return answer

        with pytest.raises(Refused, match=told):
            ask_password(ask)
    assert ask_password(lambda _: "same") == "same"
