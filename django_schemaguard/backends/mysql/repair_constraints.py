"""How indexes and constraints are added on MariaDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.mysql.repair_columns import (
    INSTANT,
    ONLINE,
    copied,
    moment,
)
from django_schemaguard.backends.repair import offenders
from django_schemaguard.backends.repair.parts import Obstacle, Work
from django_schemaguard.core.plan import Stage, Target
from django_schemaguard.core.schema import Unique

if TYPE_CHECKING:
    from django_schemaguard.backends.mysql.repair import MySQLWriter
    from django_schemaguard.backends.repair.parts import Options, Source
    from django_schemaguard.core.schema import (
        Check,
        ForeignKey,
        Index,
        PrimaryKey,
        TableRef,
    )

ASIDE = ONLINE.replace(",", "")  # As CREATE INDEX takes it.
_UNKNOWN = Obstacle("Django does not say how it is made.")


def _online(ref: TableRef) -> str:
    return f"none on {ref.brief}; reads and writes go on"


def add_index(writer: MySQLWriter, source: Source, index: Index) -> Work | Obstacle:
    """Return how an index is built while the table is written to."""
    text = writer.statements.index(source.model, index.name, source.together)
    if text is None:
        return _UNKNOWN
    columns = tuple(key.column or "" for key in index.keys)
    target = Target("index", source.table.ref, index.name)
    left = writer.catalog.remnant(target, columns)
    if left:
        gone = ", ".join(f"'{it}'" for it in columns if it not in left)
        note = f"The server took {gone} out of it, and left the rest."
        return Work((_completed(writer, target, (text, left, columns)),), (note,))
    return built(writer, source, index, f"{text} {ASIDE}")


def _completed(
    writer: MySQLWriter,
    target: Target,
    index: tuple[str, tuple[str, ...], tuple[str, ...]],
) -> Stage:
    """Return how an index gets back the columns that went out of it."""
    text, left, columns = index
    ref, name = target.table, writer.quote(target.name)
    change = f"ALTER TABLE {writer.name(ref)} DROP INDEX {name}, ADD INDEX {name}"
    keys = text[text.index("(") :]
    shorter = ", ".join(map(writer.quote, left))
    literal = writer.statements.editor.quote_value
    lost = ", ".join(literal(it) for it in columns if it not in left)
    return Stage(
        (f"{change} {keys}, {ONLINE}",),
        target,
        due=(
            "SELECT 1 FROM information_schema.statistics WHERE table_schema ="
            f" DATABASE() AND table_name = {literal(ref.name)} AND index_name ="
            f" {literal(target.name)} HAVING SUM(column_name IN ({lost})) = 0"
        ),
        atomic=False,
        lock=_online(ref),
        locks=(ref,),
        patient=True,
        reverse=(f"{change} ({shorter}), {ONLINE}",),
    )


def use_index(writer: MySQLWriter, source: Source, index: Index | Unique) -> Work:
    """Return how the server is told to plan queries with an index again."""
    ref = source.table.ref
    literal = writer.statements.editor.quote_value
    change = f"ALTER TABLE {writer.name(ref)} ALTER INDEX {writer.quote(index.name)}"
    stage = Stage(
        (f"{change} NOT IGNORED, {INSTANT}",),
        Target("index", ref, index.name),
        due=(
            "SELECT 1 FROM information_schema.statistics WHERE table_schema ="
            f" DATABASE() AND table_name = {literal(ref.name)} AND index_name ="
            f" {literal(index.name)} AND ignored = 'YES'"
        ),
        atomic=False,
        lock=moment(ref),
        locks=(ref,),
        reverse=(f"{change} IGNORED, {INSTANT}",),
    )
    return Work((stage,))


def built(
    writer: MySQLWriter, source: Source, index: Index | Unique, text: str
) -> Work | Obstacle:
    """Return how an index is built by a statement."""
    ref, name = source.table.ref, index.name
    target = Target("index", ref, name)
    if writer.definition(target) is not None:
        reason = f"The name '{name}' is taken by an index of other definition."
        return Obstacle(reason, "Rename that.")
    drop = f"ALTER TABLE {writer.name(ref)} DROP INDEX {writer.quote(name)}"
    stage = Stage(
        (text,),
        target,
        atomic=False,
        lock=_online(ref),
        locks=(ref,),
        patient=True,
        reverse=(drop,),
    )
    if isinstance(index, Unique):
        return Work((stage,), (), (offenders.repeated(writer, source, index),))
    return Work((stage,))


def add_unique(writer: MySQLWriter, source: Source, unique: Unique) -> Work | Obstacle:
    """Return how a unique index is built while the table is written to."""
    statement = writer.statements.unique(source.model, unique.name)
    if statement is None:
        return _UNKNOWN
    text = str(statement)
    ending = f", {ONLINE}" if text.startswith("ALTER") else f" {ASIDE}"
    return built(writer, source, unique, f"{text}{ending}")


def add_check(
    writer: MySQLWriter, source: Source, check: Check, options: Options
) -> Work | Obstacle:
    """Return how a check is added, which copies the table."""
    ref = source.table.ref
    if not options.accept_rewrite and writer.larger(ref, options.row_limit):
        return copied(ref, options)
    change, name = f"ALTER TABLE {writer.name(ref)}", writer.quote(check.name)
    stage = Stage(
        (f"{change} ADD CONSTRAINT {name} CHECK ({check.expression.sql})",),
        Target("constraint", ref, check.name),
        atomic=False,
        lock=f"SHARED on {ref.brief}, while it is copied; reads go on",
        locks=(ref,),
        patient=True,
        reverse=(f"{change} DROP CONSTRAINT {name}",),
    )
    violators = offenders.violators(writer, source, check)
    return Work((stage,), ("The table is copied.",), (violators,))


def add_foreign_key(
    writer: MySQLWriter, source: Source, key: ForeignKey
) -> Work | Obstacle:
    """Return how a foreign key is added unchecked, and its rows looked at after."""
    text = writer.statements.foreign_key(source.model, source.field(key.columns[0]))
    return referring(writer, source, key, str(text))


def referring(writer: MySQLWriter, source: Source, key: ForeignKey, text: str) -> Work:
    """Return how a foreign key is added by an ALTER TABLE."""
    ref = source.table.ref
    orphans = offenders.orphans(writer, source, key)
    drop = f"ALTER TABLE {writer.name(ref)} DROP FOREIGN KEY {writer.quote(key.name)}"
    stage = Stage(
        (writer.without("foreign_key_checks", f"{text}, {ONLINE}"),),
        Target("constraint", ref, key.name),
        atomic=False,
        lock=_online(ref),
        locks=(ref, key.target),
        patient=True,
        reverse=(drop,),
        cleanup=(drop,),
        proof=f"{orphans.query} LIMIT 1",
    )
    return Work((stage,), forbidden=(orphans,))


def add_primary_key(
    writer: MySQLWriter, source: Source, key: PrimaryKey
) -> Work | Obstacle:
    """Return how a primary key is added; the table is ordered by it, online."""
    ref = source.table.ref
    listed = ", ".join(map(writer.quote, key.columns))
    change = f"ALTER TABLE {writer.name(ref)}"
    stage = Stage(
        (f"{change} ADD PRIMARY KEY ({listed}), {ONLINE}",),
        Target("index", ref, "PRIMARY"),
        atomic=False,
        lock=_online(ref),
        locks=(ref,),
        patient=True,
        reverse=(f"{change} DROP PRIMARY KEY",),
    )
    return Work((stage,), forbidden=offenders.no_key(writer, source, key))
