"""No worker shares a connection that the guard opened before the fork."""

from __future__ import annotations

from typing import Any

import pytest

from tests.startup.serving import Site, ask, running, wait_for

pytestmark = pytest.mark.slow

ASKED = 24


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
        pairs = {tuple(ask(port, "/backend").split()) for _ in range(ASKED)}
    workers = {worker for worker, _ in pairs}
    backends = {backend for _, backend in pairs}
    assert len(workers) > 1, "One worker answered all; ask more often."
    assert len(backends) == len(pairs)
