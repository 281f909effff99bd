"""SG590: a session that would wait for locks for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import (
    DATA_ALONE,
    POSTGRESQL,
    WARNING,
    Found,
    run_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.travel import Travel


@run_rule(
    "SG590",
    WARNING,
    "Set lock_timeout in OPTIONS, or apply with 'manage.py schemaguard migrate'.",
    vendors=POSTGRESQL,
    layers=DATA_ALONE,
)
def waits_unbounded(travel: Travel) -> Iterator[Found]:
    """The session has no lock timeout, or shares the server's with others.

    Why it matters:
        A statement that waits for a lock makes all later queries on the table wait
        behind it, for as long as the longest query before it takes. Behind a pooler
        such as PgBouncer in transaction mode, settings and locks of a session end up
        with somebody else.

    Fix:
        ``"OPTIONS": {"options": "-c lock_timeout=2s"}`` for ``manage.py migrate``;
        ``schemaguard migrate`` sets its own. Migrate through a connection that goes
        straight to the server.
    """
    if travel.live is None or not travel.migrations:
        return
    if not travel.context.guarded and travel.live.lock_timeout() == "0":
        yield Found("The session has no lock timeout: it would wait for ever.")
    if travel.live.is_pooled():
        yield Found(
            "The connection goes through a pooler: its session is not its own.",
            "Migrate through a connection that goes straight to the server.",
        )
