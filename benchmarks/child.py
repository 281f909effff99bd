"""One measured run in a process of its own: `python -m benchmarks.child TOOL`."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from pathlib import Path

import django


def _client_cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _resident_mib() -> float:
    fields = Path("/proc/self/status").read_text().splitlines()
    (line,) = [line for line in fields if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def main(tool: str) -> None:
    """Run a tool once after Django is set up, and print what that took."""
    django.setup()
    from django.apps import apps

    from benchmarks.tools import TOOLS

    apps.get_models(include_auto_created=True)
    run = TOOLS[tool]()
    gc.collect()
    memory, cpu, wall = _resident_mib(), _client_cpu(), time.perf_counter()
    note = run()
    wall = time.perf_counter() - wall
    cpu = _client_cpu() - cpu
    peak = max(_peak_mib() - memory, 0.0)
    print(json.dumps({"cpu": cpu, "wall": wall, "mib": peak, "note": note}))


if __name__ == "__main__":
    main(sys.argv[1])
