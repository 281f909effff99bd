from __future__ import annotations

import threading

import pytest
from django.db import connections

from django_schemaguard.pipeline.each import for_each

BOTH = ["default", "postgresql"]


@pytest.fixture
def no_transaction(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Let the databases look as if no transaction were open, as in real life."""
    for alias in BOTH:
        monkeypatch.setattr(connections[alias], "in_atomic_block", False)


def where(alias: str) -> tuple[str, bool]:
    """Return the alias, and whether this is the thread of the tests."""
    connections[alias].ensure_connection()
    return alias, threading.current_thread() is threading.main_thread()


@pytest.mark.vendors("sqlite", "postgresql")
@pytest.mark.usefixtures("no_transaction")
def test_databases_are_worked_on_apart_and_told_in_order() -> None:
    assert for_each(BOTH, where) == (("default", False), ("postgresql", False))
    assert for_each(BOTH[::-1], where) == (("postgresql", False), ("default", False))


@pytest.mark.vendors("sqlite", "postgresql")
def test_open_transactions_stay_in_their_thread() -> None:
    assert for_each(BOTH, where) == (("default", True), ("postgresql", True))


@pytest.mark.vendors("sqlite", "postgresql")
@pytest.mark.usefixtures("no_transaction")
def test_one_database_needs_no_thread() -> None:
    assert for_each(["postgresql"], where) == (("postgresql", True),)


@pytest.mark.vendors("sqlite", "postgresql")
@pytest.mark.usefixtures("no_transaction")
def test_memory_stays_in_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "is_in_memory_db", lambda: True)
    assert for_each(BOTH, where) == (("default", True), ("postgresql", False))


@pytest.mark.vendors("sqlite", "postgresql")
@pytest.mark.usefixtures("no_transaction")
def test_connections_of_threads_are_closed() -> None:
    made = []

    def keep(alias: str) -> None:
        connections[alias].ensure_connection()
        made.append(connections[alias])

    for_each(BOTH, keep)
    assert len({id(each) for each in made}) == 2
    for each in made:
        assert each is not connections[each.alias]
        assert each.connection is None


@pytest.mark.vendors("sqlite", "postgresql")
@pytest.mark.usefixtures("no_transaction")
def test_failure_in_a_thread_is_raised() -> None:
    def fail(alias: str) -> None:
        raise ZeroDivisionError(alias)

    with pytest.raises(ZeroDivisionError, match="default"):
        for_each(BOTH, fail)
