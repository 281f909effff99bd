"""Migrate a corpus into each database, validate it, and drop it again.

`python -m evidence thirdparty|django_models [sqlite] [postgresql] [mariadb]`
"""

from __future__ import annotations

import os
import subprocess
import sys

from evidence.databases import VARIABLE, VENDORS


def main() -> int:
    """Return 0 where every finding above info is explained."""
    corpus, *vendors = sys.argv[1:]
    failed = [v for v in vendors or VENDORS if not _run(corpus, v)]
    print("unexplained on " + ", ".join(failed) if failed else "all is explained")
    return bool(failed)


def _run(corpus: str, vendor: str) -> bool:
    environment = {**os.environ, VARIABLE: vendor}
    print(f"== {corpus} on {vendor}", flush=True)
    try:
        return all(_step(step, corpus, environment) for step in ("create", "validate"))
    finally:
        _step("drop", corpus, environment)


def _step(step: str, corpus: str, environment: dict[str, str]) -> bool:
    command = (sys.executable, "-m", "evidence.step", step, corpus)
    return subprocess.run(command, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
