"""What `schemaguard migrate` costs beside `manage.py migrate`, on 200 migrations.

    python -m benchmarks.migrate --migrations 200 --samples 3 [sqlite] [postgresql]

Both run by turns in processes of their own, each on a new database; what the first
two take does not count. PostgreSQL is that of PGHOST, PGUSER and so on, where the
role may create databases.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [{needs}]
    operations = [{operation}]
"""
SETTINGS = """SECRET_KEY = "x"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django_schemaguard", "many",
]
DATABASES = {{"default": {database}}}
SCHEMAGUARD = {{"MODE": "development"}}
"""
TOOLS = {
    "manage.py migrate": ("migrate", "-v", "0"),
    "schemaguard migrate": ("schemaguard", "migrate", "-v", "0"),
}


def operation(number: int) -> str:
    """Return what the migration of that number does: a table, or a change of one."""
    model = f"Thing{number - number % 4}"
    match number % 4:
        case 0:
            key = (
                f', ("previous", models.ForeignKey("many.Thing{number - 4}",'
                " models.CASCADE, null=True))"
                if number
                else ""
            )
            return (
                f'migrations.CreateModel("{model}", [("id", models.BigAutoField('
                "primary_key=True, serialize=False)),"
                ' ("name", models.CharField(max_length=50)), '
                f'("count", models.IntegerField(default=0)){key}])'
            )
        case 1:
            field = "models.TextField(null=True)"
            return f'migrations.AddField("{model}", "note", {field})'
        case 2:
            index = f'models.Index(fields=["name"], name="by_name_{number}")'
            return f'migrations.AddIndex("{model}", {index})'
        case _:
            field = "models.CharField(max_length=80)"
            return f'migrations.AlterField("{model}", "name", {field})'


def model(number: int, migrations: int) -> str:
    """Return the model that the migrations make, from the one of that number on."""
    lines = [
        f"class Thing{number}(models.Model):",
        "id = models.BigAutoField(primary_key=True)",
        f"name = models.CharField(max_length={80 if number + 3 < migrations else 50})",
        "count = models.IntegerField(default=0)",
    ]
    if number:
        key = f"models.ForeignKey(Thing{number - 4}, models.CASCADE, null=True)"
        lines.append(f"previous = {key}")
    if number + 1 < migrations:
        lines.append("note = models.TextField(null=True)")
    if number + 2 < migrations:
        index = f'models.Index(fields=["name"], name="by_name_{number + 2}")'
        lines += ["class Meta:", f"    indexes = [{index}]"]
    return "\n    ".join(lines) + "\n"


def write_project(folder: Path, migrations: int, database: dict[str, str]) -> None:
    """Write a project whose only app has so many migrations, and their models."""
    package = folder / "many" / "migrations"
    package.mkdir(parents=True)
    for place in (folder / "many", package):
        (place / "__init__.py").touch()
    (folder / "project_settings.py").write_text(SETTINGS.format(database=database))
    models = [model(number, migrations) for number in range(0, migrations, 4)]
    text = "".join(("from django.db import models\n", *models))
    (folder / "many" / "models.py").write_text(text)
    for number in range(migrations):
        needs = f'("many", "m{number - 1:04}")' if number else ""
        text = HEAD.format(needs=needs, operation=operation(number))
        (package / f"m{number:04}.py").write_text(text)


def prepare(vendor: str, folder: Path) -> dict[str, str]:
    """Return the entry of an empty database."""
    if vendor == "sqlite":
        path = folder / "bench.sqlite3"
        path.unlink(missing_ok=True)
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}
    import psycopg

    place = {
        "HOST": os.environ.get("PGHOST", "127.0.0.1"),
        "USER": os.environ.get("PGUSER", "postgres"),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
    }
    with psycopg.connect(
        host=place["HOST"],
        user=place["USER"],
        password=place["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        connection.execute("DROP DATABASE IF EXISTS schemaguard_bench_migrate")
        connection.execute("CREATE DATABASE schemaguard_bench_migrate")
    engine = "django.db.backends.postgresql"
    return {"ENGINE": engine, "NAME": "schemaguard_bench_migrate", **place}


def measure(vendor: str, migrations: int, samples: int) -> None:
    """Print the medians and their ratio."""
    taken: dict[str, list[float]] = {name: [] for name in TOOLS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, migrations, prepare(vendor, folder))
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "project_settings",
            "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT))),
        }
        # As anywhere where a command was run before: Python has kept its bytecode.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for sample in range(samples + 1):
            for tool, words in TOOLS.items():
                prepare(vendor, folder)
                started = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-m", "django", *words],
                    env=environment,
                    check=True,
                )
                if sample:
                    taken[tool].append(time.perf_counter() - started)
    first, second = (statistics.median(values) for values in taken.values())
    print(
        f"{vendor}, {migrations} migrations, {samples} samples:"
        f" manage.py migrate {first:.2f} s, schemaguard migrate {second:.2f} s,"
        f" ratio {second / first:.2f}"
    )


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("vendors", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--migrations", type=int, default=200)
    parser.add_argument("--samples", type=int, default=3)
    options = parser.parse_args()
    for vendor in options.vendors:
        measure(vendor, options.migrations, options.samples)


if __name__ == "__main__":
    main()
