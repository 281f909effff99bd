"""What Prometheus scrapes, read by its own parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from django_schemaguard.health.as_openmetrics import _escaped

if TYPE_CHECKING:
    from django.test import Client

    from tests.health.conftest import Guard

pytestmark = pytest.mark.django_db
HEADERS = {"Accept": "application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1"}


def scrape(client: Client) -> dict[tuple[str, ...], float]:
    response = client.get("/api/health/", headers=HEADERS)
    assert response.status_code == 200
    assert response["Content-Type"] == (
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    )
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def test_a_sound_database(client: Client, guard: Guard) -> None:
    samples = scrape(client)
    measured = {
        ("schemaguard_database_latency_seconds", "default"),
        ("schemaguard_check_duration_seconds", "default"),
        ("schemaguard_last_check_timestamp_seconds", "default"),
    }
    assert all(samples.pop(name) > 0 for name in measured)
    assert samples.pop(("schemaguard_schema_issues", "default", "info")) >= 0
    assert samples == {
        ("django_health_check_overall_status",): 1,
        ("django_health_check_status", "ConnectionCheck", "default"): 1,
        ("django_health_check_status", "SchemaCheck", "default"): 1,
        ("django_health_check_status", "MigrationsCheck", "default"): 1,
        ("schemaguard_database_up", "default"): 1,
        ("schemaguard_schema_issues", "default", "error"): 0,
        ("schemaguard_schema_issues", "default", "warning"): 0,
        ("schemaguard_unapplied_migrations", "default"): 0,
        ("schemaguard_fixes_applied_total", "default"): 0,
    }


def test_a_database_that_is_not_there(
    client: Client, guard: Guard, nowhere: str
) -> None:
    guard(databases=("nowhere",))
    assert scrape(client) == {
        ("django_health_check_overall_status",): 0,
        ("django_health_check_status", "ConnectionCheck", "nowhere"): 0,
        ("django_health_check_status", "SchemaCheck", "nowhere"): 0,
        ("django_health_check_status", "MigrationsCheck", "nowhere"): 0,
        ("schemaguard_database_up", "nowhere"): 0,
    }


def test_names_are_escaped() -> None:
    assert _escaped('a"b\\c\nd') == r"a\"b\\c\nd"
