"""No worker shares a connection that the guard opened before the fork."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from typing import Any

import pytest

from tests.startup.serving import PATIENCE, Site, ask, free_port, running, wait_for

pytestmark = pytest.mark.slow

ASKED = 200


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"CONN_MAX_AGE": 600}, id="kept-open"),
        pytest.param({"OPTIONS": {"pool": {"min_size": 1}}}, id="pooled"),
    ],
)
def test_each_worker_has_backends_of_its_own(
    postgresql_site: Site, server: dict[str, Any], more: dict[str, Any]
) -> None:
    site = postgresql_site.on(**server, **more)
    with running(site, "gunicorn-preload") as (port, process, log):
        assert wait_for(port, process), log.read_text()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: ask(port, "/backend"), range(ASKED)))
    pairs = {tuple(answer.split()) for answer in answers}
    assert len({worker for worker, _ in pairs}) > 1, "One worker answered all."
    assert len({backend for _, backend in pairs}) == len(pairs)


def test_workers_find_a_database_that_comes_back(
    postgresql_site: Site, server: dict[str, Any]
) -> None:
    """The guard must not leave them the remains of a pool that never connected."""
    port = free_port()
    down = server | {"HOST": "127.0.0.1", "PORT": port}
    site = postgresql_site.on(**down, OPTIONS={"pool": {"timeout": 2}})
    site = site.having(STARTUP_TIMEOUT=0.5)
    with running(site, "gunicorn-preload") as (web, process, log):
        assert wait_for(web, process), log.read_text()
        with forwarding(port, server):
            end = time.monotonic() + PATIENCE
            while (answer := ask(web, "/backend")).startswith("500"):
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.2)
    assert len(answer.split()) == 2


@contextmanager
def forwarding(port: int, server: dict[str, Any]) -> Iterator[None]:
    """Let a port be the server's, from now on."""
    place = (server["HOST"], int(server["PORT"]))
    listener = socket.create_server(("127.0.0.1", port))

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                upstream = socket.create_connection(place)
                for ends in ((client, upstream), (upstream, client)):
                    threading.Thread(target=pump, args=ends, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    with closing(listener):
        yield


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError), closing(source), closing(target):
        while data := source.recv(65536):
            target.sendall(data)
