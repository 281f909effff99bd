"""The example shop behind a real server program."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = """
from shop_site.settings import *
DEBUG = False
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "for this test"
"""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """The shop, in a folder of its own.

    Attributes:
        log: What server and project wrote.
    """

    def __init__(self, folder: Path, database_url: str, settings: str = "") -> None:
        self.folder = folder
        self.log = folder / "log.txt"
        self.port = free_port()
        (folder / "site_settings.py").write_text(SETTINGS + settings, encoding="utf-8")
        self.environment = os.environ | {
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "site_settings",
            "PYTHONPATH": os.pathsep.join(
                map(str, (folder, ROOT / "example_project", ROOT))
            ),
            "PYTHONWARNINGS": "error",
        }
        for name in ("SCHEMAGUARD_MODE", "COVERAGE_PROCESS_START"):
            self.environment.pop(name, None)

    def manage(self, *arguments: str) -> str:
        """Run a management command; return what it prints."""
        return self.run("-m", "django", *arguments)

    def run_code(self, code: str) -> str:
        """Run Python code; return what it prints."""
        return self.run("-c", code)

    def run(self, *arguments: str) -> str:
        """Run Python; return what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            check=False,
            cwd=self.folder,
            encoding="utf-8",
            env=self.environment,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def served(self, *options: str) -> Iterator[Site]:
        """Serve it by gunicorn until the block ends."""
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--graceful-timeout",
            "2",
            "--limit-request-line",
            "0",
            *options,
            "shop_site.wsgi:application",
        ]
        with self.log.open("wb") as log:
            server = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self.environment,
                start_new_session=True,
                stderr=subprocess.STDOUT,
                stdout=log,
            )
            try:
                self._wait(server)
                yield self
            finally:
                server.terminate()
                try:
                    server.wait(10)
                except subprocess.TimeoutExpired:
                    os.killpg(server.pid, signal.SIGKILL)
                    server.wait(10)

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Return the answer to one request on a connection of its own."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, headers=headers)
            return Answer(connection.getresponse())

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            assert server.poll() is None, self.log.read_text("utf-8")
            try:
                if self.get("/health/live/").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(self.log.read_text("utf-8"))


class Answer:
    """A whole answer.

    Attributes:
        text: Its headers and its body, for a search.
    """

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()
        self.text = f"{response.headers}\n{self.body.decode()}"
