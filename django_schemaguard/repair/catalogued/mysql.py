"""MariaDB: online where the server can, never in a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from django_schemaguard._typing import override
from django_schemaguard.backends.mysql import repair_constraints
from django_schemaguard.backends.mysql.repair_columns import INSTANT, moment
from django_schemaguard.backends.repair import Obstacle, Options, Work
from django_schemaguard.core.plan import Stage, Target
from django_schemaguard.core.schema import Check, ForeignKey, Identity, Index, Unique
from django_schemaguard.repair.catalogued.base import BY_HAND, UNTOLD, Catalogued

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.backends.mysql.repair import MySQLWriter
    from django_schemaguard.core.schema import Column, TableObject


@dataclass(frozen=True, slots=True)
class MySQLCatalogued(Catalogued):
    """Writes for MariaDB."""

    atomic: ClassVar[bool] = False

    @property
    @override
    def _moment(self) -> str:
        return moment(self.ref)

    @property
    def _own(self) -> MySQLWriter:
        return cast("MySQLWriter", self.writer)

    @override
    def object(self, thing: TableObject) -> Work | Obstacle:
        match thing:
            case Index() | Unique():
                return self._index(thing)
            case Check():
                return self._check(thing)
            case ForeignKey():
                name = self.writer.quote(thing.name)
                text = (
                    f"ALTER TABLE {self.name} ADD CONSTRAINT {name} FOREIGN KEY"
                    f" ({self._names(thing.columns)}) {self._reference(thing)}"
                )
                return repair_constraints.referring(self._own, self.source, thing, text)
            case _:
                return UNTOLD

    @override
    def whole(self) -> Work | Obstacle:
        table = self.table
        inside = [self._definition(column) for column in table.columns]
        inside += self._primary_key()
        inside += [
            f"CONSTRAINT {self.writer.quote(it.name)} CHECK ({it.expression.sql})"
            for it in table.checks
            if not it.implied
        ]
        create = f"CREATE TABLE {self.name} ({', '.join(inside)})"
        if table.engine:
            create += f" ENGINE = {table.engine}"
        if table.collation:
            create += f" COLLATE = {table.collation}"
        if table.comment:
            create += f" COMMENT = {self.writer.statements.comment(table.comment)}"
        return self._fresh(create, "none; the table is new")

    @override
    def beside(self) -> Iterator[TableObject]:
        yield from self.table.uniques
        # The server makes the rest for the foreign keys.
        yield from (index for index in self.table.indexes if not index.implied)
        yield from self.table.foreign_keys

    @override
    def default(self, column: Column) -> Work | Obstacle:
        change, back = self._set_default(column)
        condition = "coalesce(column_default, 'NULL') = 'NULL'"
        stage = Stage(
            (f"{change}, {INSTANT}",),
            Target("column", self.ref, column.name),
            due=self._own.column_where(self.ref, column.name, condition),
            atomic=self.atomic,
            lock=self._moment,
            locks=(self.ref,),
            reverse=(f"{back}, {INSTANT}",),
        )
        return Work((stage,))

    @override
    def _addition(self, column: Column) -> str:
        return f"{self._definition(column)}, {INSTANT}"

    @override
    def _exclusive(self) -> tuple[str, ...]:
        return self._own.alone(self.ref)

    @override
    def _definition(self, column: Column) -> str:
        words = [self.writer.quote(column.name), column.type]
        if column.collation:
            words.append(f"COLLATE {column.collation}")
        if column.generated:
            kind = "STORED" if column.stored else "VIRTUAL"
            words.append(f"GENERATED ALWAYS AS ({column.generated.sql}) {kind}")
        else:
            words.append("NULL" if column.nullable else "NOT NULL")
        if column.default:
            words.append(f"DEFAULT {self._value(column.default)}")
        if column.identity is Identity.AUTOINCREMENT:
            words.append("AUTO_INCREMENT")
        if column.comment:
            words.append(f"COMMENT {self.writer.statements.comment(column.comment)}")
        checks = (it for it in self.table.checks if it.implied)
        words += [
            f"CHECK ({check.expression.sql})"
            for check in checks
            if check.name == column.name
        ]
        return " ".join(words)

    def _index(self, index: Index | Unique) -> Work | Obstacle:
        if index.method.lower() != "btree":
            return UNTOLD
        word = "UNIQUE INDEX" if isinstance(index, Unique) else "INDEX"
        text = f"CREATE {word} {self._create_index(index)} {repair_constraints.ASIDE}"
        return repair_constraints.built(self._own, self.source, index, text)

    def _check(self, check: Check) -> Work | Obstacle:
        made = self.writer.add_check(self.source, check, Options())
        if isinstance(made, Obstacle):
            return Obstacle(made.reason, BY_HAND)
        return made
