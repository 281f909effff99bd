"""Start the real server programs on the site, and see what becomes of them."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
WSGI = "tests.startup.site.wsgi:application"
ASGI = "tests.startup.site.asgi:application"
PASSWORD = "marker-of-a-password"
PATIENCE = 30.0  # Seconds, on a busy machine; none of them takes a tenth of it.

SERVERS: dict[str, tuple[str, ...]] = {
    "gunicorn-sync": ("gunicorn", WSGI, "-w2", "-b127.0.0.1:{port}"),
    "gunicorn-4": ("gunicorn", WSGI, "-w4", "-b127.0.0.1:{port}"),
    "gunicorn-gthread": (
        *("gunicorn", WSGI, "-w2", "-kgthread"),
        *("--threads=2", "-b127.0.0.1:{port}"),
    ),
    "gunicorn-preload": ("gunicorn", WSGI, "-w4", "--preload", "-b127.0.0.1:{port}"),
    "uvicorn": ("uvicorn", ASGI, "--port={port}"),
    "uvicorn-workers": ("uvicorn", ASGI, "--port={port}", "--workers=2"),
    "daphne": ("daphne", "-p{port}", ASGI),
    "hypercorn": ("hypercorn", "-b127.0.0.1:{port}", ASGI),
    "runserver": ("django", "runserver", "--noreload", "127.0.0.1:{port}"),
    "runserver-reload": ("django", "runserver", "127.0.0.1:{port}"),
    "uwsgi": (
        *("uwsgi", "--need-app", "--master", "--die-on-term", "--processes=2"),
        *("--http-socket=127.0.0.1:{port}", f"--module={WSGI}"),
        f"--virtualenv={sys.prefix}",
    ),
}


def installed(server: str) -> bool:
    """Return whether the program is there."""
    program = SERVERS[server][0]
    if program == "uwsgi":
        return shutil.which(_program(program)) is not None
    return find_spec(program) is not None


@dataclass(frozen=True)
class Site:
    """The site in a directory of its own."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.path / "site.sqlite3"

    def having(self, **schemaguard: Any) -> Site:
        """Return the site with more of the setting SCHEMAGUARD."""
        given = json.loads(self.environment.get("SITE_SCHEMAGUARD", "{}"))
        return self.within(SITE_SCHEMAGUARD=json.dumps(given | schemaguard))

    def within(self, **environment: str) -> Site:
        """Return the site with more environment."""
        return Site(self.path, self.environment | environment)

    def on(self, **database: Any) -> Site:
        """Return the site on another database."""
        return self.within(SITE_DATABASES=json.dumps({"default": database}))

    def without_server(self) -> Site:
        """Return the site on a server that does not run."""
        place = {"HOST": "127.0.0.1", "PORT": free_port(), "USER": "nobody"}
        engine = "django.db.backends.postgresql"
        return self.on(ENGINE=engine, NAME="absent", PASSWORD=PASSWORD, **place)

    def sql(self, *statements: str) -> None:
        """Change the database behind the migrations."""
        with closing(sqlite3.connect(self.database)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def python(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run Python with the site's settings, warnings being errors."""
        return subprocess.run(
            [sys.executable, "-W", "error", *words],
            env=_environment(self.path) | self.environment,
            cwd=self.path,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a management command."""
        return self.python("-m", "django", *words)


@dataclass(frozen=True)
class Ended:
    """What became of a server.

    Attributes:
        code: Its exit code; None where it served.
        said: What it wrote to stdout and stderr.
        body: Its answers.
    """

    code: int | None
    said: str
    answers: tuple[str, ...] = ()


def start(
    site: Site, server: str, *paths: str, told: tuple[str, int] = ("", 0)
) -> Ended:
    """Start a server, ask for the paths once it serves, then stop it.

    Args:
        site: What to serve.
        server: One of SERVERS.
        paths: To ask for.
        told: A text, and how often it must have been written before the end.
    """
    text, times = told
    with running(site, server) as (port, process, log):
        if not wait_for(port, process):
            code = process.poll()
            return Ended(code, log.read_text("utf-8", "replace"))
        answers = tuple(ask(port, path) for path in paths)
        end = time.monotonic() + PATIENCE
        while log.read_text("utf-8", "replace").count(text) < times:
            assert time.monotonic() < end, f"{text} was not written {times} times."
            time.sleep(0.05)
    return Ended(None, log.read_text("utf-8", "replace"), answers)


@contextmanager
def running(
    site: Site, server: str
) -> Iterator[tuple[int, subprocess.Popen[bytes], Path]]:
    """Run a server while the block lasts; end it and all its children after."""
    port = free_port()
    log = site.path / f"{server}-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            _command(server, port),
            env=_environment(site.path) | site.environment,
            cwd=site.path,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield port, process, log
    finally:
        _end(process)


def ask(port: int, path: str = "/") -> str:
    """Return what the server answers, its status in front unless it is 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with closing(connection):
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        text = response.read().decode()
    return text if response.status == 200 else f"{response.status} {text}"


def wait_for(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Return whether the server serves; False where it has ended instead."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            return ask(port) == "alive"
        except OSError:
            time.sleep(0.05)
    assert process.poll() is not None, "The server neither serves nor stops."
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill it with its workers: some take their time to end."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _command(server: str, port: int) -> list[str]:
    program, *words = SERVERS[server]
    words = [word.format(port=port) for word in words]
    if program == "uwsgi":  # No module of Python's.
        return [_program(program), *words]
    return [sys.executable, "-W", "error", "-m", program, *words]


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(path: Path) -> dict[str, str]:
    ours = ("SCHEMAGUARD", "DJANGO", "PYTHON", "SITE_", "PYTEST")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "tests.startup.site.settings",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "SITE_DATABASES": json.dumps(
            {
                "default": {
                    "ENGINE": "django.db.backends.sqlite3",
                    "NAME": str(path / "site.sqlite3"),
                }
            }
        ),
    }
