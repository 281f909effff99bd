"""Compare what `validate` costs with the floor and with other tools.

    python -m benchmarks.run --tables 10 100 1000 --samples 5

Needs Linux (it reads /proc), a PostgreSQL server on this machine whose role may
create databases (PGHOST, PGPORT, PGUSER, PGPASSWORD), and what requirements.txt
lists. Each sample is a process and a connection of its own. The server should
have nothing else to do, or what was written to its log is not ours alone.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.proxy import Proxy

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("floor", "validate", "frozen", "pg_dump", "reflect", "sqldiff", "inspectdb")
HEAD = (
    "| Tables | Tool | CPU ms | of it client | server | × floor | wall ms "
    "| statements | round trips | MiB |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass
class Case:
    """One database to measure on.

    Attributes:
        label: For the table.
        variables: What the processes find in their environment.
    """

    label: str
    variables: dict[str, str]

    @property
    def database(self) -> str:
        """The name of the database."""
        return self.variables["PGDATABASE"]


@dataclass
class Result:
    """The samples of one tool on one case; times in seconds."""

    tool: str
    client: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    mib: list[float] = field(default_factory=list)
    statements: int = 0
    trips: int = 0
    wal: int = 0
    note: str = ""

    @property
    def cpu(self) -> float:
        """The median of client and server together."""
        both = zip(self.client, self.server, strict=True)
        return statistics.median(client + server for client, server in both)

    @property
    def spread(self) -> float:
        """How far the samples of the CPU lie apart, as a part of the median."""
        both = [c + s for c, s in zip(self.client, self.server, strict=True)]
        return (max(both) - min(both)) / self.cpu


def _admin() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=os.environ.get("PGHOST", "127.0.0.1"),
        port=os.environ.get("PGPORT", "5432"),
        user=os.environ.get("PGUSER", "postgres"),
        password=os.environ.get("PGPASSWORD"),
        dbname="postgres",
        autocommit=True,
    )


def _python(*words: str, variables: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            **variables,
        },
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout


def _prepare(case: Case, *, keep: bool) -> None:
    """Make the database anew, unless it is there and to be kept."""
    name = sql.Identifier(case.database)
    with _admin() as admin:
        there = admin.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [case.database]
        ).fetchone()
        if there and keep:
            _freeze(case)
            return
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
    _python("benchmarks.prepare", variables=case.variables)
    _freeze(case)
    with _admin() as admin:
        admin.execute("CHECKPOINT")


def _freeze(case: Case) -> None:
    """Write what is expected into a file, for the tool that takes it from there."""
    wanted = ("schemaguard", "snapshot", "--expected", case.variables["BENCH_FROZEN"])
    _python("django", *wanted, variables=case.variables)


def _log_position() -> int:
    with _admin() as admin:
        row = admin.execute("SELECT pg_current_wal_lsn() - '0/0'").fetchone()
    return int(str(row[0])) if row else 0


def _sample(case: Case, result: Result, proxy: Proxy) -> None:
    variables = {
        **case.variables,
        "PGHOST": "127.0.0.1",
        "PGPORT": str(proxy.port),
    }
    before = _log_position()
    with proxy.run() as traffic:
        output = _python("benchmarks.child", result.tool, variables=variables)
    result.wal += _log_position() - before
    told = json.loads(output.splitlines()[-1])
    result.client.append(told["cpu"])
    result.server.append(traffic.server_cpu)
    result.wall.append(told["wall"])
    result.mib.append(told["mib"])
    result.trips, result.statements = traffic.trips, traffic.statements
    result.note = told["note"] or ""


def _measure(case: Case, wish: argparse.Namespace) -> list[Result]:
    """Take the samples in rounds, so that a busy minute hits every tool."""
    host, port = os.environ.get("PGHOST", "127.0.0.1"), os.environ.get("PGPORT", "5432")
    proxy = Proxy(host, int(port), wish.delay / 1000)
    results = [Result(tool) for tool in wish.tools]
    for _ in range(wish.samples):
        for result in results:
            _sample(case, result, proxy)
    return results


def _row(case: Case, result: Result, floor: float) -> str:
    median = statistics.median
    cells = (
        case.label,
        result.tool,
        f"{result.cpu * 1000:.0f} ±{result.spread * 50:.0f} %",
        f"{median(result.client) * 1000:.0f}",
        f"{median(result.server) * 1000:.0f}",
        f"{result.cpu / floor:.1f}",
        f"{median(result.wall) * 1000:.0f}",
        str(result.statements),
        str(result.trips),
        "" if result.tool == "pg_dump" else f"{median(result.mib):.0f}",
    )
    return "| " + " | ".join(cells) + " |"


def _cases(wish: argparse.Namespace) -> list[Case]:
    real = [_case("project", "project", BENCH_PROJECT=wish.project)]
    made = [
        _case(f"{count:,}", str(count), BENCH_TABLES=str(count))
        for count in wish.tables
    ]
    return [*(real if wish.project else []), *made]


def _case(label: str, name: str, **variables: str) -> Case:
    database = f"schemaguard_bench_{name}"
    frozen = str(Path(tempfile.gettempdir(), f"{database}.json"))
    own = {"PGDATABASE": database, "BENCH_FROZEN": frozen}
    return Case(label, {**variables, **own})


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tables", type=int, nargs="*", default=[10, 100, 1000])
    parser.add_argument("--project", help="settings module of a real project")
    parser.add_argument("--tools", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--delay", type=float, default=0.0, metavar="MS")
    parser.add_argument("--keep", action="store_true", help="reuse the databases")
    return parser.parse_args()


def main() -> None:
    """Print the table in Markdown."""
    wish = _wishes()
    print(HEAD)
    for case in _cases(wish):
        _prepare(case, keep=wish.keep)
        results = _measure(case, wish)
        by_tool = {result.tool: result for result in results}
        floor = by_tool.get("floor", results[0]).cpu
        for result in results:
            print(_row(case, result, floor), flush=True)
        if "validate" in by_tool:
            mine = by_tool["validate"]
            print(f"<!-- validate: {mine.note}; log +{mine.wal} bytes -->", flush=True)


if __name__ == "__main__":
    main()
