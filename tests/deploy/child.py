"""`manage.py` of a test's site, which can be told to wait where it is to be killed.

`PAUSE=shop.0002_x:applied` waits before the migration is recorded, all DDL done;
`:unapplied` before its record is deleted; `:python` before its RunPython; `:sql DROP`
before the first statement of a schema editor with that word. It says "paused".
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _pause(*_: object, **__: object) -> None:
    sys.stdout.write("paused\n")
    sys.stdout.flush()
    time.sleep(60)


def _install(place: str) -> None:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.operations import RunPython
    from django.db.migrations.recorder import MigrationRecorder

    migration, _, where = place.rpartition(":")
    if where in {"applied", "unapplied"}:
        _pause_before(
            MigrationRecorder,
            f"record_{where}",
            lambda _, app, name: f"{app}.{name}" == migration,
        )
    elif where.startswith("sql "):
        _pause_before(
            BaseDatabaseSchemaEditor,
            "execute",
            lambda _, sql, *__: where[4:] in str(sql),
        )
    else:
        _pause_before(
            RunPython,
            "database_forwards",
            lambda _, app, *__: app == migration.partition(".")[0],
        )


def _pause_before(kind: type, name: str, here: Callable[..., bool]) -> None:
    original = getattr(kind, name)

    def paused(*arguments: object) -> None:
        if here(*arguments):
            _pause()
        original(*arguments)

    setattr(kind, name, paused)


def main() -> None:
    site = json.loads(os.environ["SITE"])
    sys.path.insert(0, site["path"])
    from django.conf import settings

    settings.configure(
        SECRET_KEY="not a secret",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=site["apps"],
        DATABASES=site["databases"],
        MIGRATION_MODULES={"shop": site["module"]},
        SCHEMAGUARD={"MODE": os.environ.get("MODE", "development")},
        **site["settings"],
    )
    if os.environ.get("PAUSE"):
        import django

        django.setup()
        _install(os.environ["PAUSE"])
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", "schemaguard", *sys.argv[1:]])


if __name__ == "__main__":
    main()
