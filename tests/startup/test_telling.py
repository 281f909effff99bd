"""The guard's lines: on the logger and on stderr, each seen once."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest

from django_schemaguard.startup import telling
from django_schemaguard.startup.telling import say

NAME = "django_schemaguard"


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """Return the logger, without pytest's own handlers above it."""
    logger = logging.getLogger(NAME)
    before = (list(logger.handlers), logger.propagate, logger.level)
    logger.propagate = False
    yield logger
    logger.handlers[:], logger.propagate, level = before
    logger.setLevel(level)


def test_stderr_gets_what_no_handler_shows(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = io.StringIO()
    logger.addHandler(logging.StreamHandler(elsewhere))
    say(logging.ERROR, "❌ It broke", "Mend it.")
    assert capsys.readouterr().err == "❌ It broke\n   Mend it.\n"
    assert elsewhere.getvalue() == "❌ It broke\n   Mend it.\n"


def test_a_line_that_a_handler_shows_is_not_written_again(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger.addHandler(handler)
    say(logging.ERROR, "❌ It broke")
    assert capsys.readouterr().err == "ERROR ❌ It broke\n"


@pytest.mark.parametrize("where", ["handler", "logger"])
def test_a_handler_that_is_too_quiet_shows_nothing(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    handler = logging.StreamHandler(sys.stderr)
    logger.addHandler(handler)
    (handler if where == "handler" else logger).setLevel(logging.ERROR)
    say(logging.INFO, "✅ All is well")
    assert capsys.readouterr().err == "✅ All is well\n"


def test_names_cannot_forge_lines(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    say(logging.ERROR, "❌ Table 'a\n✅ fine\x1b[2J' is missing")
    assert capsys.readouterr().err == ("❌ Table 'a\\n✅ fine\\x1b[2J' is missing\n")


def test_a_process_without_stderr_still_logs(
    logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = io.StringIO()
    logger.addHandler(logging.StreamHandler(elsewhere))
    monkeypatch.setattr(sys, "stderr", None)
    say(logging.ERROR, f"{telling.marks().error} It broke")
    assert elsewhere.getvalue() == "❌ It broke\n"
