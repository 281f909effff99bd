"""SG582: a state that differs from what the database gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import RunPython, RunSQL, SeparateDatabaseAndState

from django_schemaguard.lint.rule import INFO, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG582",
    INFO,
    "Compare after migrating: 'manage.py schemaguard validate'.",
)
def state_diverges(site: Site) -> Iterator[Found]:
    """``SeparateDatabaseAndState`` tells the state something else than the database.

    Why it matters:
        If both do not come to the same in the end, models and database differ, and
        ``makemigrations`` sees nothing. It is told where only one side has
        operations, or where model operations on both sides lead to different
        states. What SQL does is not known here.

    Fix:
        Make sure that a migration of the plan completes it, and run ``validate``
        after.
    """
    operation = site.operation
    if not isinstance(operation, SeparateDatabaseAndState):
        return
    state, database = operation.state_operations, operation.database_operations
    if state and not database:
        words = ", ".join(each.describe() for each in state)
        yield Found(f"Only the state changes: {words}.")
    elif state and all(_says_all(each) for each in database):
        reached = site.before.clone()
        reached.__dict__.pop("apps", None)
        for each in database:
            each.state_forwards(site.app, reached)
        after = site.after.clone()
        after.__dict__.pop("apps", None)
        if reached != after:
            yield Found("State and database operations lead to different models.")


def _says_all(operation: Any) -> bool:
    return not isinstance(operation, RunSQL | RunPython)
