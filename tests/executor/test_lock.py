from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import closing

import pytest
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from django_schemaguard.exceptions import LockLost, NotInTime, NotPermitted
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import lock_for, run_lock
from tests.executor.conftest import another, only

HOLD = """
import sys, time
import django
from django.conf import settings
settings.configure(DATABASES={"private": %r, "default": {}})
django.setup()
from django.db import connections
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import run_lock
with run_lock(connections["private"], Deadline(5)):
    print("held", flush=True)
    time.sleep(60)
"""


def hold(private: BaseDatabaseWrapper) -> subprocess.Popen[str]:
    """Return a process that has the lock."""
    kept = ("ENGINE", "NAME", "HOST", "PORT", "USER", "PASSWORD")
    database = {key: private.settings_dict[key] for key in kept}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD % database],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_second_run_waits_for_the_first_and_says_who(
    private: BaseDatabaseWrapper,
) -> None:
    with closing(another(private)) as other, run_lock(other, Deadline(1)):
        started = time.monotonic()
        with pytest.raises(NotInTime) as caught, run_lock(private, Deadline(0.3)):
            pass
        assert 0.2 < time.monotonic() - started < 2

    who = "" if private.vendor == "sqlite" else r" \(session \d+\)"
    text = rf"Another run{who} is at work on database 'private'\."
    assert re.fullmatch(text, str(caught.value))
    assert caught.value.exit_code == 75
    with run_lock(private, Deadline(0.3)) as lock:
        lock.check()


def test_killed_process_lets_go(private: BaseDatabaseWrapper) -> None:
    process = hold(private)
    assert not lock_for(private).take()

    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()

    with run_lock(private, Deadline(5)):
        pass


@only("postgresql", "mariadb")
def test_lock_is_lost_with_its_session(private: BaseDatabaseWrapper) -> None:
    with run_lock(private, Deadline(1)) as lock:
        private.close()
        private.ensure_connection()
        with pytest.raises(LockLost):
            lock.check()
    with run_lock(private, Deadline(1)):
        pass


@only("postgresql", "mariadb")
def test_other_database_of_the_server_is_free(
    private: BaseDatabaseWrapper,
) -> None:
    with closing(another(private)) as other, run_lock(private, Deadline(1)):
        other.settings_dict["NAME"] = {"postgresql": "postgres", "mysql": "mysql"}[
            private.vendor
        ]
        with run_lock(other, Deadline(0)):
            pass


def test_transaction_is_refused(private: BaseDatabaseWrapper) -> None:
    with (
        transaction.atomic(using="private"),
        pytest.raises(NotPermitted),
        run_lock(private, Deadline(1)),
    ):
        pass


@only("sqlite")
def test_database_in_memory_is_locked_among_threads(
    private: BaseDatabaseWrapper,
) -> None:
    private.settings_dict["NAME"] = "file:shared?mode=memory&cache=shared"
    first, second = lock_for(private), lock_for(private)
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


def test_pauses_grow_and_end() -> None:
    started = time.monotonic()
    assert list(Deadline(0).tries()) == [0]
    count = len(list(Deadline(0.3).tries(first=0.05)))
    assert 4 <= count <= 12
    assert time.monotonic() - started < 1
