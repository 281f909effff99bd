"""How columns, their defaults and comments are added on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django_schemaguard.backends.repair import filling
from django_schemaguard.backends.repair.parts import LOST_KEY, Obstacle, Work
from django_schemaguard.core.plan import Stage, Target

if TYPE_CHECKING:
    from django_schemaguard.backends.postgresql.repair import PostgreSQLWriter
    from django_schemaguard.backends.repair.parts import Options, Source
    from django_schemaguard.core.schema import TableRef

_VIRTUAL = 180_000  # PostgreSQL 18 has columns that are not stored.


def moment(ref: TableRef) -> str:
    """Return the words for the strongest lock, held for a moment."""
    return f"ACCESS EXCLUSIVE on {ref.brief}, for a moment"


def add_column(
    writer: PostgreSQLWriter, source: Source, column: str, options: Options
) -> Work | Obstacle:
    """Return how a column is added without a rewrite of its table."""
    field: Any = source.field(column)
    ref = source.table.ref
    if field.primary_key:
        return LOST_KEY
    cost = _rewrite(writer, field)
    if cost and not options.accept_rewrite and writer.larger(ref, options.row_limit):
        return Obstacle(
            f"{cost}, so all rows of '{ref.brief}' would be written under ACCESS"
            " EXCLUSIVE.",
            "Ask for it with --accept-rewrite, in a quiet hour.",
        )
    how = filling.filling(writer, source, column, options)
    if isinstance(how, Obstacle):
        return how
    if isinstance(how, filling.Each):
        return _filled(writer, source, column, how)
    notes = (*how.notes, *((f"{cost}; all rows are written.",) if cost else ()))
    then: tuple[str, ...] = ()
    given = isinstance(how, filling.Constant)
    definition = writer.statements.column(source.model, field, default=not given)
    if isinstance(how, filling.Constant):
        definition += f" DEFAULT {how.sql}"
        then, said = _afterwards(writer, ref, (column, how.default), options)
        notes += said
    stage = _addition(writer, source, (column, definition, *then), how)
    stage = filling.lasting(stage, how)
    if cost:
        lock = f"ACCESS EXCLUSIVE on {ref.brief}, while all rows are written"
        stage = replace(stage, lock=lock)
    return Work((stage,), notes)


def _afterwards(
    writer: PostgreSQLWriter,
    ref: TableRef,
    texts: tuple[str, str | None],
    options: Options,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what becomes of a default that only fills the rows that are there."""
    column, default = texts
    change = f"ALTER TABLE {writer.name(ref)} ALTER COLUMN {writer.quote(column)}"
    if default is not None:
        return (f"{change} SET DEFAULT {default}",), ()
    if options.keep_default:
        return (), ("The default stays, and is found as one that the model lacks.",)
    note = "Code from before the column fails to insert rows after this."
    return (f"{change} DROP DEFAULT",), (note,)


def _addition(
    writer: PostgreSQLWriter,
    source: Source,
    texts: tuple[str, ...],
    how: filling.Filling,
) -> Stage:
    column, definition, *then = texts
    ref, name = source.table.ref, writer.quote(column)
    table = writer.name(ref)
    return Stage(
        (
            f"ALTER TABLE {table} ADD COLUMN {name} {definition}",
            *then,
            *writer.statements.column_comment(source.model, source.field(column)),
        ),
        Target("column", ref, column),
        lock=moment(ref),
        locks=(ref,),
        reverse=(f"ALTER TABLE {table} DROP COLUMN {name}",),
        guard=filling.keeps(writer, source, column, how),
        precheck=filling.empty(writer, source, column, how),
    )


def _rewrite(writer: PostgreSQLWriter, field: Any) -> str:
    """Return why the server would rewrite the table; "" where it would not."""
    if field.generated:
        version = writer.connection.pg_version  # type: ignore[attr-defined]
        free = not field.db_persist and version >= _VIRTUAL
        return "" if free else "The column is generated and stored"
    if "IDENTITY" in (field.db_type_suffix(connection=writer.connection) or ""):
        return "The column numbers its rows"
    if field.has_db_default():
        default = writer.statements.default(field)
        if writer.catalog.volatile(default):
            return "Its default differs from row to row"
    return ""


