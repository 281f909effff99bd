"""What is measured: each tool is one call, on a connection of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from benchmarks import floor

_KEYS = ("host", "port", "user", "password", "dbname")


def _dsn() -> str:
    settings = connections["default"].settings_dict
    values = (settings[key] for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME"))
    pairs = [
        f"{key}={value}" for key, value in zip(_KEYS, values, strict=True) if value
    ]
    return " ".join([*pairs, "sslmode=disable", "gssencmode=disable"])


def _floor() -> Callable[[], object]:
    dsn = _dsn()
    return lambda: floor.read(dsn)


def _validate(frozen: Path | None = None) -> Callable[[], object]:
    from django_schemaguard.conf import get_settings
    from django_schemaguard.pipeline import Job, validate
    from django_schemaguard.pipeline.frozen import read_frozen

    settings = get_settings()
    plain = Job(settings, settings.mode)

    def run() -> str:
        job = replace(plain, frozen=read_frozen(frozen)) if frozen else plain
        report = validate(["default"], job)
        connections["default"].close()
        (database,) = report.databases
        if database.error:
            raise RuntimeError(database.error)
        return f"{len(database.verdicts)} findings, {len(database.skips)} skips"

    return run


def _frozen() -> Callable[[], object]:
    return _validate(Path(os.environ["BENCH_FROZEN"]))


def _command(*words: str) -> Callable[[], object]:
    def run() -> None:
        call_command(*words, stdout=StringIO(), stderr=StringIO())
        connections["default"].close()

    return run


def _inspectdb() -> Callable[[], object]:
    from django.core.management.commands import inspectdb  # noqa: F401

    return _command("inspectdb")


def _sqldiff() -> Callable[[], object]:
    from django_extensions.management.commands import sqldiff

    # It takes the minus sign of a descending key for a part of the field's name, and
    # ends with an error.
    expand = sqldiff.SQLDiff.expand_together

    def patched(diff: object, together: list[list[str]], meta: object) -> object:
        bare = [[name.removeprefix("-") for name in names] for names in together]
        return expand(diff, bare, meta)

    sqldiff.SQLDiff.expand_together = patched
    return _command("sqldiff", "-a")


def _reflect() -> Callable[[], object]:
    from sqlalchemy import MetaData, create_engine, pool

    settings = connections["default"].settings_dict
    url = "postgresql+psycopg://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}"
    url = url.format(**settings) + "?sslmode=disable&gssencmode=disable"

    def run() -> None:
        engine = create_engine(url, poolclass=pool.StaticPool)
        MetaData().reflect(bind=engine)
        engine.dispose()

    return run


def _pg_dump() -> Callable[[], object]:
    environment = {**os.environ, "PGSSLMODE": "disable", "PGGSSENCMODE": "disable"}
    program = os.environ.get("BENCH_PG_DUMP", "pg_dump")

    def run() -> None:
        subprocess.run(
            [program, "--schema-only", _dsn()],
            env=environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    return run


TOOLS: dict[str, Callable[[], Callable[[], object]]] = {
    "floor": _floor,
    "validate": _validate,
    "frozen": _frozen,
    "pg_dump": _pg_dump,
    "reflect": _reflect,
    "sqldiff": _sqldiff,
    "inspectdb": _inspectdb,
}
