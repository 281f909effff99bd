"""SG550: Python code that cannot be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import RunPython

from django_schemaguard.lint.fields import named
from django_schemaguard.lint.rule import WARNING, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG550",
    WARNING,
    "Give it a reverse_code; RunPython.noop where there is nothing to undo.",
)
def python_irreversible(site: Site) -> Iterator[Found]:
    """A ``RunPython`` has no ``reverse_code``.

    Why it matters:
        The migration cannot be unapplied, nor any before it: a run that fails later
        stays where it is.

    Fix:
        Write the reverse, or ``RunPython.noop`` where the data may stay.
    """
    operation = site.operation
    if isinstance(operation, RunPython) and not operation.reversible:
        yield Found(f"{named(operation.code)} cannot be undone.")
