"""Writes repairs for SQLite: what ALTER TABLE and CREATE can do, and no remake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard._typing import override
from django_schemaguard.backends.repair import filling, offenders
from django_schemaguard.backends.repair.base import Writer
from django_schemaguard.backends.repair.parts import (
    LOST_KEY,
    RENAME_BACK,
    Obstacle,
    Options,
    Source,
    Standing,
    Work,
)
from django_schemaguard.core.plan import Stage, Target

if TYPE_CHECKING:
    from django.db.models import Model

    from django_schemaguard.core.schema import (
        Check,
        ForeignKey,
        Index,
        PrimaryKey,
        TableRef,
        Unique,
    )

_LOCK = "the database's write lock; readers go on"
_KEPT = "SQLite keeps the default of '{}', which 'validate' reports as SG107."
_AGAIN = (
    "In a new migration, remove the field by the state_operations of a"
    " SeparateDatabaseAndState, and add it by AddField."
)
_FILLED = f"{_AGAIN[:-1]} with null=True; fill each row, and make it NOT NULL."
_UNKNOWN = Obstacle("Django does not say how it is made.")


class SQLiteWriter(Writer):
    """Writes for SQLite; `BEGIN IMMEDIATE` is its only lock."""

    @override
    def definition(self, target: Target) -> str | None:
        match target.kind:
            case "table":
                return self._text("table", target.table.name, None)
            case "index":
                return self._text("index", target.name, target.table.name)
            case "column":
                return self._column(target)
            case _:
                return None

    def _text(self, kind: str, name: str, table: str | None) -> str | None:
        sql = (
            "SELECT sql FROM sqlite_master WHERE type = %s AND lower(name) = lower(%s)"
        )
        params = [kind, name]
        if table is not None:
            sql += " AND lower(tbl_name) = lower(%s)"
            params.append(table)
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            row = cursor.fetchone()
        return None if row is None else str(row[0])

    def _column(self, target: Target) -> str | None:
        sql = (
            'SELECT type, "notnull", dflt_value, pk, hidden'
            " FROM pragma_table_xinfo(%s) WHERE lower(name) = lower(%s)"
        )
        with self.connection.cursor() as cursor:
            cursor.execute(sql, [target.table.name, target.name])
            row = cursor.fetchone()
        return None if row is None else repr(tuple(row))

    @override
    def standing(self, target: Target) -> Standing:
        found = self.definition(target)
        return Standing.ABSENT if found is None else Standing.VALID

    @override
    def rows(self, ref: TableRef) -> int | None:
        text = self._text("table", ref.name, None)
        if text is None or "WITHOUT ROWID" in text.upper():
            return None
        # Counting reads the whole table; the last of its numbers is at hand.
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT max(rowid) FROM {self.name(ref)}")
            row = cursor.fetchone()
        return int(row[0] or 0)

    @override
    def create_table(self, source: Source) -> Work | Obstacle:
        ref = source.table.ref
        for kind in ("view", "index"):
            if self._text(kind, ref.name, None) is not None:
                reason = f"The name '{ref.brief}' is taken by a {kind}."
                return Obstacle(reason, "Rename it.")
        made = self.statements.table(source.model, source.together)
        for each in made.objects:
            if self._text("index", each.name, None) is not None:
                reason = (
                    f"The name '{each.name}', which it needs, is taken by an index."
                )
                return Obstacle(reason, RENAME_BACK)
        return Work((self.created(ref, made.all, _LOCK),))

    @override
    def add_column(
        self, source: Source, column: str, options: Options
    ) -> Work | Obstacle:
        field: Any = source.field(column)
        how = filling.filling(self, source, column, options)
        obstacle = self._beyond(source, field, how)
        if obstacle is not None:
            return obstacle
        assert not isinstance(how, Obstacle)  # noqa: S101  As `_beyond` has looked.
        definition = self.statements.column(source.model, field)
        kept: tuple[str, ...] = ()
        if isinstance(how, filling.Constant):
            definition += f" DEFAULT {how.sql}"
            kept = (_KEPT.format(column),)
        definition += self.statements.column_check(field)
        definition += self.statements.inline_foreign_key(field)
        ref, name = source.table.ref, self.quote(column)
        change = f"ALTER TABLE {self.name(ref)}"
        stage = Stage(
            (f"{change} ADD COLUMN {name} {definition}",),
            Target("column", ref, column),
            lock=_LOCK,
            reverse=(f"{change} DROP COLUMN {name}",),
            guard=filling.keeps(self, source, column, how),
            precheck=filling.empty(self, source, column, how),
        )
        return Work((stage,), how.notes, warnings=kept)

    def _beyond(
        self, source: Source, field: Any, how: filling.Filling | Obstacle
    ) -> Obstacle | None:
        """Return why SQLite cannot add the column; None where it can."""
        if isinstance(how, Obstacle):
            return how
        if field.primary_key:
            return LOST_KEY
        if field.generated and field.db_persist:
            return self.refused("add a column that is generated and stored", source)
        if isinstance(how, filling.Each):
            return self._anew("keep NULL out of a column that was filled", _FILLED)
        return self._beyond_rows(field) if self.filled(source.table.ref) else None

    def _beyond_rows(self, field: Any) -> Obstacle | None:
        """Return why SQLite cannot add the column to a table that has rows."""
        if field.has_db_default() and "(" in self.statements.default(field):
            return self._anew("add a column whose default is an expression")
        if field.remote_field and not (field.null and not field.has_db_default()):
            return self._anew("add a foreign key that is not NULL")
        return None

    def _anew(self, what: str, hint: str = _AGAIN) -> Obstacle:
        """Return the obstacle of a column whose lack a remake would stumble on."""
        reason = f"SQLite cannot {what} without making the table anew."
        return Obstacle(reason, hint)

    @override
    def remaking(self, source: Source) -> str:
        model: type[Model] | None = source.model
        if model is None:
            return Writer.remaking(self, source)
        options = model._meta  # noqa: SLF001
        label = f"'{options.app_label}', '{options.object_name}'"
        return (
            "Have a RunPython of a new migration call"
            f" schema_editor._remake_table(apps.get_model({label}))."
        )

    @override
    def not_null(self, source: Source, column: str) -> tuple[Stage, ...] | Obstacle:
        query = offenders.nulls(self, source, column).query
        refused = self.refused("set NOT NULL", source)
        if not self.any(f"{query} LIMIT 1"):
            return refused
        hint = f"Fill the NULLs first. {refused.hint}"
        return Obstacle(f"{refused.reason} Rows hold NULL.", hint, query)

    @override
    def add_index(self, source: Source, index: Index) -> Work | Obstacle:
        text = self.statements.index(source.model, index.name, source.together)
        return self._index(source, index.name, text)

    def _index(self, source: Source, name: str, text: str | None) -> Work | Obstacle:
        if text is None:
            return _UNKNOWN
        if self._text("index", name, None) is not None:
            return Obstacle(
                f"The name '{name}' is taken by another index.", "Rename it."
            )
        target = Target("index", source.table.ref, name)
        drop = f"DROP INDEX {self.quote(name)}"
        return Work((Stage((text,), target, lock=_LOCK, reverse=(drop,)),))

    @override
    def add_unique(self, source: Source, unique: Unique) -> Work | Obstacle:
        statement = self.statements.unique(source.model, unique.name)
        text = None if statement is None else str(statement)
        if text is not None and not text.startswith("CREATE "):
            return self.refused("add a unique constraint that is no index", source)
        work = self._index(source, unique.name, text)
        if isinstance(work, Obstacle):
            return work
        return Work(work.stages, (), (offenders.repeated(self, source, unique),))

    @override
    def add_check(
        self, source: Source, check: Check, options: Options
    ) -> Work | Obstacle:
        return self.refused("add a check", source)

    @override
    def add_foreign_key(self, source: Source, key: ForeignKey) -> Work | Obstacle:
        return self.refused("add a foreign key", source)

    @override
    def add_primary_key(self, source: Source, key: PrimaryKey) -> Work | Obstacle:
        return self.refused("add a primary key", source)

    @override
    def set_default(self, source: Source, column: str) -> Work | Obstacle:
        return self.refused("set a default", source)

    @override
    def set_comment(self, source: Source, column: str | None) -> Work | Obstacle:
        return Obstacle("SQLite has no comments.")

    @override
    def number(self, source: Source, column: str, options: Options) -> Work | Obstacle:
        return self.refused("make a column number its rows", source)
