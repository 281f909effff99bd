"""What receivers, OpenTelemetry and the periodic validation get."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.core.signals import request_started
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.core.kinds.missing_table import MissingTable
from django_schemaguard.core.report import DatabaseReport, Verdict
from django_schemaguard.core.schema import Table, TableRef
from django_schemaguard.health import periodic, snapshots, telemetry
from django_schemaguard.health.news import News
from django_schemaguard.health.status import Inspection
from django_schemaguard.signals import schema_drift_detected, schema_validated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.health.conftest import Guard

Told = list[tuple[str, str, int]]


@pytest.fixture
def told() -> Iterator[Told]:
    """Return what receivers are told, as (signal, alias, number of verdicts)."""
    heard: Told = []

    def validated(sender: str, **facts: Any) -> None:
        heard.append(("validated", sender, len(facts["report"].verdicts)))

    def drifted(sender: str, **facts: Any) -> None:
        heard.append(("drifted", sender, len(facts["verdicts"])))

    schema_validated.connect(validated)
    schema_drift_detected.connect(drifted)
    yield heard
    schema_validated.disconnect(validated)
    schema_drift_detected.disconnect(drifted)


def found(
    *tables: str,
    severity: Severity = Severity.ERROR,
    cause: Cause = Cause.DRIFT,
    error: str | None = None,
) -> Inspection:
    """Return a validation that found these tables missing."""
    findings = (MissingTable(TableRef(None, name), Table(name)) for name in tables)
    verdicts = tuple(Verdict("default", it, severity, cause) for it in findings)
    report = DatabaseReport(
        "default", "sqlite", "3", reachable=True, verdicts=verdicts, error=error
    )
    return Inspection(report, None, "", 0.1, datetime.now(UTC))


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_drift_is_told_once(told: Told) -> None:
    news = News("default")
    for tables in ((), ("a",), ("a",), ("a", "b"), ("b",), ("a", "b")):
        news.tell(found(*tables))
    drifts = [number for signal, _, number in told if signal == "drifted"]
    assert drifts == [1, 1, 1]
    assert [signal for signal, _, _ in told].count("validated") == 6


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"severity": Severity.INFO}, id="info"),
        pytest.param({"cause": Cause.PENDING}, id="pending"),
    ],
)
def test_what_is_no_drift(told: Told, changes: dict[str, Any]) -> None:
    News("default").tell(found("a", **changes))
    assert told == [("validated", "default", 1)]


def test_a_validation_that_failed_is_none(told: Told) -> None:
    News("default").tell(found("a", error="It is locked."))
    assert told == []


def test_a_slow_receiver_is_not_waited_for_twice(told: Told) -> None:
    go_on, news = threading.Event(), News("default")

    def slow(sender: str, **facts: Any) -> None:
        assert go_on.wait(10)

    schema_validated.connect(slow)
    try:
        first = threading.Thread(target=news.tell, args=(found("a"),))
        first.start()
        until(lambda: bool(told))
        news.tell(found("a", "b"))
        assert len(told) == 1
        go_on.set()
        first.join()
        news.tell(found("a", "b"))
    finally:
        schema_validated.disconnect(slow)
    assert [number for signal, _, number in told if signal == "drifted"] == [1, 1]


def test_a_broken_receiver_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def broken(sender: str, **facts: Any) -> None:
        raise ValueError("broken")

    schema_validated.connect(broken)
    try:
        News("default").tell(found())
    finally:
        schema_validated.disconnect(broken)
    assert "broken" in caplog.text


@pytest.mark.django_db
def test_an_answer_tells(guard: Guard, told: Told) -> None:
    snapshots.health()
    until(lambda: bool(told))
    assert [(signal, alias) for signal, alias, _ in told] == [("validated", "default")]


@pytest.mark.django_db
def test_opentelemetry(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(trace, "get_tracer", tracers.get_tracer)
    meters = MeterProvider([reader])
    monkeypatch.setattr(metrics, "get_meter", meters.get_meter)
    guard()
    database = snapshots.health().databases[0]
    telemetry.record(database)
    (span,) = spans.get_finished_spans()
    assert span.name == "schemaguard.validate"
    assert span.attributes == {"schemaguard.database": "default"}
    data = reader.get_metrics_data()
    (scope,) = data.resource_metrics[0].scope_metrics
    points = {
        metric.name: [
            (dict(point.attributes), getattr(point, "value", None))
            for point in metric.data.data_points
        ]
        for metric in scope.metrics
    }
    alias = {"schemaguard.database": "default"}
    assert points["schemaguard.database.up"] == [(alias, 1)]
    assert points["schemaguard.unapplied_migrations"] == [(alias, 0)]
    assert (alias | {"schemaguard.severity": "error"}, 0) in points[
        "schemaguard.schema.issues"
    ]
    assert points["schemaguard.check.duration"] == [
        (alias | {"schemaguard.status": "pass"}, None)
    ]
    tracers.shutdown()
    meters.shutdown()


@pytest.mark.django_db
def test_without_opentelemetry(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "_is_there", lambda: False)
    assert snapshots.health().status == "pass"


@pytest.mark.django_db
def test_periodic_validation(
    guard: Guard, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "_SHARE", 1)
    guard(TTL=0.01, PING_TTL=0.01)
    end = threading.Event()
    thread = periodic.begin(0.02, end)
    until(lambda: len(told) > 2)
    end.set()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.django_db
@pytest.mark.parametrize("interval", [None, 60])
def test_it_begins_with_the_first_request(
    guard: Guard, interval: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = threading.Event()
    monkeypatch.setattr(periodic, "Event", lambda: end)
    guard(REVALIDATE=interval)
    periodic.arm()
    try:
        before = periodic_threads()
        request_started.send(None, environ={})
        request_started.send(None, environ={})
        assert periodic_threads() - before == (interval is not None)
    finally:
        end.set()  # Else it would look at the databases of other tests.
        request_started.disconnect(dispatch_uid=periodic._ID)


def periodic_threads() -> int:
    names = [thread.name for thread in threading.enumerate()]
    return names.count("schemaguard-periodic")
