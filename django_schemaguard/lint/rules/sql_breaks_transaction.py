"""SG562: SQL that does not keep to the migration's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import (
    BY_SQL,
    ERROR,
    POSTGRESQL,
    Found,
    operation_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site
    from django_schemaguard.lint.sql import Statement


@operation_rule(
    "SG562",
    ERROR,
    "Leave transactions to Django; give CONCURRENTLY a RunSQL of one statement.",
    vendors=POSTGRESQL,
    layers=BY_SQL,
)
def sql_breaks_transaction(site: Site) -> Iterator[Found]:
    """A ``RunSQL`` begins or ends a transaction, or hides CONCURRENTLY in a script.

    Why it matters:
        COMMIT ends the transaction of the migration, and what comes after is half
        done when it fails. PostgreSQL runs a text of several statements as one
        transaction, in which CONCURRENTLY fails even where ``atomic = False``.

    Fix:
        Leave transactions to Django. Give a ``RunSQL`` a list of statements, or
        several ``RunSQL``, rather than one text.
    """
    for script in site.scripts:
        for statement in script:
            word = statement.upper[0]
            if word in {"BEGIN", "COMMIT", "ROLLBACK", "END", "ABORT"} and not (
                word == "ROLLBACK" and statement.has("TO")
            ):
                yield Found(f"RunSQL says {word}: the transaction is the migration's.")
            elif len(script) > 1 and _is_concurrent(statement) and not site.atomic:
                yield Found(
                    f"{' '.join(statement.upper[:2])} CONCURRENTLY stands in a text of"
                    f" {len(script)} statements: it fails."
                )


def _is_concurrent(statement: Statement) -> bool:
    starts = any(statement.starts(word) for word in ("CREATE", "DROP", "REINDEX"))
    return starts and statement.has("CONCURRENTLY")
