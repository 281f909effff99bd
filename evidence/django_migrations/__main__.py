"""Run Django's tests of migrations against our executor.

    python -m evidence.django_migrations TESTS [sqlite] [postgresql] [mariadb]

`TESTS` is the folder "tests" of Django's source distribution, of the version that is
installed. The run is well where no test fails.

All hold but for one choice, see `settings.Lax`: what --fake-initial takes for applied.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# All that goes through the executor or the migrate command.
LABELS = (
    "migrations.test_executor",
    "migrations.test_commands",
    "migrations.test_multidb",
    "migration_test_data_persistence",
    "migrate_signals",
    "postgres_tests.test_operations",
)


def main() -> int:
    """Return 0 where no test fails."""
    tests, *vendors = sys.argv[1:]
    codes = [_run(Path(tests), vendor) for vendor in vendors or ("sqlite",)]
    return int(any(codes))


def _run(tests: Path, vendor: str) -> int:
    labels = [
        label
        for label in LABELS
        if vendor == "postgresql" or not label.startswith("postgres_tests")
    ]
    root = Path(__file__).resolve().parents[2]
    environment = {
        **os.environ,
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
