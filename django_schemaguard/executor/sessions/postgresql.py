"""PostgreSQL: short lock timeouts, and no try while somebody is in the way."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from django_schemaguard._typing import override
from django_schemaguard.backends.home import address
from django_schemaguard.backends.postgresql.session import is_lost, sqlstate
from django_schemaguard.executor.sessions.base import Session, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django_schemaguard.core.plan import Stage
    from django_schemaguard.core.schema import TableRef

_TROUBLES: Final = {
    "55P03": Trouble.BUSY,  # lock_not_available
    "40P01": Trouble.BUSY,  # deadlock_detected
    "42P07": Trouble.EXISTS,  # duplicate_table, which an index is, too
    "42701": Trouble.EXISTS,  # duplicate_column
    "42710": Trouble.EXISTS,  # duplicate_object
    "57014": Trouble.LATE,  # query_canceled
    "42501": Trouble.DENIED,  # insufficient_privilege
    "25006": Trouble.DENIED,  # read_only_sql_transaction
}

_MODES: Final = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)
# Each mode with the first of the list above that it conflicts with; it conflicts
# with all that follow. Manual, "Explicit Locking"; SHARE alone is no such row.
_FROM: Final = {
    "ACCESS SHARE": 7,
    "ROW SHARE": 6,
    "ROW EXCLUSIVE": 4,
    "SHARE UPDATE EXCLUSIVE": 3,
    "SHARE ROW EXCLUSIVE": 2,
    "EXCLUSIVE": 1,
    "ACCESS EXCLUSIVE": 0,
}
# A holder whose age is not shown to this role may be about to leave.
_HOLDERS = """
SELECT DISTINCT coalesce('session ' || l.pid, 'a prepared transaction')
FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'relation' AND l.granted AND l.mode = ANY(%s)
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.relation IN (SELECT to_regclass(name)::oid FROM unnest(%s::text[]) name)
  AND l.pid IS DISTINCT FROM pg_backend_pid()
  AND (l.pid IS NULL OR a.xact_start < clock_timestamp() - interval '250 ms')
"""
# What a concurrent build waits for: those who may write to the table (for a drop:
# who uses it at all), and each snapshot of the database but those of VACUUM. The
# server ends what autovacuum does. Manual, "Building Indexes Concurrently".
_ELDERS = """
SELECT DISTINCT coalesce(l.pid || ' ' || a.xact_start, 'prepared'),
  coalesce('session ' || l.pid, 'a prepared transaction')
FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'relation' AND l.granted AND l.mode = ANY(%(modes)s)
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.relation IN (SELECT to_regclass(name)::oid FROM unnest(%(names)s::text[]) name)
  AND l.pid IS DISTINCT FROM pg_backend_pid()
  AND (l.pid IS NULL OR a.backend_type <> 'autovacuum worker'
    AND a.xact_start < clock_timestamp() - interval '250 ms')
UNION
SELECT pid || ' ' || xact_start, 'session ' || pid FROM pg_stat_activity
WHERE %(snapshots)s AND datname = current_database() AND backend_xmin IS NOT NULL
  AND backend_type NOT IN ('autovacuum worker', 'walsender', 'parallel worker')
  AND query !~* '^\\s*vacuum' AND pid <> pg_backend_pid()
  AND xact_start < clock_timestamp() - interval '250 ms'
ORDER BY 1
"""


class PostgreSQL(Session):
    """Runs stages on PostgreSQL 15 and later."""

    @override
    @contextmanager
    def transaction(self, wait_ms: int, limit_ms: int) -> Iterator[None]:
        with transaction.atomic(using=self.connection.alias, durable=True):
            self._set(wait_ms, limit_ms, local=True)
            yield

    @override
    @contextmanager
    def single(self, wait_ms: int | None, limit_ms: int) -> Iterator[None]:
        before = self._set(wait_ms or 0, limit_ms, local=False)
        session = self.connection.connection
        try:
            yield
        finally:
            if self.connection.connection is session and not session.closed:
                self._set(*before, local=False)

    def _set(
        self, wait: int | str, limit: int | str, *, local: bool
    ) -> tuple[str, str]:
        """Set both bounds; return what they were."""
        if isinstance(wait, int) and isinstance(limit, int):
            # Else a wait for a lock would end as a statement that takes too long.
            limit = max(limit, wait + 500)
        names = "current_setting('lock_timeout'), current_setting('statement_timeout')"
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT {names}")
            before = cursor.fetchone()
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, %s),"
                " set_config('statement_timeout', %s, %s)",
                [str(wait), local, str(limit), local],
            )
        return str(before[0]), str(before[1])

    @override
    def trouble(self, error: BaseException) -> Trouble:
        if is_lost(self.connection, error):
            return Trouble.LOST
        state = sqlstate(error) or ""
        if state == "23505" and _of_catalog(error):
            return Trouble.EXISTS
        return _TROUBLES.get(state, Trouble.FAILED)

    @override
    def holders(self, stage: Stage) -> tuple[str, ...]:
        if not stage.locks:
            return ()
        names = [address(self.connection, ref) for ref in stage.locks]
        with self.connection.cursor() as cursor:
            cursor.execute(_HOLDERS, [conflicting(stage.lock), names])
            return tuple(str(row[0]) for row in cursor.fetchall())

    @override
    def elders(self, statement: str, refs: Sequence[TableRef]) -> dict[str, str]:
        builds = statement.startswith("CREATE ")
        facts: dict[str, Any] = {
            "modes": _modes("ROW EXCLUSIVE" if builds else "ACCESS SHARE"),
            "names": [address(self.connection, ref) for ref in refs],
            "snapshots": not statement.startswith("DROP "),
        }
        with self.connection.cursor() as cursor:
            cursor.execute(_ELDERS, facts)
            return dict(cursor.fetchall())


def conflicting(lock: str) -> list[str]:
    """Return the modes, as pg_locks names them, that a lock has to wait for.

    Args:
        lock: Begins with the mode, such as "SHARE ROW EXCLUSIVE on shop_order".
            Any other text stands for the strongest.
    """
    mode = max((it for it in _MODES if lock.startswith(it)), key=len, default="")
    if mode == "SHARE":
        modes = [it for it in _MODES[2:] if it != "SHARE"]
    else:
        return _modes(_MODES[_FROM.get(mode, 0)])
    return _named(modes)


def _modes(first: str) -> list[str]:
    """Return a mode and the stronger ones, as pg_locks names them."""
    return _named(_MODES[_MODES.index(first) :])


def _named(modes: Iterable[str]) -> list[str]:
    return [f"{it.title().replace(' ', '')}Lock" for it in modes]


def _of_catalog(error: BaseException) -> bool:
    """Return whether two made an object of the same name at the same time."""
    diagnostics = getattr(error.__cause__ or error, "diag", None)
    name = getattr(diagnostics, "constraint_name", None) or ""
    return name.startswith(("pg_type_", "pg_class_"))
