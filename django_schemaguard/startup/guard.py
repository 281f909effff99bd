"""The guard itself: inspect, repair where that is allowed, inspect again, judge."""

from __future__ import annotations

import logging
import sys
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from django_schemaguard.conf import get_settings, is_switched_off
from django_schemaguard.core.report import Report
from django_schemaguard.exceptions import BadSettings, SchemaguardError
from django_schemaguard.startup.inspection import aliases
from django_schemaguard.startup.judging import refusal
from django_schemaguard.startup.repairing import inspect_and_repair
from django_schemaguard.startup.telling import log_traceback, marks, say, tell
from django_schemaguard.startup.threads import apart

if TYPE_CHECKING:
    from concurrent.futures import Future
    from typing import NoReturn

    from django_schemaguard.conf import Settings
    from django_schemaguard.core.report import DatabaseReport

# Both gunicorn (Arbiter.WORKER_BOOT_ERROR) and uvicorn (STARTUP_FAILURE) give up
# on a worker that exits so; any other code makes them start the next one, for ever.
EXIT_CODE = 3
HINT = "Mend it, or set SCHEMAGUARD['STARTUP'] to 'warn' to start all the same."


def guard() -> None:
    """Inspect, tell, and end the start if it must not go on; see `ensure`."""
    if is_switched_off():
        return
    try:
        settings = get_settings()
        names = aliases(settings)
    except BadSettings as error:
        for problem in error.problems:
            say(logging.ERROR, f"{marks().error} {problem}")
        _abort("the settings are wrong", "Mend them.")
    report, whole = _inspected(settings, names)
    reason = refusal(report, settings, whole=whole)
    if reason:
        _abort(reason, HINT)


def _inspected(settings: Settings, names: tuple[str, ...]) -> tuple[Report, bool]:
    """Return what was found and told, and whether each database could be validated."""
    found = []
    futures = apart(
        names,
        lambda alias: inspect_and_repair(alias, settings),
        settings.startup_timeout,
    )
    for alias, future in futures.items():
        report = _landed(alias, future, settings)
        if report is not None:
            found.append(report)
    whole = Report(settings.mode.value, tuple(found))
    if found:
        tell(whole)
    return whole, len(found) == len(names) and whole.reachable


def _landed(
    alias: str, future: Future[DatabaseReport], settings: Settings
) -> DatabaseReport | None:
    """Return a report; None, having told why, where there is none."""
    if not future.done():
        _tell_failure(
            f"Database schema validation took over {settings.startup_timeout:g} s"
            f" ({alias})",
            "Find out what the database waits for, or raise"
            " SCHEMAGUARD['STARTUP_TIMEOUT'].",
        )
        return None
    try:
        return future.result()
    except SchemaguardError as error:
        _tell_failure(str(error), error.hint)
    except Exception as error:  # noqa: BLE001  A bug here must not stop a server.
        log_traceback(error)
        _tell_failure(
            f"Database schema validation failed: {type(error).__name__} ({alias})",
            "Run 'manage.py schemaguard validate --traceback' for the reason.",
        )
    return None


def _tell_failure(line: str, hint: str) -> None:
    say(logging.ERROR, f"{marks().error} {line}", hint)


def _abort(reason: str, hint: str) -> NoReturn:
    line = f"Not started: {reason}."
    say(logging.CRITICAL, f"{marks().error} {line}", hint)
    if "uwsgi" not in sys.modules and current_thread() is main_thread():
        raise SystemExit(EXIT_CODE)
    raise ImproperlyConfigured(f"{line} {hint}")
