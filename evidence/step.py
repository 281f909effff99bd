"""One step on the database of a corpus, in a process of its own.

`python -m evidence.step create|validate|drop CORPUS`; the settings and the vendor
come from the environment. A process for each, so that memory is that of the step.
"""

from __future__ import annotations

import os
import resource
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import django

from evidence.explained import explained, identity, stale, unexplained

if TYPE_CHECKING:
    from django_schemaguard.core.report import DatabaseReport

HERE = Path(__file__).parent


def create(corpus: str) -> None:
    """Make the database anew and migrate it."""
    from django.db import connection

    started = time.perf_counter()
    _drop()
    if corpus == "django_models":
        # In one transaction, so many tables take more locks than PostgreSQL has.
        connection.features.can_rollback_ddl = False
    connection.creation.create_test_db(verbosity=0, serialize=False)
    print(f"migrated in {time.perf_counter() - started:.0f} s")


def _drop() -> None:
    from django.db import connection

    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        Path(name).unlink(missing_ok=True)
        return
    with connection.creation._nodb_cursor() as cursor:  # noqa: SLF001
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)}")


def validate(corpus: str) -> bool:
    """Validate, print what was found, and return whether all of it is explained."""
    from django.db import connection

    from django_schemaguard.backends.base import Limits
    from django_schemaguard.conf import get_settings
    from django_schemaguard.core.rules import Mode
    from django_schemaguard.pipeline import Job
    from django_schemaguard.pipeline import validate as run

    before, cpu = _peak(), time.process_time()
    job = Job(get_settings(), Mode.PRODUCTION, limits=Limits(statement_ms=60_000))
    (database,) = run(["default"], job).databases
    cpu, memory = time.process_time() - cpu, _peak() - before
    print(
        f"{database.vendor} {database.server_version}, Django {django.__version__}: "
        f"{database.tables} tables, {len(database.compared)} objects compared, "
        f"{database.queries} statements, {database.seconds:.2f} s, "
        f"{cpu:.2f} s of client CPU, {memory:.0f} MiB more memory"
    )
    vendor = "mariadb" if connection.vendor == "mysql" else connection.vendor
    return _tell(database, corpus, vendor)


def _tell(database: DatabaseReport, corpus: str, vendor: str) -> bool:
    entries = explained(HERE / corpus / "explained.toml", vendor)
    if database.error:
        print(f"  not validated: {database.error}")
    counts = Counter(
        f"{verdict.severity.word} {verdict.finding.kind} ({verdict.cause.value})"
        for verdict in database.verdicts
    )
    for words, count in sorted(counts.items()):
        print(f"  {count} {words}")
    for verdict in database.verdicts:
        print(f"    {identity(verdict)}: {verdict.finding.message}")
    for skip in database.skips:
        print(f"  not compared: {skip.table} {skip.object or '-'}: {skip.reason}")
    news = unexplained(database.verdicts, entries)
    for verdict in news:
        print(f"  UNEXPLAINED {verdict.severity.word} {identity(verdict)}")
    gone = stale(database.verdicts, entries)
    for entry in gone:
        print(f"  EXPLAINED BUT NOT FOUND {entry.finding}")
    return not (news or gone or database.error)


def _peak() -> float:
    """Return the largest resident size so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Run the step that the command line names; return the exit code."""
    step, corpus = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"evidence.{corpus}.settings")
    warnings.simplefilter("ignore")  # Those of other projects are not our subject.
    django.setup()
    if step == "create":
        create(corpus)
    elif step == "drop":
        _drop()
    else:
        return not validate(corpus)
    return 0


if __name__ == "__main__":
    sys.exit(main())
