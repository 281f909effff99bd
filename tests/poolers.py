"""PgBouncer in front of a PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIGURATION = """\
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
ignore_startup_parameters = extra_float_digits,options
default_pool_size = 2
"""


@contextmanager
def pooler(host: str, port: int, user: str, mode: str = "transaction") -> Iterator[int]:
    """Yield the port of 127.0.0.1 at which a pooler of that server answers."""
    program = shutil.which("pgbouncer", path=f"{os.defpath}:/usr/sbin")
    if program is None:
        assert os.environ.get("CI") != "true", "pgbouncer must be there with CI=true"
        pytest.skip("pgbouncer is not installed")
    with TemporaryDirectory() as folder:
        own = _free_port()
        path = Path(folder, "pgbouncer.ini")
        path.write_text(
            CONFIGURATION.format(host=host, port=port, user=user, mode=mode, own=own)
        )
        # Root has it run as somebody else.
        path.parent.chmod(0o755)
        process = subprocess.Popen(
            [program, "-q", path],
            user="postgres" if os.geteuid() == 0 else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(own)
            yield own
        finally:
            process.terminate()
            process.wait(10)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("PgBouncer does not answer.")
