"""Models drawn at random, made and changed by migration operations."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import DatabaseError, models
from django.db.migrations import operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from hypothesis import reject
from hypothesis import strategies as st

from tests.property import fields, objects
from tests.property.names import names, texts

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

APP = "lab"
# Every model has these, unchanged: conditions and expressions are about them.
FIXED = ("number", "word", "side")
RELATIONS = (models.ForeignKey, models.ManyToManyField)


class Bench:
    """Draws operations that fit the state, and applies them to a database."""

    def __init__(self, connection: BaseDatabaseWrapper, data: st.DataObject) -> None:
        self.connection = connection
        self.vendor = connection.vendor
        self.data = data
        self.state = ProjectState()
        self.count = 0
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def draw(self, strategy: st.SearchStrategy[Any]) -> Any:
        return self.data.draw(strategy)

    def chance(self) -> bool:
        return bool(self.draw(st.booleans()))

    def apply(self, operation: Operation) -> None:
        """Apply an operation; one that Django or the server refuses leaves no trace.

        Where DDL cannot be rolled back, the example ends there.
        """
        after = self.state.clone()
        kind = type(operation).__name__
        try:
            operation.state_forwards(APP, after)
            with self.connection.schema_editor() as editor:
                operation.database_forwards(APP, editor, self.state, after)
                # Its own __exit__ leaves the transaction open where one of these fails.
                while editor.deferred_sql:
                    editor.execute(editor.deferred_sql.pop(0), None)
        except (DatabaseError, FieldError):
            self.refused[kind] += 1
            if not self.connection.features.can_rollback_ddl:
                reject()
            # What Django rendered on the way there is not for the next operation.
            self.state.__dict__.pop("apps", None)
        else:
            self.done[kind] += 1
            self.state = after

    def new(self, word: str) -> str:
        """Return a name that nothing has yet."""
        self.count += 1
        return f"{word}{self.count}"

    def new_odd(self, length: int | None = None) -> str:
        """Return an odd name that nothing has yet."""
        return f"{self.new('n')} {self.draw(names(self.vendor))}"[:length].strip()

    def table(self) -> str:
        return self.new_odd(60) if self.chance() else self.new("table_")

    def column(self) -> models.Field:
        """Draw a field, perhaps with a column name of its own."""
        field = self.draw(fields.columns(self.vendor))
        return self._renamed(field)

    def relation(self) -> models.Field:
        targets = tuple(f"{APP}.{model.name}" for model in self.targets)
        return self._renamed(self.draw(fields.relations(targets)))

    def _renamed(self, field: models.Field) -> models.Field:
        if isinstance(field, models.ManyToManyField) or not self.chance():
            return field
        _, _, arguments, options = field.deconstruct()
        return type(field)(*arguments, **options, db_column=self.new_odd(60))

    @property
    def models(self) -> list[ModelState]:
        return list(self.state.models.values())

    def model(self) -> ModelState:
        return self.draw(st.sampled_from(self.models))

    def create(self) -> Operation:
        """Draw a model."""
        own: list[tuple[str, models.Field]] = []
        bases: tuple[Any, ...] = (models.Model,)
        if self.targets and self.draw(st.integers(0, 4)) == 0:
            return self._child()
        own.append(("id", self.draw(fields.keys())))
        own += self._fixed()
        for _ in range(self.draw(st.integers(0, 4))):
            own.append((self.new("field_"), self.column()))
        if self.targets:
            for _ in range(self.draw(st.integers(0, 2))):
                own.append((self.new("link_"), self.relation()))
        if self.draw(st.integers(0, 6)) == 0:
            own = [("pk", models.CompositePrimaryKey("number", "word")), *own[1:]]
            own = [(n, f) for n, f in own if not isinstance(f, models.ManyToManyField)]
        return operations.CreateModel(self.new("Model"), own, self._options(own), bases)

    def _fixed(self) -> list[tuple[str, models.Field]]:
        return [
            ("number", models.IntegerField()),
            ("word", models.CharField(max_length=50)),
            ("side", models.IntegerField(null=True)),
        ]

    def _child(self) -> Operation:
        parent = self.draw(st.sampled_from(self.targets))
        link = models.OneToOneField(
            f"{APP}.{parent.name}",
            models.CASCADE,
            auto_created=True,
            parent_link=True,
            primary_key=True,
            serialize=False,
        )
        own = [(f"{parent.name_lower}_ptr", link), (self.new("field_"), self.plain())]
        return operations.CreateModel(
            self.new("Child"), own, {}, bases=(f"{APP}.{parent.name_lower}",)
        )

    def plain(self) -> models.Field:
        return models.IntegerField(null=True)

    @property
    def targets(self) -> list[ModelState]:
        """The models that others may refer to: a key of two columns cannot be."""
        return [model for model in self.models if "pk" not in model.fields]

    def _options(self, own: list[tuple[str, models.Field]]) -> dict[str, Any]:
        more = tuple(name for name, field in own if is_keyed(field, self.vendor))
        options: dict[str, Any] = {"db_table": self.table()}
        if self.chance():
            options["db_table_comment"] = self.draw(
                texts().filter(lambda text: "%" not in text)
            )
        options["indexes"] = [
            self.index(more) for _ in range(self.draw(st.integers(0, 2)))
        ]
        options["constraints"] = [
            self.constraint(more) for _ in range(self.draw(st.integers(0, 2)))
        ]
        if len(more) > 1 and self.chance():
            options["unique_together"] = {more[:2]}
        return options

    def index(self, more: tuple[str, ...]) -> models.Index:
        return self.draw(objects.indexes(self.vendor, self.new_odd(30), more))

    def constraint(self, more: tuple[str, ...]) -> Any:
        return self.draw(objects.constraints(self.new_odd(60), more))


def is_keyed(field: models.Field, vendor: str) -> bool:
    """Return whether an index may hold the field."""
    if field.primary_key or isinstance(
        field, models.ManyToManyField | models.CompositePrimaryKey
    ):
        return False
    if isinstance(field, models.GeneratedField):
        return bool(field.db_persist)
    unkeyed = (models.TextField, models.BinaryField, models.JSONField)
    return vendor == "sqlite" or not isinstance(field, unkeyed)
