"""What the open URLs say, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asgiref.sync import async_to_sync
from django.db import connections
from django.urls import resolve, reverse

if TYPE_CHECKING:
    from django.test import AsyncClient, Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.health.conftest import Guard

pytestmark = pytest.mark.django_db
LIVE = ("/health/live/", "/health/live")
READY = ("/api/health/", "/api/health")


@pytest.mark.parametrize("url", LIVE)
def test_live(client: Client, url: str, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = client.get(url)
    assert (response.status_code, response.json()) == (200, {"status": "pass"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("url", READY)
def test_ready(client: Client, guard: Guard, url: str) -> None:
    response = client.get(url)
    document = response.json()
    assert (response.status_code, document["status"]) == (200, "pass")
    assert "no-store" in response["Cache-Control"]
    assert list(document["checks"]) == [
        "default:connection",
        "default:schema",
        "default:migrations",
    ]
    (connection,) = document["checks"]["default:connection"]
    assert connection["status"] == "pass"
    assert connection["observedUnit"] == "ms"
    assert 0 < connection["observedValue"] < 1000
    (schema,) = document["checks"]["default:schema"]
    assert schema.pop("time").endswith("Z")
    assert schema == {
        "componentType": "datastore",
        "status": "pass",
        "observedValue": 0,
        "observedUnit": "issues",
    }


def test_the_names_of_the_urls() -> None:
    assert reverse("schemaguard:live") == LIVE[0]
    assert reverse("schemaguard:ready") == READY[0]


@pytest.mark.parametrize("url", [*LIVE, *READY])
def test_head_gives_the_headers_alone(client: Client, guard: Guard, url: str) -> None:
    response = client.head(url)
    assert (response.status_code, response.content) == (200, b"")
    assert int(response["Content-Length"]) > 10


@pytest.mark.parametrize("url", [*LIVE, *READY])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods(client: Client, url: str, method: str) -> None:
    response = client.generic(method, url)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_a_database_that_is_not_there(
    client: Client, guard: Guard, nowhere: str
) -> None:
    guard(databases=("default", "nowhere"))
    response = client.get(READY[0])
    document = response.json()
    assert (response.status_code, document["status"]) == (503, "fail")
    assert document["checks"]["default:schema"][0]["status"] == "pass"
    (connection,) = document["checks"]["nowhere:connection"]
    assert connection.pop("time").endswith("Z")
    assert connection == {
        "componentType": "datastore",
        "status": "fail",
        "output": "The database does not answer.",
    }
    assert client.get(LIVE[0]).status_code == 200


def test_the_status_of_a_failure_is_a_setting(
    client: Client, guard: Guard, nowhere: str
) -> None:
    guard(databases=("nowhere",), FAIL_STATUS=500)
    assert client.get(READY[0]).status_code == 500


@pytest.mark.vendors("postgresql", "mariadb")
def test_every_server(client: Client, guard: Guard) -> None:
    guard(databases=("postgresql", "mariadb"))
    response = client.get(READY[0])
    assert (response.status_code, response.json()["status"]) == (200, "pass")


def test_wrong_settings(client: Client, settings: SettingsWrapper, caplog) -> None:
    settings.SCHEMAGUARD = {"HEALTH": {"TOKEN": "secret"}}
    response = client.get(READY[0])
    assert response.status_code == 503
    assert response.json() == {
        "status": "fail",
        "output": "SCHEMAGUARD is wrong; see the log.",
    }
    assert "['TOKEN'] is not a known key" in caplog.text
    assert client.get(LIVE[0]).status_code == 200


def test_no_login_and_no_transaction_is_asked_for(
    client: Client, guard: Guard, settings: SettingsWrapper
) -> None:
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]
    assert client.get(LIVE[0]).status_code == 200
    assert client.get(READY[0]).status_code == 200
    for url in (*LIVE, *READY):
        view = resolve(url).func
        assert view._non_atomic_requests == set(connections)


MIDDLEWARE = "django_schemaguard.health.middleware.LivenessMiddleware"


def test_the_middleware(client: Client, settings: SettingsWrapper) -> None:
    settings.MIDDLEWARE = [MIDDLEWARE, "tests.health.test_probes.Broken"]
    for url in LIVE:
        assert client.get(url, headers={"Host": "10.0.0.1"}).status_code == 200
        assert client.post(url).status_code == 405
    with pytest.raises(ZeroDivisionError):
        client.get(READY[0])


def test_the_middleware_without_the_urls(
    client: Client, settings: SettingsWrapper
) -> None:
    settings.MIDDLEWARE = [MIDDLEWARE]
    settings.ROOT_URLCONF = "tests.health.no_urls"
    assert client.get("/health/live/").status_code == 200
    assert client.get("/elsewhere/").status_code == 404


class Broken:
    def __init__(self, get_response: object) -> None:
        pass

    def __call__(self, _: object) -> None:
        raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_asynchronously(
    async_client: AsyncClient, guard: Guard, settings: SettingsWrapper
) -> None:
    settings.MIDDLEWARE = [MIDDLEWARE, *settings.MIDDLEWARE]

    async def ask() -> list[int]:
        urls = (*LIVE, *READY, "/health/", "/api/health/detailed/")
        return [(await async_client.get(url)).status_code for url in urls]

    assert async_to_sync(ask)() == [200, 200, 200, 200, 200, 403]
