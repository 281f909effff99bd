"""The checks in a `HealthCheckView` of a project's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import RequestFactory
from health_check.views import HealthCheckView

from django_schemaguard.health.checks import (
    ConnectionCheck,
    MigrationsCheck,
    SchemaCheck,
)

if TYPE_CHECKING:
    from tests.health.conftest import Guard

pytestmark = pytest.mark.django_db
CHECKS = "django_schemaguard.health.checks"


async def answer(*checks: object) -> tuple[int, str]:
    request = RequestFactory().get("/health/?format=text")
    response = await HealthCheckView.as_view(checks=checks)(request)
    return response.status_code, response.content.decode()


def ask(*checks: object) -> tuple[int, str]:
    from asgiref.sync import async_to_sync

    return async_to_sync(answer)(*checks)


def test_all_is_well(guard: Guard) -> None:
    code, text = ask(
        f"{CHECKS}.ConnectionCheck",
        SchemaCheck,
        (MigrationsCheck, {"alias": "default"}),
    )
    assert code == 200
    assert text == (
        "ConnectionCheck(alias='default'): OK\n"
        "SchemaCheck(alias='default'): OK\n"
        "MigrationsCheck(alias='default'): OK\n"
    )


def test_a_database_that_is_not_there(guard: Guard, nowhere: str) -> None:
    where = {"alias": nowhere}
    code, text = ask(
        (ConnectionCheck, where), (SchemaCheck, where), (MigrationsCheck, where)
    )
    assert code == 500  # django-health-check's own.
    assert text == "".join(
        f"{check.__name__}(alias='nowhere'): Unavailable: The database does not"
        " answer.\n"
        for check in (ConnectionCheck, SchemaCheck, MigrationsCheck)
    )
