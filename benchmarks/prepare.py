"""Make the database that is measured: `python -m benchmarks.prepare`."""

from __future__ import annotations

import django

_AT_ONCE = 100  # Tables in one transaction; the server's room for locks is limited.


def main() -> None:
    """Make the tables of all models, and record all migrations as applied."""
    django.setup()
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.recorder import MigrationRecorder

    if "benchmarks.synthetic" not in settings.INSTALLED_APPS:
        call_command("migrate", verbosity=0)
        return
    # What `migrate` would make, without its minutes for thousands of states.
    connection = connections["default"]
    models = list(apps.get_app_config("synthetic").get_models())
    for start in range(0, len(models), _AT_ONCE):
        with connection.schema_editor() as editor:
            for model in models[start : start + _AT_ONCE]:
                editor.create_model(model)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    recorder.record_applied("synthetic", "0001_initial")
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    main()
