"""How long readers wait while a repair meets a table that somebody holds.

Eight readers query a table again and again; a transaction that has read it stays open
for a while; and a column is added: by one plain statement, and as `auto_fix` does it.
Needs a PostgreSQL or MariaDB server on this machine, and makes a database of its own:

    python -m benchmarks.stall --vendor postgresql --hold 10
"""

from __future__ import annotations

import argparse
import threading
import time
from contextlib import closing

import django
from django.conf import settings

NAME = "schemaguard_stall"
SERVERS = {
    "postgresql": ("django.db.backends.postgresql", 5432, "postgres"),
    "mariadb": ("django.db.backends.mysql", 3306, "root"),
}
READERS = 8
ROWS = 1000
SHORT = 0.05


def configure(vendor: str) -> None:
    engine, port, user = SERVERS[vendor]
    place = {"ENGINE": engine, "HOST": "127.0.0.1", "PORT": str(port), "USER": user}
    settings.configure(
        DATABASES={"default": {**place, "NAME": NAME}},
        INSTALLED_APPS=["django_schemaguard"],
        USE_TZ=True,
        SECRET_KEY="none",
    )
    django.setup()


def session():
    from django.db import connection

    copy = connection.copy()
    copy.inc_thread_sharing()
    copy.connect()
    return copy


def run(connection, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def read(connection, waits: list[float], done: threading.Event) -> None:
    while not done.is_set():
        began = time.monotonic()
        run(connection, "SELECT count(total) FROM shop WHERE id = 7")
        waits.append(time.monotonic() - began)
        time.sleep(0.005)


def hold(seconds: float) -> None:
    with closing(session()) as holder:
        run(holder, "BEGIN", "SELECT * FROM shop")
        time.sleep(seconds)
        run(holder, "COMMIT")


def plain(_: float) -> None:
    with closing(session()) as connection:
        run(connection, "ALTER TABLE shop ADD COLUMN note int")


def careful(seconds: float) -> None:
    from django.db import connection

    from tests.executor.plans import applied, column, planned

    connection.inc_thread_sharing()
    step = planned(column(connection, "note"))
    _, done = applied(connection, step, seconds=seconds * 3 + 10)
    assert done.failure is None, done.failure


def measured(alter, seconds: float) -> tuple[float, float, float]:
    """Return the longest wait, all waits over 50 ms, and the time of the repair."""
    from django.db import connection

    run(connection, "DROP TABLE IF EXISTS shop")
    run(connection, "CREATE TABLE shop (id int PRIMARY KEY, total int)")
    values = ", ".join(f"({number}, {number})" for number in range(ROWS))
    run(connection, f"INSERT INTO shop VALUES {values}")
    done = threading.Event()
    waits: list[list[float]] = [[] for _ in range(READERS)]
    sessions = [session() for _ in range(READERS)]
    threads = [
        threading.Thread(target=read, args=(each, into, done))
        for each, into in zip(sessions, waits, strict=True)
    ]
    threads.append(threading.Thread(target=hold, args=(seconds,)))
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    began = time.monotonic()
    alter(seconds)
    took = time.monotonic() - began
    done.set()
    for thread in threads:
        thread.join()
    for each in sessions:
        each.close()
    every = [wait for of_one in waits for wait in of_one]
    return max(every), sum(wait for wait in every if wait > SHORT), took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendor", choices=list(SERVERS), default="postgresql")
    parser.add_argument("--hold", type=float, default=10.0, metavar="SECONDS")
    parser.add_argument(
        "--limit",
        type=float,
        metavar="SECONDS",
        help="Exit with 1 where auto_fix makes anybody wait for longer.",
    )
    options = parser.parse_args()
    configure(options.vendor)
    from django.db import connection

    with connection._nodb_cursor() as cursor:  # noqa: SLF001
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
        cursor.execute(f"CREATE DATABASE {NAME}")
    longest = 0.0
    try:
        for name, alter in (("plain ALTER", plain), ("auto_fix", careful)):
            longest, lost, took = measured(alter, options.hold)
            print(
                f"{options.vendor:10} {name:11} longest wait {longest:6.2f} s,"
                f" all waits {lost:6.1f} s, repair {took:6.2f} s"
            )
    finally:
        connection.close()
        with connection._nodb_cursor() as cursor:  # noqa: SLF001
            cursor.execute(f"DROP DATABASE {NAME}")
    if options.limit is not None and longest > options.limit:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
