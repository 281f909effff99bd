from __future__ import annotations

import time
from io import StringIO

import pytest
from rich.console import Console

from django_schemaguard.commands import terminal
from django_schemaguard.commands.terminal import Spinner


def test_spinner_never_shows_when_the_wait_is_short() -> None:
    shown = StringIO()
    spinner = Spinner(Console(file=shown, force_terminal=True).status(""))
    spinner.say("comparing")
    spinner.stop()
    assert shown.getvalue() == ""


def test_spinner_shows_what_is_done_when_the_wait_is_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    shown = StringIO()
    spinner = Spinner(Console(file=shown, force_terminal=True, width=80).status(""))
    spinner.say("[red]\x1b: reading")
    deadline = time.monotonic() + 10
    while "reading" not in shown.getvalue() and time.monotonic() < deadline:
        time.sleep(0.02)
    spinner.stop()
    assert r"[red]\x1b: reading" in shown.getvalue()
    assert shown.getvalue().endswith("\x1b[2K")  # The line is taken away again.


def test_spinner_stopped_twice_stays_quiet() -> None:
    shown = StringIO()
    spinner = Spinner(Console(file=shown, force_terminal=True).status(""))
    spinner.stop()
    spinner.stop()
    assert shown.getvalue() == ""
