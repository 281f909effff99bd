"""Which servers the tests run on is decided by the environment."""

from __future__ import annotations

import socket

import pytest

from tests import servers
from tests.servers import Absent, Place

DEFAULT = Place("127.0.0.1", 3306, "root")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        pytest.param("mysql://", DEFAULT, id="nothing-said"),
        pytest.param(
            "mysql://me:p%40ss@db.example:3307",
            Place("db.example", 3307, "me", "p@ss"),
            id="all-said",
        ),
        pytest.param(
            "mysql://db.example", Place("db.example", 3306, "root"), id="host-only"
        ),
    ],
)
def test_a_place_is_read_from_a_url(url: str, place: Place) -> None:
    assert Place.from_url(url, DEFAULT) == place


def test_a_place_does_not_show_its_password() -> None:
    assert str(Place("db.example", 3307, "me", "secret")) == "me@db.example:3307"


@pytest.mark.parametrize("vendor", ["postgresql", "mariadb"])
def test_a_vendor_can_be_switched_off(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"SCHEMAGUARD_TEST_{vendor.upper()}", "off")

    found = getattr(servers, vendor).__wrapped__()

    assert found == Absent("switched off", wanted=False)


def test_a_server_that_does_not_answer_is_absent_and_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # And never listens.
        port = unused.getsockname()[1]
        url = f"postgres://me:secret@127.0.0.1:{port}"
        monkeypatch.setenv("SCHEMAGUARD_TEST_POSTGRESQL", url)

        found = servers.postgresql.__wrapped__()

    assert isinstance(found, Absent)
    assert found.wanted
    assert found.reason.startswith(f"no usable server at me@127.0.0.1:{port} (")
    assert "secret" not in found.reason
