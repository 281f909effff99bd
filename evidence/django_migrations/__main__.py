"""Run Django's tests of migrations against our executor, or validate behind them.

    python -m evidence.django_migrations [--editors] TESTS [sqlite] [postgresql] …

`TESTS` is the folder "tests" of Django's source distribution, of the version that is
installed. The run is well where no test fails. All hold but for one choice, see
`settings.Lax`: what --fake-initial takes for applied.

With `--editors` all of Django's tests of migrations run with Django's own executor,
and at the end of each schema editor the database is compared with the state that was
to be reached. The run is well where every difference is explained, too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence.django_migrations.watching import VARIABLE
from evidence.explained import explained

HERE = Path(__file__).parent
# All that goes through the executor or the migrate command.
LABELS = (
    "migrations.test_executor",
    "migrations.test_commands",
    "migrations.test_multidb",
    "migration_test_data_persistence",
    "migrate_signals",
    "postgres_tests.test_operations",
)


# All that opens a schema editor.
EDITORS = (
    "migrations",
    "migration_test_data_persistence",
    "migrate_signals",
    "postgres_tests.test_operations",
)


def main() -> int:
    """Return 0 where no test fails, and nothing is unexplained."""
    words = sys.argv[1:]
    run = _run
    if words[:1] == ["--editors"]:
        run = _watched
        del words[0]
    tests, *vendors = words
    codes = [run(Path(tests), vendor) for vendor in vendors or ("sqlite",)]
    return int(any(codes))


def _watched(tests: Path, vendor: str) -> int:
    with TemporaryDirectory() as folder:
        path = Path(folder, "ends")
        code = _run(tests, vendor, EDITORS, {VARIABLE: str(path)})
        ends = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    told = [
        f"{end['test']} {line.removeprefix('error ').removeprefix('warning ')}"
        for end in ends
        for line in end["told"]
    ]
    skipped = sum(len(end["skipped"]) for end in ends)
    print(f"   {len(ends)} ends of schema editors, {skipped} things not compared")
    entries = explained(HERE / "explained.toml", vendor)
    for entry in entries:
        count = sum(fnmatchcase(line, entry.finding) for line in told)
        print(f"   {count} {entry.finding}")
    patterns = [entry.finding for entry in entries]
    news = [line for line in told if not any(fnmatchcase(line, p) for p in patterns)]
    for line in news:
        print(f"   UNEXPLAINED {line}")
    return code or bool(news)


def _run(
    tests: Path,
    vendor: str,
    all_labels: tuple[str, ...] = LABELS,
    variables: dict[str, str] | None = None,
) -> int:
    labels = [
        label
        for label in all_labels
        if vendor == "postgresql" or not label.startswith("postgres_tests")
    ]
    root = Path(__file__).resolve().parents[2]
    environment = {
        **os.environ,
        **(variables or {}),
        "SCHEMAGUARD_EVIDENCE_VENDOR": vendor,
        "PYTHONPATH": os.pathsep.join((str(root), os.environ.get("PYTHONPATH", ""))),
    }
    done = subprocess.run(
        [
            sys.executable,
            "runtests.py",
            "--settings=evidence.django_migrations.settings",
            "--parallel=1",
            "--noinput",
            *labels,
        ],
        cwd=tests,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stderr.splitlines()
    ends = [line for line in lines if line.startswith(("Ran ", "OK", "FAILED"))]
    print(f"== {vendor}: {', '.join(ends)}", flush=True)
    if done.returncode:
        print("\n".join(lines[-200:]))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
