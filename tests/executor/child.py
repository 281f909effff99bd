"""A process of its own that applies one step, to be killed in the middle of it.

Called with the settings of the database as JSON, what to add, and the deadline. Says
"begun" when it holds the lock, and at the end how it went, as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

KEPT = ("ENGINE", "NAME", "HOST", "PORT", "USER", "PASSWORD")


def start(
    connection: BaseDatabaseWrapper, what: str, seconds: float = 30
) -> subprocess.Popen[str]:
    """Start the process; what is added is "column", "index" or "repair"."""
    database = {key: connection.settings_dict[key] for key in KEPT}
    return subprocess.Popen(
        [sys.executable, "-m", __name__, json.dumps(database), what, str(seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def begun(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    """Wait until the process holds the lock."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line == "begun\n", (line, process.stderr and process.stderr.read())
    return process


def kill(process: subprocess.Popen[str]) -> None:
    """Kill the process as `kill -9` does."""
    process.kill()
    process.communicate()


def outcome(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for the end; return "status" and "failure"."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return dict(json.loads(out.splitlines()[-1]))


def main(database: dict[str, Any], what: str, seconds: float) -> None:
    import django

    settings.configure(
        DATABASES={"default": {}, "private": database},
        INSTALLED_APPS=["django_schemaguard"],
        USE_TZ=True,
        SECRET_KEY="no secret",
    )
    django.setup()
    from django.db import connections

    from django_schemaguard.executor.apply import apply
    from django_schemaguard.executor.resume import settle_unfinished
    from tests.executor.plans import column, index, place, planned

    connection = connections["private"]
    make = {"column": column, "index": index}[what]
    with place(connection, seconds) as at:
        say("begun")
        settled = settle_unfinished(at)
        stage = make(connection, f"new_{what}")
        if at.writer.definition(stage.target) is not None:
            say(json.dumps({"status": "noop", "settled": len(settled)}))
            return
        run = at.journal.start("auto_fix")
        done = apply(at, run, [planned(stage)])
        at.journal.finish(run, done.status)
    failure = done.failure and str(done.failure)
    say(json.dumps({"status": done.status.value, "failure": failure}))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