def _filled(
    writer: PostgreSQLWriter, source: Source, column: str, how: filling.Each
) -> Work:
    field: Any = source.field(column)
    ref = source.table.ref
    definition = writer.statements.column(source.model, field, null=True)
    return Work(
        (
            _addition(writer, source, (column, definition), how),
            Stage(
                (),
                Target("column", ref, column),
                atomic=False,
                lock=f"ROW EXCLUSIVE on {ref.brief}, and the rows of a batch",
                kept=filling.KEPT,
                backfill=filling.backfill(writer, source, column),
            ),
            *not_null(writer, source, column),
        ),
        how.notes,
    )


def not_null(
    writer: PostgreSQLWriter, source: Source, column: str
) -> tuple[Stage, ...]:
    """Return how NOT NULL is set without a scan under ACCESS EXCLUSIVE."""
    ref, name = source.table.ref, writer.quote(column)
    table = writer.name(ref)
    check = f"{column[:40]}_schemaguard_not_null"
    quoted = writer.quote(check)
    drop = f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {quoted}"
    add = f"ALTER TABLE {table} ADD CONSTRAINT {quoted}"
    proof = Target("constraint", ref, check)
    due = writer.column_where(ref, column, "NOT attnotnull")
    return (
        Stage(
            (drop, f"{add} CHECK ({name} IS NOT NULL) NOT VALID"),
            proof,
            due=due,
            lock=moment(ref),
            locks=(ref,),
            reverse=(drop,),
        ),
        Stage(
            (f"ALTER TABLE {table} VALIDATE CONSTRAINT {quoted}",),
            proof,
            due=due,
            atomic=False,
            lock=f"SHARE UPDATE EXCLUSIVE on {ref.brief}; reads and writes go on",
            locks=(ref,),
            cleanup=(drop,),
        ),
        Stage(
            (
                f"ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL",
                f"ALTER TABLE {table} DROP CONSTRAINT {quoted}",
            ),
            Target("column", ref, column),
            due=due,
            lock=moment(ref),
            locks=(ref,),
            reverse=(f"ALTER TABLE {table} ALTER COLUMN {name} DROP NOT NULL",),
        ),
    )


def set_default(
    writer: PostgreSQLWriter, source: Source, column: str
) -> Work | Obstacle:
    """Return how a default is set."""
    field: Any = source.field(column)
    if not field.has_db_default():
        return Obstacle("The model has no db_default.")
    ref = source.table.ref
    change = f"ALTER TABLE {writer.name(ref)} ALTER COLUMN {writer.quote(column)}"
    stage = Stage(
        (f"{change} SET DEFAULT {writer.statements.default(field)}",),
        Target("column", ref, column),
        due=writer.column_where(ref, column, "NOT atthasdef"),
        lock=moment(ref),
        locks=(ref,),
        reverse=(f"{change} DROP DEFAULT",),
    )
    return Work((stage,), ("Rows that are there keep their values.",))


def set_comment(
    writer: PostgreSQLWriter, source: Source, column: str | None
) -> Work | Obstacle:
    """Return how a comment is set."""
    ref = source.table.ref
    if column is None:
        subject = f"TABLE {writer.name(ref)}"
        text = source.table.comment
        target = Target("table", ref)
        described = "obj_description(c.oid, 'pg_class')"
        due = (
            "SELECT 1 FROM pg_catalog.pg_class c"
            f" WHERE c.oid = {writer.literal(writer.name(ref))}::regclass"
            f" AND {described} IS NULL"
        )
    else:
        subject = f"COLUMN {writer.name(ref)}.{writer.quote(column)}"
        found = source.table.column(column)
        text = found.comment if found else ""
        target = Target("column", ref, column)
        described = "col_description(attrelid, attnum)"
        due = writer.column_where(ref, column, f"{described} IS NULL")
    stage = Stage(
        (f"COMMENT ON {subject} IS {writer.statements.comment(text)}",),
        target,
        due=due,
        lock=f"SHARE UPDATE EXCLUSIVE on {ref.brief}, for a moment",
        locks=(ref,),
        reverse=(f"COMMENT ON {subject} IS NULL",),
    )
    return Work((stage,))
