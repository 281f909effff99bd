"""What the rows that are there get in a new column."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import Value

from django_schemaguard.backends.repair import offenders
from django_schemaguard.backends.repair.parts import NO_KEY, Obstacle
from django_schemaguard.core.plan import NO_GUARD, Backfill, Guard, Stage

if TYPE_CHECKING:
    from django_schemaguard.backends.repair.base import Writer
    from django_schemaguard.backends.repair.parts import Options, Source

BATCH = 200  # Its rows are locked until all of it is written.
KEPT = "the values that rows were given stay"
_OWN = "the default gives each row that is there a value of its own"


@dataclass(frozen=True, slots=True)
class Nothing:
    """They stay without a value, or there are none, or the server gives one.

    Attributes:
        kept: Why the column cannot be dropped again; "" where it may be.
    """

    notes: tuple[str, ...] = ()
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    """All get the same value, from a default of the column.

    Attributes:
        sql: The value.
        default: What the column's own default is, where it is worked out only once;
            None for none.
    """

    sql: str
    notes: tuple[str, ...]
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Each:
    """Each gets a value of its own, in batches."""

    notes: tuple[str, ...]


Filling: TypeAlias = Nothing | Constant | Each

# A default made twice that is equal may still differ from row to row.
_TRIES = 2


def filling(
    writer: Writer, source: Source, column: str, options: Options
) -> Filling | Obstacle:
    """Return what the rows get, or why none can be given."""
    field: Any = source.field(column)
    if field.generated:
        return Nothing()
    if field.has_db_default():
        return _worked_out(writer, source, column, options)
    if field.null:
        given = field.has_default() and field.default is not None
        note = f"Rows that are there get NULL in '{column}', not the model's default."
        return Nothing((note,) if given else ())
    if writer.filled(source.table.ref):
        return _value(writer, source, column, options)
    if options.elsewhere and writer.connection.vendor != "sqlite":
        found = _value(writer, source, column, options)
        return found if isinstance(found, Constant) else Nothing()
    return Nothing()


def _worked_out(
    writer: Writer, source: Source, column: str, options: Options
) -> Filling:
    """Return what a database default gives, which must be known to be undone."""
    field: Any = source.field(column)
    fixed = _literal(writer, field) is not None
    if fixed or options.elsewhere or not writer.filled(source.table.ref):
        return Nothing()
    given = writer.worked_out(field)
    if given is None:
        return Nothing(kept=_OWN)
    note = f"Rows that are there get in '{column}' what its default is at planning."
    return Constant(given, (note,), writer.statements.default(field))


def lasting(stage: Stage, how: Filling) -> Stage:
    """Return the stage that adds a column, without a way back where there is none."""
    if not isinstance(how, Nothing) or not how.kept:
        return stage
    return replace(stage, reverse=(), guard=NO_GUARD, kept=how.kept)


def keeps(writer: Writer, source: Source, column: str, how: Filling) -> Guard:
    """Return the guard that rows have nothing but what they were given."""
    ref = source.table.ref
    return Guard(
        writer.alone(ref),
        loss(writer, source, column, how),
        f"column '{ref.brief}.{column}' holds values of its own",
    )


def empty(writer: Writer, source: Source, column: str, how: Filling) -> Guard:
    """Return the guard that no row is there, where none could be given a value."""
    field: Any = source.field(column)
    given = field.null or field.generated or field.has_db_default()
    if given or not isinstance(how, Nothing):
        return NO_GUARD
    ref = source.table.ref
    return Guard(
        writer.alone(ref),
        f"SELECT 1 FROM {writer.name(ref)} LIMIT 1",
        f"Table '{ref.brief}' holds rows, and no value is known for '{column}'",
    )


def _value(
    writer: Writer, source: Source, column: str, options: Options
) -> Filling | Obstacle:
    field: Any = source.field(column)
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return _invented(writer, column, field, options)
    if not field.has_default() and not _blank(field):
        return Obstacle(
            f"Rows are there, and no value is known for '{column}'.",
            "Give the field a default, or fill the table by hand.",
            offenders.all_rows(writer, source),
        )
    if _differs(writer, source, column, field):
        return _each(source, column, options)
    note = f"Rows that are there get the model's default in '{column}'."
    return Constant(writer.statements.given(field), (note,))


def _blank(field: Any) -> bool:
    return bool(field.blank and field.empty_strings_allowed)


def _invented(
    writer: Writer, column: str, field: Any, options: Options
) -> Filling | Obstacle:
    if not options.invent:
        return Obstacle(
            f"When the rows were written is not known, and '{column}' would say so.",
            "Consent to the time of the repair with --invent.",
        )
    note = f"Rows that are there get the time of planning in '{column}': invented."
    return Constant(writer.statements.given(field), (note,))


def _each(source: Source, column: str, options: Options) -> Filling | Obstacle:
    if source.table.primary_key is None:
        return NO_KEY
    if not options.backfill:
        return Obstacle(
            f"Each row needs a value of its own in '{column}'.",
            "Let them be written in batches with --backfill.",
        )
    return Each((f"Each row that is there gets a new value in '{column}'.",))


def _differs(writer: Writer, source: Source, column: str, field: Any) -> bool:
    """Return whether one value would not do for all rows."""
    alone = any(
        [key.column for key in unique.keys] == [column] and not unique.condition
        for unique in source.table.uniques
    )
    if alone:
        return True
    effective = writer.statements.editor.effective_default
    values = [effective(field) for _ in range(_TRIES)]
    return bool(values[0] != values[1])


def backfill(writer: Writer, source: Source, column: str) -> Backfill:
    """Return how rows without a value are given one each."""
    field: Any = source.field(column)
    table, name = writer.name(source.table.ref), writer.quote(column)
    key = source.table.primary_key
    names = [writer.quote(each) for each in (key.columns if key else ())]
    listed, marks = ", ".join(names), ", ".join(["%s"] * len(names))
    select = f"SELECT {listed} FROM {table} WHERE {name} IS NULL"
    order = f" ORDER BY {listed} LIMIT {BATCH}"
    following = (f"{select} AND ({listed}) > (", marks, f"){order}")
    matched = [part for each in names for part in (f" AND {each} = ", "%s")]
    kind = field.db_type(writer.connection)
    value = f"%s::{kind}" if hasattr(field, "base_field") else "%s"
    update = (f"UPDATE {table} SET {name} = ", value, f" WHERE {name} IS NULL")
    return Backfill(
        first=select + order,
        following=_with_parameters(following),
        update=_with_parameters((*update, *matched)),
        value=_maker(writer, field),
    )


def _with_parameters(parts: Iterable[str]) -> str:
    """Join SQL and its marks; a name may hold the sign of a mark."""
    return "".join(
        part if part.startswith("%s") else part.replace("%", "%%") for part in parts
    )


def _maker(writer: Writer, field: Any) -> Callable[[], object]:
    return lambda: writer.statements.editor.effective_default(field)


def loss(writer: Writer, source: Source, column: str, how: Filling) -> str:
    """Return the query for rows whose value is not the one that they were given."""
    field: Any = source.field(column)
    if field.generated:
        return ""
    select = f"SELECT 1 FROM {writer.name(source.table.ref)} WHERE "
    name = writer.quote(column)
    given = how.sql if isinstance(how, Constant) else _literal(writer, field)
    if given is None:
        return f"{select}{name} IS NOT NULL LIMIT 1"
    return f"{select}{writer.differs(name, given, field)} LIMIT 1"


def _literal(writer: Writer, field: Any) -> str | None:
    """Return the database default where it is the same for all rows."""
    if not field.has_db_default():
        return None
    expression = field._db_default_expression  # noqa: SLF001
    return writer.statements.default(field) if isinstance(expression, Value) else None
