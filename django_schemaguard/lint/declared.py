"""What the models declared of a table before the plan, as the database has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.travel import Travel


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared of a table.

    Attributes:
        columns: Names.
        indexes: Columns of each index or unique constraint, in their order.
        names: Names that somebody gave to indexes and constraints.
    """

    columns: frozenset[str]
    indexes: frozenset[tuple[str, ...]]
    names: frozenset[str]


def declared(travel: Travel, table: str) -> Declared | None:
    """Return what is declared of a table; None where no model has it."""
    for model in travel.first.get_models(include_auto_created=True):
        meta: Any = model._meta  # noqa: SLF001
        if meta.db_table == table:
            named = (*meta.indexes, *meta.constraints)
            return Declared(
                frozenset(str(field.column) for field in meta.local_concrete_fields),
                frozenset(_indexes(meta)) | _together(travel, meta),
                frozenset(each.name for each in named),
            )
    return None


def _indexes(meta: Any) -> Iterator[tuple[str, ...]]:
    for field in meta.local_concrete_fields:
        if field.db_index or field.unique:
            yield (str(field.column),)
    for each in (*meta.indexes, *meta.constraints):
        if getattr(each, "fields", None):
            yield _columns(meta, each.fields)


def _together(travel: Travel, meta: Any) -> frozenset[tuple[str, ...]]:
    """Return those of options, which a rendered model does not keep all of."""
    key = (meta.app_label, meta.model_name)
    state = travel.context.state.models.get(key)
    options = state.options if state else {"unique_together": meta.unique_together}
    return frozenset(
        _columns(meta, fields)
        for option in ("unique_together", "index_together")
        for fields in options.get(option) or ()
    )


def _columns(meta: Any, fields: Any) -> tuple[str, ...]:
    return tuple(str(meta.get_field(name.lstrip("-")).column) for name in fields)
