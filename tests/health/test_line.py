"""A statement that never ends is cut off, on each server."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from django.db import Error, connections

from django_schemaguard.health import measuring
from django_schemaguard.health.line import Line
from tests.health.proxy import Mood, Proxy

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from tests.health.conftest import Guard

SLEEP = {"postgresql": "SELECT pg_sleep(60)", "mysql": "SELECT SLEEP(60)"}


@pytest.mark.vendors("postgresql", "mariadb")
def test_a_statement_is_cut_off(connection: BaseDatabaseWrapper) -> None:
    line, held, ended = Line(), threading.Event(), []

    def wait() -> None:
        own = connections[connection.alias]
        try:
            own.ensure_connection()
            line.hold(own)
            held.set()
            with own.cursor() as cursor:
                cursor.execute(SLEEP[own.vendor])
        except Error as error:
            ended.append(error)
        finally:
            connections.close_all()

    started = time.monotonic()
    thread = threading.Thread(target=wait)
    thread.start()
    assert held.wait(10)
    time.sleep(0.1)
    line.cut()
    thread.join(10)
    line.release()
    assert len(ended) == 1
    assert time.monotonic() - started < 5
    wake_up(connection)


def wake_up(connection: BaseDatabaseWrapper) -> None:
    """End the sleeping session of a server that has not noticed yet."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query = %s",
                [SLEEP["postgresql"]],
            )


@pytest.mark.slow
@pytest.mark.vendors("postgresql", "mariadb")
def test_a_server_that_never_answers(
    connection: BaseDatabaseWrapper, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard(TIMEOUT=1)
    connection.ensure_connection()
    place = connections.settings[connection.alias]
    if not place["PORT"] or str(place["HOST"]).startswith("/"):
        pytest.skip("no server with an address")
    proxy = Proxy(place["HOST"], int(place["PORT"]))
    proxy.turn(Mood.HANG)
    monkeypatch.setitem(place, "HOST", "127.0.0.1")
    monkeypatch.setitem(place, "PORT", str(proxy.port))
    started = time.monotonic()
    answers: list[str | None] = []

    def ping() -> None:
        answers.append(measuring.ping(connection.alias, Line()).error)

    thread = threading.Thread(target=ping)
    thread.start()
    thread.join(10)
    assert time.monotonic() - started < 5
    assert len(answers) == 1
    assert answers[0] is not None
    assert "log" not in answers[0]  # Nothing that nobody foresaw.
    time.sleep(0.2)
    assert proxy.open == 0
    proxy.close()
