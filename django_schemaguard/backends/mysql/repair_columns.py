"""How columns, their defaults and comments are added on MariaDB."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django_schemaguard.backends.repair import filling
from django_schemaguard.backends.repair.parts import LOST_KEY, Obstacle, Work
from django_schemaguard.core.plan import Stage, Target

if TYPE_CHECKING:
    from django_schemaguard.backends.mysql.repair import MySQLWriter
    from django_schemaguard.backends.repair.parts import Options, Source
    from django_schemaguard.core.schema import TableRef

INSTANT = "ALGORITHM=INSTANT"
ONLINE = "ALGORITHM=INPLACE, LOCK=NONE"


def moment(ref: TableRef) -> str:
    """Return the words for the lock of a change of the catalog alone."""
    return f"metadata lock on {ref.brief}, for a moment"


def copied(ref: TableRef, options: Options) -> Obstacle:
    """Return the obstacle of a table too large to be copied."""
    return Obstacle(
        f"'{ref.brief}' has over {options.row_limit} rows, and would be copied while"
        " nobody may write to it.",
        "Ask for it with --accept-rewrite, in a quiet hour.",
    )


def add_column(
    writer: MySQLWriter, source: Source, column: str, options: Options
) -> Work | Obstacle:
    """Return how a column is added in no time, or by a copy where that is accepted."""
    field: Any = source.field(column)
    ref = source.table.ref
    if field.primary_key:
        return LOST_KEY
    copying = copies(writer, field)
    if copying and not options.accept_rewrite and writer.larger(ref, options.row_limit):
        return copied(ref, options)
    how = filling.filling(writer, source, column, options)
    if isinstance(how, Obstacle):
        return how
    lock = f"SHARED on {ref.brief}, while it is copied; reads go on"
    addition = _addition(writer, source, (column, lock if copying else ""), how)
    if isinstance(how, filling.Each):
        return _filled(writer, source, column, (addition, how))
    if not isinstance(how, filling.Constant) or how.default is not None:
        return Work((_told(addition, how),), how.notes)
    then, note = _afterwards(writer, ref, column, options)
    return Work((addition, *then), (*how.notes, note))


def _told(addition: Stage, how: filling.Filling) -> Stage:
    """Return the stage whose guard knows the values; the clock is stopped for it."""
    if not isinstance(how, filling.Constant):
        return filling.lasting(addition, how)
    stopped = f"SET STATEMENT timestamp={time.time():.6f} FOR "
    guard = replace(addition.guard, loss=stopped + addition.guard.loss)
    statements = tuple(stopped + text for text in addition.statements)
    return replace(addition, statements=statements, guard=guard)


def _afterwards(
    writer: MySQLWriter, ref: TableRef, column: str, options: Options
) -> tuple[tuple[Stage, ...], str]:
    """Return what becomes of a default that only fills the rows that are there."""
    if options.keep_default:
        return (), "The default stays, and is found as one that the model lacks."
    note = "Code from before the column fails to insert rows after this."
    return (_no_default(writer, ref, column),), note


def _definition(
    writer: MySQLWriter, source: Source, field: Any, how: filling.Filling
) -> str:
    if isinstance(how, filling.Each):
        return writer.statements.column(source.model, field, null=True)
    definition = writer.statements.column(source.model, field)
    if isinstance(how, filling.Constant) and how.default is None:
        definition += f" DEFAULT {how.sql}"
    return definition + writer.statements.column_check(field)


def _no_default(writer: MySQLWriter, ref: TableRef, column: str) -> Stage:
    change = f"ALTER TABLE {writer.name(ref)} ALTER COLUMN {writer.quote(column)}"
    return Stage(
        (f"{change} DROP DEFAULT, {INSTANT}",),
        Target("column", ref, column),
        due=writer.column_where(ref, column, "column_default IS NOT NULL"),
        atomic=False,
        lock=moment(ref),
        locks=(ref,),
    )


def copies(writer: MySQLWriter, field: Any) -> bool:
    """Return whether the server would copy the table."""
    if field.generated:
        return bool(field.db_persist)
    if not field.has_db_default():
        return False
    text = writer.statements.default(field).lower()
    return any(name in text for name in ("uuid", "rand", "sleep", "sysdate", "nextval"))


def _addition(
    writer: MySQLWriter,
    source: Source,
    texts: tuple[str, str],
    how: filling.Filling,
) -> Stage:
    column, copying = texts
    field: Any = source.field(column)
    ref, name = source.table.ref, writer.quote(column)
    table = writer.name(ref)
    definition = _definition(writer, source, field, how)
    algorithm = "" if copying else f", {INSTANT}"
    return Stage(
        (f"ALTER TABLE {table} ADD COLUMN {name} {definition}{algorithm}",),
        Target("column", ref, column),
        atomic=False,
        lock=copying or moment(ref),
        locks=(ref,),
        reverse=(f"ALTER TABLE {table} DROP COLUMN {name}",),
        guard=filling.keeps(writer, source, column, how),
        # Without a default, the server would invent a value for rows that came since.
        precheck=filling.empty(writer, source, column, how),
    )


def _filled(
    writer: MySQLWriter,
    source: Source,
    column: str,
    begun: tuple[Stage, filling.Each],
) -> Work:
    addition, how = begun
    ref = source.table.ref
    batches = Stage(
        (),
        Target("column", ref, column),
        atomic=False,
        lock=f"the rows of a batch of {ref.brief}",
        kept=filling.KEPT,
        backfill=filling.backfill(writer, source, column),
    )
    return Work((addition, batches, *not_null(writer, source, column)), how.notes)


def not_null(writer: MySQLWriter, source: Source, column: str) -> tuple[Stage, ...]:
    """Return how NOT NULL is set while the table is written to."""
    ref = source.table.ref
    return (
        Stage(
            (f"{modified(writer, source, column)}, {ONLINE}",),
            Target("column", ref, column),
            due=writer.column_where(ref, column, "is_nullable = 'YES'"),
            atomic=False,
            lock=f"none on {ref.brief}; reads and writes go on",
            locks=(ref,),
            patient=True,
            reverse=(f"{modified(writer, source, column, null=True)}, {ONLINE}",),
        ),
    )


def modified(
    writer: MySQLWriter, source: Source, column: str, *, null: bool = False
) -> str:
    """Return the statement that gives a column the definition of its model."""
    field: Any = source.field(column)
    definition = writer.statements.column(source.model, field, null=null)
    check = writer.statements.column_check(field)
    table = writer.name(source.table.ref)
    return f"ALTER TABLE {table} MODIFY {writer.quote(column)} {definition}{check}"


def set_default(writer: MySQLWriter, source: Source, column: str) -> Work | Obstacle:
    """Return how a default is set."""
    field: Any = source.field(column)
    if not field.has_db_default():
        return Obstacle("The model has no db_default.")
    ref = source.table.ref
    change = f"ALTER TABLE {writer.name(ref)} ALTER COLUMN {writer.quote(column)}"
    back = "SET DEFAULT NULL" if field.null else "DROP DEFAULT"
    stage = Stage(
        (f"{change} SET DEFAULT {writer.statements.default(field)}, {INSTANT}",),
        Target("column", ref, column),
        due=writer.column_where(
            ref, column, "coalesce(column_default, 'NULL') = 'NULL'"
        ),
        atomic=False,
        lock=moment(ref),
        locks=(ref,),
        reverse=(f"{change} {back}, {INSTANT}",),
    )
    return Work((stage,), ("Rows that are there keep their values.",))


def set_comment(
    writer: MySQLWriter, source: Source, column: str | None
) -> Work | Obstacle:
    """Return how a comment is set; of a column, with its whole definition."""
    ref = source.table.ref
    table = writer.name(ref)
    if column is None:
        change, target = f"ALTER TABLE {table} COMMENT = ", Target("table", ref)
        text = writer.statements.comment(source.table.comment)
        change, back = f"{change}{text}", f"{change}''"
        due = writer.uncommented(ref)
    else:
        target = Target("column", ref, column)
        change = modified(writer, source, column)
        text = f" COMMENT {writer.statements.comment(_comment(source, column))}"
        if text not in change:
            return Obstacle("Django does not say how it is made.")
        back = change.replace(text, "", 1)
        due = writer.column_where(ref, column, "column_comment = ''")
    stage = Stage(
        (f"{change}, {INSTANT}",),
        target,
        due=due,
        atomic=False,
        lock=moment(ref),
        locks=(ref,),
        reverse=(f"{back}, {INSTANT}",),
    )
    return Work((stage,))


def _comment(source: Source, column: str) -> str:
    found = source.table.column(column)
    return found.comment if found else ""


def number(
    writer: MySQLWriter, source: Source, column: str, options: Options
) -> Work | Obstacle:
    """Return how a key is given AUTO_INCREMENT, which copies the table."""
    ref = source.table.ref
    if not options.accept_rewrite and writer.larger(ref, options.row_limit):
        return copied(ref, options)
    change = modified(writer, source, column).replace(" PRIMARY KEY", "", 1)
    if " AUTO_INCREMENT" not in change:
        return Obstacle("The model does not number its rows.")
    back = change.replace(" AUTO_INCREMENT", "", 1)
    off = "foreign_key_checks"
    stage = Stage(
        (writer.without(off, change),),
        Target("column", ref, column),
        due=writer.column_where(ref, column, "extra NOT LIKE '%auto_increment%'"),
        atomic=False,
        lock=f"SHARED on {ref.brief}, while it is copied; reads go on",
        locks=(ref,),
        patient=True,
        reverse=(writer.without(off, back),),
    )
    return Work((stage,), ("The table is copied.",))
