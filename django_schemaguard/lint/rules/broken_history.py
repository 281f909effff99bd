"""SG580: migrations that do not follow one from the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.exceptions import InconsistentMigrationHistory

from django_schemaguard.lint.rule import ERROR, Found, run_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.travel import Travel


@run_rule(
    "SG580",
    ERROR,
    "Run 'manage.py makemigrations --merge'; apply what was left out.",
)
def broken_history(travel: Travel) -> Iterator[Found]:
    """An app has several last migrations, or one is applied before its dependency.

    Why it matters:
        ``migrate`` refuses to run.

    Fix:
        Merge the branches with ``makemigrations --merge``. For what was applied too
        early, see SG703.
    """
    loader = travel.context.loader
    if loader is None:
        return
    for app, names in sorted(loader.detect_conflicts().items()):
        yield Found(
            f"App '{app}' has several last migrations: {', '.join(sorted(names))}."
        )
    if not travel.context.live:
        return
    try:
        loader.check_consistent_history(travel.context.connection)
    except InconsistentMigrationHistory as error:
        yield Found(" ".join(str(error).split()))
