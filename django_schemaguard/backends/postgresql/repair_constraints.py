"""How constraints are added on PostgreSQL: first NOT VALID, then validated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.backends.repair import offenders
from django_schemaguard.backends.repair.parts import Forbidden, Obstacle, Work
from django_schemaguard.core.plan import Stage, Target
from django_schemaguard.core.schema import Check, Column, ForeignKey

if TYPE_CHECKING:
    from django_schemaguard.backends.postgresql.repair import PostgreSQLWriter
    from django_schemaguard.backends.repair.parts import Options, Source
    from django_schemaguard.core.schema import Exclusion, TableRef

_PARTITIONED_KEYS = 180_000  # Since then they may be added NOT VALID.


def add_check(
    writer: PostgreSQLWriter, source: Source, check: Check, options: Options
) -> Work | Obstacle:
    """Return how a check is added, and validated while the table is written to."""
    del options
    ref = source.table.ref
    name = writer.quote(check.name)
    text = (
        f"ALTER TABLE {writer.name(ref)} ADD CONSTRAINT {name}"
        f" CHECK ({check.expression.sql})"
    )
    lock = f"ACCESS EXCLUSIVE on {ref.brief}, for a moment"
    return Work(
        _staged(writer, ref, check.name, (text, lock, (ref,))),
        forbidden=(offenders.violators(writer, source, check),),
    )


def add_foreign_key(
    writer: PostgreSQLWriter, source: Source, key: ForeignKey
) -> Work | Obstacle:
    """Return how a foreign key is added, and validated while both are written to."""
    ref, field = source.table.ref, source.field(key.columns[0])
    version = writer.connection.pg_version  # type: ignore[attr-defined]
    if version < _PARTITIONED_KEYS and writer.catalog.partitioned(ref):
        reason = f"'{ref.brief}' is partitioned, so the key cannot be added NOT VALID."
        return Obstacle(reason, "Add it in a quiet hour.")
    text = writer.statements.foreign_key(source.model, field)
    brief = key.target.brief
    lock = f"SHARE ROW EXCLUSIVE on {ref.brief} and {brief}, for a moment"
    return Work(
        _staged(writer, ref, key.name, (text, lock, (ref, key.target))),
        forbidden=(offenders.orphans(writer, source, key),),
    )


def _staged(
    writer: PostgreSQLWriter,
    ref: TableRef,
    name: str,
    addition: tuple[str, str, tuple[TableRef, ...]],
) -> tuple[Stage, ...]:
    text, lock, locks = addition
    table, quoted = writer.name(ref), writer.quote(name)
    target = Target("constraint", ref, name)
    drop = f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {quoted}"
    return (
        Stage((f"{text} NOT VALID",), target, lock=lock, locks=locks, reverse=(drop,)),
        Stage(
            (f"ALTER TABLE {table} VALIDATE CONSTRAINT {quoted}",),
            target,
            due=writer.unvalidated(ref, name),
            atomic=False,
            lock=f"SHARE UPDATE EXCLUSIVE on {ref.brief}; reads and writes go on",
            locks=(ref,),
            cleanup=(drop,),
        ),
    )


def validate(
    writer: PostgreSQLWriter, source: Source, constraint: Check | ForeignKey | Column
) -> Work | Obstacle:
    """Return how a constraint that was added NOT VALID is validated."""
    ref = source.table.ref
    name, forbidden = _named(writer, source, constraint)
    target = Target("constraint", ref, name)
    text = writer.definition(target)
    if text is None:
        return Obstacle("It is no longer there.")
    table, quoted = writer.name(ref), writer.quote(name)
    drop = f"ALTER TABLE {table} DROP CONSTRAINT {quoted}"
    stage = Stage(
        (f"ALTER TABLE {table} VALIDATE CONSTRAINT {quoted}",),
        target,
        due=writer.unvalidated(ref, name),
        atomic=False,
        lock=f"SHARE UPDATE EXCLUSIVE on {ref.brief}; reads and writes go on",
        locks=(ref,),
        reverse=(f"{drop}, ADD CONSTRAINT {quoted} {text} NOT VALID",),
    )
    return Work((stage,), forbidden=forbidden)


def _named(
    writer: PostgreSQLWriter, source: Source, constraint: Check | ForeignKey | Column
) -> tuple[str, tuple[Forbidden, ...]]:
    if isinstance(constraint, Check):
        return constraint.name, (offenders.violators(writer, source, constraint),)
    if isinstance(constraint, ForeignKey):
        return constraint.name, (offenders.orphans(writer, source, constraint),)
    name = writer.catalog.not_null(source.table.ref, constraint.name)
    return name or "", (offenders.nulls(writer, source, constraint.name),)


def add_exclusion(
    writer: PostgreSQLWriter, source: Source, exclusion: Exclusion, options: Options
) -> Work | Obstacle:
    """Return how an exclusion is added; its index is built under the lock."""
    ref = source.table.ref
    if writer.larger(ref, options.row_limit) and not options.accept_rewrite:
        return Obstacle(
            f"'{ref.brief}' has over {options.row_limit} rows, and its index would be"
            " built under ACCESS EXCLUSIVE.",
            "Ask for it with --accept-rewrite, in a quiet hour.",
        )
    text = writer.statements.constraint(source.model, exclusion.name)
    if text is None:
        return Obstacle("Django does not say how it is made.")
    name = writer.quote(exclusion.name)
    operators: list[Any] = [(key.column, key.operator) for key in exclusion.keys]
    plain = all(column for column, _ in operators) and not exclusion.condition
    stage = Stage(
        (text,),
        Target("constraint", ref, exclusion.name),
        lock=f"ACCESS EXCLUSIVE on {ref.brief}, while its index is built",
        locks=(ref,),
        reverse=(f"ALTER TABLE {writer.name(ref)} DROP CONSTRAINT {name}",),
    )
    forbidden = (offenders.equal_pairs(writer, source, operators),) if plain else ()
    return Work((stage,), forbidden=forbidden)
