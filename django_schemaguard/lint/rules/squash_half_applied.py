"""SG583: a squash of which only some parts are applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import DATA_ALONE, WARNING, Found, run_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.travel import Travel


@run_rule(
    "SG583",
    WARNING,
    "Apply all that it replaces first, with the files of both in place.",
    layers=DATA_ALONE,
)
def squash_half_applied(travel: Travel) -> Iterator[Found]:
    """Some of the migrations that a squash replaces are applied, and some are not.

    Why it matters:
        Django goes on with the old ones. Once their files are removed, it cannot
        tell any more where this database stands.

    Fix:
        Migrate every database to the end of what the squash replaces before those
        files are removed.
    """
    loader = travel.context.loader
    if loader is None or travel.live is None:
        return
    for key, squash in sorted(loader.replacements.items()):
        done = [node for node in squash.replaces if node in loader.applied_migrations]
        if done and len(done) < len(squash.replaces):
            yield Found(
                f"Of the {len(squash.replaces)} that '{key[0]}.{key[1]}' replaces,"
                f" {len(done)} are applied."
            )
