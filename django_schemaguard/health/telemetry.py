"""Spans and metrics of OpenTelemetry, where a project has its API installed."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django_schemaguard import __version__
from django_schemaguard.core.finding import Severity
from django_schemaguard.health.status import Status, count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.health.status import DatabaseHealth

_NAME = "django_schemaguard"
_ALIAS = "schemaguard.database"


@contextmanager
def span(name: str, alias: str) -> Iterator[None]:
    """Wrap the work on one database in a span."""
    if not _is_there():
        yield
        return
    tracer = import_module("opentelemetry.trace").get_tracer(_NAME, __version__)
    with tracer.start_as_current_span(name, attributes={_ALIAS: alias}):
        yield


def record(database: DatabaseHealth) -> None:
    """Record the metrics of a validation, under the names of the OpenMetrics ones."""
    if not _is_there():
        return
    meter = import_module("opentelemetry.metrics").get_meter(_NAME, __version__)
    alias = {_ALIAS: database.alias}
    if database.inspection is not None:
        duration = meter.create_histogram(
            "schemaguard.check.duration", "s", "How long a validation took."
        )
        status = {"schemaguard.status": database.schema.value}
        duration.record(database.inspection.seconds, alias | status)
    _gauge(meter, "schemaguard.database.up", database.connection is Status.PASS, alias)
    if database.report is None:
        return
    _gauge(meter, "schemaguard.unapplied_migrations", len(database.pending), alias)
    found = (*database.issues, *database.migration_issues)
    for severity in Severity:
        labels = alias | {"schemaguard.severity": severity.word}
        _gauge(meter, "schemaguard.schema.issues", count(found, severity), labels)


def _gauge(meter: Any, name: str, value: int, labels: dict[str, str]) -> None:
    # Gauges came with version 1.27 of the API.
    create = getattr(meter, "create_gauge", None)
    if create is not None:
        create(name).set(int(value), labels)


def _is_there() -> bool:
    return find_spec("opentelemetry") is not None and (
        find_spec("opentelemetry.metrics") is not None
    )
