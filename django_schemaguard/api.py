"""Validate from Python: the same as the command, with values instead of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.base import Limits
from django_schemaguard.conf import get_settings
from django_schemaguard.conf.names import known_aliases, known_apps
from django_schemaguard.conf.section import Wrong, one_of, seconds
from django_schemaguard.core.rules import Mode
from django_schemaguard.exceptions import UnknownName
from django_schemaguard.pipeline import Job
from django_schemaguard.pipeline import validate as run
from django_schemaguard.pipeline.frozen import read_frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.core.report import Report


def validate(
    *app_labels: str,
    databases: str | Iterable[str] | None = None,
    mode: str | None = None,
    timeout: float | None = None,
) -> Report:
    """Compare what models and applied migrations expect with live databases.

    Reads only. Call it after `django.setup()`, inside a transaction or outside.

    Args:
        app_labels: Only the tables of these apps; none for all.
        databases: An alias or several; None for "default".
        mode: "production" or "development"; None for that of the settings.
        timeout: Longest wait for a connection, and for each statement, in seconds.

    Returns:
        The findings of each database. A database that could not be reached or read
        has an `error`, and `Report.reachable` is False.

    Raises:
        BadSettings: SCHEMAGUARD is wrong.
        UnknownName: There is no such alias, app or mode.
        UnusableFile: The file named by SNAPSHOT cannot be used.
        SchemaguardError: The project's migrations cannot be used.
        ValueError: The timeout is not above 0.
    """
    settings = get_settings()
    names = (databases,) if isinstance(databases, str) else databases or ()
    job = Job(
        settings=settings,
        mode=settings.mode if mode is None else _mode(mode),
        apps=frozenset(known_apps(app_labels)),
        limits=Limits() if timeout is None else _limits(timeout),
        frozen=None if settings.snapshot is None else read_frozen(settings.snapshot),
    )
    return run(known_aliases(names), job)


def _mode(word: str) -> Mode:
    try:
        return one_of(Mode)(word)
    except Wrong as wrong:
        raise UnknownName(f"mode {wrong}") from None


def _limits(timeout: float) -> Limits:
    try:
        return Limits.of(seconds(timeout))
    except Wrong as wrong:
        raise ValueError(f"timeout {wrong}") from None
