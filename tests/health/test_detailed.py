"""The details, and who gets to see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connections

from customers.models import Customer
from django_schemaguard.health import snapshots
from django_schemaguard.models import Run, SchemaVersion, Step

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.health.conftest import Guard

pytestmark = pytest.mark.django_db
URL = "/api/health/detailed/"
TOKEN = "corréct-horse"
# Two that stand, and one that does not.
STATES = (Step.Status.DONE, Step.Status.ADOPTED, Step.Status.ROLLED_BACK)
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def status(client: Client, address: str = "203.0.113.9", **headers: str) -> int:
    response = client.get(URL, headers=headers, REMOTE_ADDR=address)
    assert "no-store" in response["Cache-Control"]
    return response.status_code


def nothing_was_measured() -> bool:
    return snapshots._process._databases == {}


def test_closed_where_nobody_was_let_in(client: Client, guard: Guard) -> None:
    response = client.get(URL)
    assert (response.status_code, response.content) == (
        403,
        b"Closed. See HEALTH in the documentation of SCHEMAGUARD.\n",
    )
    assert status(client, **BEARER) == 403
    assert nothing_was_measured()


def test_token(client: Client, guard: Guard) -> None:
    guard(TOKENS=["other", TOKEN])
    response = client.get(URL)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="schemaguard"'
    wrong = {"Authorization": "Bearer wrong"}
    response = client.get(URL, headers=wrong)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].endswith('error="invalid_token"')
    for header in ("", "Bearer", "Bearer ", f"Basic {TOKEN}", TOKEN, "Bearer \xff"):
        assert status(client, Authorization=header) == 401
    assert client.get(f"{URL}?token={TOKEN}").status_code == 401
    assert nothing_was_measured()

    assert status(client, **BEARER) == 200
    assert status(client, Authorization=f"bearer  {TOKEN}") == 200


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("10.1.2.3", 200, id="inside"),
        pytest.param("::ffff:10.1.2.3", 200, id="mapped"),
        pytest.param("fd00::1", 200, id="version-6"),
        pytest.param("11.1.2.3", 403, id="outside"),
        pytest.param("", 403, id="unix-socket"),
        pytest.param("nonsense", 403, id="nonsense"),
    ],
)
def test_network(client: Client, guard: Guard, address: str, expected: int) -> None:
    guard(NETWORKS=["10.0.0.0/8", "fd00::/8"])
    assert status(client, address) == expected


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"]
)
def test_a_forged_address_opens_nothing(
    client: Client, guard: Guard, header: str
) -> None:
    guard(NETWORKS=["10.0.0.0/8"])
    assert status(client, **{header: "10.1.2.3"}) == 403


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({"is_staff": True}, 200, id="staff"),
        pytest.param({}, 401, id="customer"),
        pytest.param({"is_staff": True, "is_active": False}, 401, id="left"),
    ],
)
def test_staff(client: Client, guard: Guard, facts: dict, expected: int) -> None:
    guard(TOKENS=[TOKEN])
    client.force_login(Customer.objects.create(username="u", **facts))
    assert status(client) == expected


def test_without_the_database_of_the_sessions(
    client: Client, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard(TOKENS=[TOKEN])
    client.force_login(Customer.objects.create(username="u", is_staff=True))
    assert status(client) == 200
    monkeypatch.setitem(
        connections.settings["default"], "NAME", "/nowhere/at/all.sqlite3"
    )
    snapshots.forget()
    assert status(client) == 401
    assert status(client, **BEARER) == 503


def test_without_users_at_all(
    client: Client, guard: Guard, settings: SettingsWrapper
) -> None:
    settings.MIDDLEWARE = []
    assert status(client) == 403


def test_open_while_debugging(
    client: Client, guard: Guard, settings: SettingsWrapper
) -> None:
    settings.DEBUG = True
    assert status(client) == 200
    guard(TOKENS=[TOKEN])
    assert status(client) == 401
    guard(NETWORKS=["10.0.0.0/8"])
    assert status(client) == 403
    guard(OPEN=False)
    assert status(client) == 403
    settings.DEBUG = False
    guard(OPEN=True)
    assert status(client) == 200


@pytest.mark.django_db(transaction=True)
def test_document(client: Client, guard: Guard) -> None:
    run = Run.objects.create(
        command="auto_fix",
        status=Run.Status.DONE,
        alias="default",
        vendor="sqlite",
        app_version="1",
        django_version="2",
    )
    for position, state in enumerate(STATES):
        Step.objects.create(
            run=run,
            position=position,
            status=state,
            kind="add_column",
            object_table="orders_order",
            object_name="total",
        )
    SchemaVersion.objects.create(
        fingerprint="sha256:1",
        applied=["a.1", "b.1"],
        app_version="1",
        django_version="2",
        source="auto_fix",
        run=run,
    )
    guard(OPEN=True)
    document = client.get(URL).json()
    (database,) = document["databases"]
    assert database["alias"] == "default"
    assert database["vendor"] == "sqlite"
    assert database["server_version"].startswith("3.")
    assert database["connection"]["error"] is None
    assert database["schema"]["fingerprint"]["actual"].startswith("sha256:")
    assert database["migrations"] == {"status": "pass", "pending": []}
    fixes = database["fixes_applied"]
    assert fixes["total"] == 2
    fix = fixes["last"][0]
    assert (fix["run"], fix["kind"], fix["object"]) == (
        run.pk,
        "add_column",
        "orders_order.total",
    )
    (told,) = database["runs"]
    assert (told["command"], told["status"], told["steps"]) == ("auto_fix", "done", 3)
    (version,) = database["schema_versions"]
    assert (version["fingerprint"], version["migrations"]) == ("sha256:1", 2)
    assert document["summary"]["error"] == 0
    assert (
        document["checks"].keys() == client.get("/api/health/").json()["checks"].keys()
    )


def test_formats(client: Client, guard: Guard) -> None:
    guard(OPEN=True)
    assert client.get(URL)["Content-Type"].startswith("application/json")
    accept = {"Accept": "application/health+json"}
    told = client.get(URL, headers=accept)["Content-Type"]
    assert told.startswith("application/health+json")
    text = client.get(f"{URL}?format=text").content.decode()
    assert text.startswith("pass ")
    assert "Database schema validation passed" in text
    assert client.get(f"{URL}?format=xml").status_code == 406
    assert client.get(URL, headers={"Accept": "image/png"}).status_code == 406
