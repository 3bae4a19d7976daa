"""Tables of commands: whole in a file or a pipe, folded or line by line where a terminal is too narrow."""

from __future__ import annotations

import pytest

from etl.commands import console

RECORD = {f"column_{number}": "value" * 2 for number in range(8)}


@pytest.mark.parametrize(("terminal", "width", "lines"), [(False, 40, 2), (True, 120, 2), (True, 50, 8)])
def test_a_table_is_folded_for_a_terminal_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: bool, width: int, lines: int
) -> None:
    monkeypatch.setattr(console.out, "_force_terminal", terminal)
    monkeypatch.setattr(console.out, "width", width)
    console.show([RECORD], False)
    told = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert len(told) == lines
    assert all(name in told[0] for name in RECORD) == (lines == 2)
