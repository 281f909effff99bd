"""SG581: a migration before the deploy that needs one after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import ERROR, Found, operation_rule
from django_schemaguard.lint.stages import Stage, stage_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG581",
    ERROR,
    "Mark both for the same stage, or free one of the other.",
)
def stages_crossed(site: Site) -> Iterator[Found]:
    """A migration for before the deploy depends on one for after it.

    Why it matters:
        It cannot run before the deploy, since what it depends on must not yet. So the
        new code starts without it.

    Fix:
        Mark both for the same stage, or take the dependency away.
    """
    loader = site.travel.context.loader
    if site.position != 1 or loader is None:
        return
    if stage_of(site.migration) is not Stage.PRE:
        return
    waiting = {str(migration) for migration in site.travel.migrations}
    for node in site.migration.dependencies:
        other = loader.graph.nodes.get(node)
        if (
            other is not None
            and stage_of(other) is Stage.POST
            and str(other) in waiting
        ):
            yield Found(
                f"Migration '{site.migration}' is for before the deploy, and needs"
                f" '{other}', which is for after it."
            )
