"""PgBouncer in front of the server of a database."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import Error

from tests.executor.conftest import ALIAS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper

CONFIGURATION = """\
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
ignore_startup_parameters = extra_float_digits,options
default_pool_size = 2
"""


@contextmanager
def pooled(direct: BaseDatabaseWrapper, folder: Path) -> Iterator[BaseDatabaseWrapper]:
    """Lead the alias of a connection through a pooler while the block runs."""
    program = shutil.which("pgbouncer", path=f"{os.defpath}:/usr/sbin")
    if program is None:
        assert os.environ.get("CI") != "true", "pgbouncer must be there with CI=true"
        pytest.skip("pgbouncer is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        own = free.getsockname()[1]
    path = folder / "pgbouncer.ini"
    path.write_text(
        CONFIGURATION.format(
            host=direct.settings_dict["HOST"],
            port=direct.settings_dict["PORT"],
            user=direct.settings_dict["USER"],
            own=own,
        )
    )
    for each in (path, *path.parents[:3]):
        each.chmod(each.stat().st_mode | 0o055)
    process = subprocess.Popen(
        [program, "-q", path],
        user="postgres" if os.geteuid() == 0 else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    direct.close()
    kept = direct.settings_dict["HOST"], direct.settings_dict["PORT"]
    direct.settings_dict.update(HOST="127.0.0.1", PORT=str(own))
    try:
        _wait_for(direct)
        yield direct
    finally:
        direct.close()
        direct.settings_dict.update(HOST=kept[0], PORT=kept[1])
        process.terminate()
        process.wait(10)


def _wait_for(connection: BaseDatabaseWrapper) -> None:
    assert connection.alias == ALIAS
    for _ in range(50):
        try:
            connection.ensure_connection()
        except Error:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("PgBouncer does not answer.")
