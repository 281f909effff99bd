"""`manage.py` of a test's site, which can be told to wait where it is to be killed.

`PAUSE=shop.0002_x:applied` waits before the migration is recorded, all DDL done;
`:unapplied` before its record is deleted; `:python` before its RunPython. It says
"paused".
"""

from __future__ import annotations

import json
import os
import sys
import time


def _pause(*_: object, **__: object) -> None:
    sys.stdout.write("paused\n")
    sys.stdout.flush()
    time.sleep(60)


def _install(place: str) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    app, _, where = place.rpartition(":")
    if where in {"applied", "unapplied"}:
        name = f"record_{where}"
        original = getattr(MigrationRecorder, name)

        def record(self: object, label: str, migration: str) -> None:
            if f"{label}.{migration}" == app:
                _pause()
            original(self, label, migration)

        setattr(MigrationRecorder, name, record)
    else:
        from django.db.migrations.operations import RunPython

        forwards = RunPython.database_forwards

        def run(self: object, label: str, *arguments: object) -> None:
            if label == app.partition(".")[0]:
                _pause()
            forwards(self, label, *arguments)

        RunPython.database_forwards = run


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
