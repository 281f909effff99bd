"""SG553: all rows of a table changed at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import RunPython

from django_schemaguard.core.lint import Work
from django_schemaguard.core.schema import TableRef
from django_schemaguard.lint.fields import named
from django_schemaguard.lint.python import unbatched
from django_schemaguard.lint.rule import BY_DATA, BY_SQL, WARNING, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG553",
    WARNING,
    "Change rows in batches of some thousand by key, each in its own transaction.",
    layers=BY_SQL | BY_DATA,
)
def unbatched_data_change(site: Site) -> Iterator[Found]:
    """All rows of a table are changed by one statement, or loaded at once.

    Why it matters:
        Each row stays locked until the end, so that writers wait; the table grows by
        a copy of itself; a loop over ``all()`` holds every row in memory.

    Fix:
        Go through the table by key, some thousand rows at a time, each batch in a
        transaction of its own: ``atomic = False`` on the migration.
    """
    for statement in site.stated:
        verb = statement.upper[0]
        if verb in {"UPDATE", "DELETE"} and not statement.has("WHERE"):
            after = ("UPDATE",) if verb == "UPDATE" else ("DELETE", "FROM")
            name = statement.name_after(*after)
            if name is not None:
                yield Found(
                    f"{verb} changes all rows of '{name}' at once.",
                    table=TableRef(None, name),
                    work=Work.REWRITE,
                )
    operation = site.operation
    if isinstance(operation, RunPython):
        for what in unbatched(operation.code):
            yield Found(f"{named(operation.code)} {what}.")
