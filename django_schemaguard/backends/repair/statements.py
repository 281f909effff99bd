"""The SQL that Django's own schema editor would run for a model, piece by piece."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import NOT_PROVIDED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Made:
    """A statement that makes an object of a name."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class TableStatements:
    """What makes a table, foreign keys aside unless they stand in it.

    Attributes:
        create: The table itself, and its comments.
        objects: Its uniques and indexes, as far as they are no part of it.
    """

    create: tuple[str, ...]
    objects: tuple[Made, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """All of it in its order."""
        return (*self.create, *(made.sql for made in self.objects))


class Statements:
    """Asks a schema editor that is never entered, so that it runs nothing."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    @cached_property
    def editor(self) -> Any:
        """An editor that collects; connects first, since drivers quote by it."""
        return self._editor()

    def _editor(self) -> Any:
        self._connection.ensure_connection()
        editor: Any = self._connection.schema_editor(collect_sql=True)
        editor.deferred_sql = []
        return editor

    def table(
        self, model: type[Model], together: Sequence[Sequence[str]] = ()
    ) -> TableStatements:
        """Return what makes a model's table, without its many-to-many tables."""
        editor = self._editor()
        # Django makes these tables along with it, and here each has its own step.
        editor.create_model = lambda _: None
        type(editor).create_model(editor, model)
        objects = [
            *(it for it in editor.deferred_sql if not self._is_foreign_key(it)),
            *(self._together(model, names) for names in together),
        ]
        return TableStatements(
            tuple(text.removesuffix(";") for text in editor.collected_sql),
            tuple(Made(self._kept(it.parts["name"]), str(it)) for it in objects if it),
        )

    def _is_foreign_key(self, statement: Any) -> bool:
        template: str = getattr(statement, "template", "")
        return bool(template == self.editor.sql_create_fk)

    def _together(self, model: type[Model], names: Sequence[str]) -> Any:
        fields = [model._meta.get_field(name) for name in names]  # noqa: SLF001
        return self.editor._create_index_sql(model, fields=fields, suffix="_idx")  # noqa: SLF001

    def index(
        self, model: type[Model], name: str, together: Sequence[Sequence[str]] = ()
    ) -> str | None:
        """Return what builds the index of this name; None where Django makes none.

        Args:
            model: The index's model.
            name: As the server keeps it.
            together: `index_together` of historic states.
        """
        statements = [
            *self.editor._model_indexes_sql(model),  # noqa: SLF001
            *(self._together(model, names) for names in together),
        ]
        found = self._statement(name, statements)
        return None if found is None else str(found)

    def _statement(self, name: str, statements: Sequence[Any]) -> Any | None:
        for it in statements:
            if it is not None and self._kept(it.parts.get("name", "")) == name:
                return it
        return None

    def _kept(self, quoted: Any) -> str:
        """Return a quoted name as the server keeps it."""
        name = str(quoted)[1:-1]
        if self._connection.vendor != "postgresql":
            return name
        return name.encode()[:63].decode(errors="ignore")

    def column(
        self,
        model: type[Model],
        field: Any,
        *,
        null: bool = False,
        default: bool = True,
    ) -> str:
        """Return a column's definition without its name, UNIQUE and foreign key.

        Args:
            model: The field's.
            field: The field.
            null: Let it accept NULL, whatever the model says.
            default: Say its `db_default`.
        """
        bare = copy.copy(field)
        bare._unique = False  # noqa: SLF001
        bare.__dict__.pop("unique", None)  # Django may have kept its answer.
        bare.null = field.null or null
        if not default:
            bare.db_default = NOT_PROVIDED
        text, params = self.editor.column_sql(model, bare)
        suffix = field.db_type_suffix(connection=self._connection)
        filled = self._filled(text, params)
        return f"{filled} {suffix}" if suffix else filled

    def column_check(self, field: Any) -> str:
        """Return the check that stands inside a column's definition; "" for none."""
        facts = field.db_parameters(connection=self._connection)
        return f" CHECK ({facts['check']})" if facts["check"] else ""

    def default(self, field: Any) -> str:
        """Return a field's `db_default` as it stands after DEFAULT."""
        text, params = self.editor.db_default_sql(field)
        return self._filled(text, params)

    def given(self, field: Any) -> str:
        """Return a field's Python default as SQL; of a clock, the time of asking."""
        return str(self.editor.quote_value(self.editor.effective_default(field)))

    def unique(self, model: type[Model], name: str) -> Any | None:
        """Return the statement of the unique of this name; None for none."""
        options = model._meta  # noqa: SLF001
        fields = [it for it in options.local_fields if not it.primary_key]
        alone = [[it] for it in fields if it.unique]
        together = [
            [options.get_field(name) for name in names]
            for names in options.unique_together
        ]
        make = self.editor._create_unique_sql  # noqa: SLF001
        return self._statement(
            name,
            [
                *(make(model, fields) for fields in (*alone, *together)),
                *self._constraints(model),
            ],
        )

    def constraint(self, model: type[Model], name: str) -> str | None:
        """Return what adds the constraint of this name; None for none."""
        quote = self._connection.ops.quote_name
        for it in model._meta.constraints:  # noqa: SLF001
            if self._kept(quote(it.name)) == name:
                made: Any = it.create_sql(model, self.editor)
                return None if made is None else str(made)
        return None

    def _constraints(self, model: type[Model]) -> list[Any]:
        return [it.create_sql(model, self.editor) for it in model._meta.constraints]  # noqa: SLF001

    def foreign_key(self, model: type[Model], field: Any) -> str:
        """Return what adds a field's foreign key."""
        ending = "_fk_%(to_table)s_%(to_column)s"
        return str(self.editor._create_fk_sql(model, field, ending))  # noqa: SLF001

    def inline_foreign_key(self, field: Any) -> str:
        """Return the foreign key as a part of the column; SQLite knows no other."""
        if not field.remote_field or not field.db_constraint:
            return ""
        target = field.remote_field.model._meta  # noqa: SLF001
        column = target.get_field(field.remote_field.field_name).column
        quote = self._connection.ops.quote_name
        # Django 6.1 lets the database act on deletion.
        acts = getattr(field.remote_field.on_delete, "on_delete_sql", None)
        text = self.editor.sql_create_inline_fk % {
            "to_table": quote(target.db_table),
            "to_column": quote(column),
            "on_delete_db": acts(self.editor) if acts else "",
        }
        return f" {text}"

    def comment(self, text: str) -> str:
        """Return a comment as a literal."""
        return str(self.editor.quote_value(text or ""))

    def _filled(self, text: str, params: Any) -> str:
        if not params:
            return text
        return text % tuple(map(self.editor.quote_value, params))

    def column_comment(self, model: type[Model], field: Any) -> Iterator[str]:
        """Yield what sets a column's comment, where the definition does not."""
        features: Any = self._connection.features
        if not features.supports_comments or features.supports_comments_inline:
            return
        if field.db_comment:
            editor = self._editor()
            kind = field.db_parameters(connection=self._connection)["type"]
            editor.execute(
                *editor._alter_column_comment_sql(model, field, kind, field.db_comment)  # noqa: SLF001
            )
            yield from (text.removesuffix(";") for text in editor.collected_sql)
