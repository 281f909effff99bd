"""Each way to change a model by a migration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.db.migrations import operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState
from hypothesis import strategies as st

from tests.property import fields
from tests.property.bench import FIXED, Bench, is_keyed
from tests.property.names import texts

Step = Callable[[Bench], Operation | None]


def free_fields(model: ModelState) -> list[str]:
    """Return the fields that no index, constraint or key speaks of."""
    used = {*FIXED}
    for each in (
        *model.options.get("indexes", ()),
        *model.options.get("constraints", ()),
    ):
        used |= {name.removeprefix("-") for name in getattr(each, "fields", ())}
        used |= set(getattr(each, "include", ()) or ())
    for option in ("unique_together", "index_together"):
        for group in model.options.get(option) or ():
            used |= set(group)
    return [
        name
        for name, field in model.fields.items()
        if name not in used and not field.primary_key and name != "pk"
    ]


def _free(bench: Bench) -> tuple[ModelState, str] | None:
    """Draw a model with a field that may be changed."""
    choices = [(model, name) for model in bench.models for name in free_fields(model)]
    return bench.draw(st.sampled_from(choices)) if choices else None


def _keyed(model: ModelState, vendor: str) -> tuple[str, ...]:
    return tuple(n for n, field in model.fields.items() if is_keyed(field, vendor))


def _whole(bench: Bench) -> ModelState:
    """Draw a model that has the fixed fields itself, as the first one does."""
    return bench.draw(st.sampled_from([m for m in bench.models if "word" in m.fields]))


def create_model(bench: Bench) -> Operation:
    return bench.create()


def delete_model(bench: Bench) -> Operation | None:
    pointed = {
        target
        for model in bench.models
        for target in (*_targets(model), *map(str.lower, filter(_is_text, model.bases)))
    }
    lone = [m for m in bench.models if f"lab.{m.name_lower}" not in pointed]
    if len(lone) < 2 or len(bench.models) < 3:
        return None
    return operations.DeleteModel(bench.draw(st.sampled_from(lone)).name)


def _is_text(base: Any) -> bool:
    return isinstance(base, str)


def _targets(model: ModelState) -> Iterator[str]:
    for field in model.fields.values():
        if field.remote_field is not None:
            target = field.remote_field.model
            label = target if isinstance(target, str) else target._meta.label
            yield label.lower()


def add_field(bench: Bench) -> Operation:
    return operations.AddField(
        _whole(bench).name_lower, bench.new("field_"), bench.column()
    )


def add_relation(bench: Bench) -> Operation | None:
    if not bench.targets:
        return None
    model = bench.draw(st.sampled_from(bench.targets))
    return operations.AddField(model.name_lower, bench.new("link_"), bench.relation())


def remove_field(bench: Bench) -> Operation | None:
    found = _free(bench)
    # Django cannot remove the field that a model is ordered by.
    if found is None or found[0].options.get("order_with_respect_to") == found[1]:
        return None
    return operations.RemoveField(found[0].name_lower, found[1])


def rename_field(bench: Bench) -> Operation | None:
    found = _free(bench)
    return found and operations.RenameField(
        found[0].name_lower, found[1], bench.new("field_")
    )


def alter_field(bench: Bench) -> Operation | None:
    """Alter a field into any other kind, or only in its options."""
    found = _free(bench)
    if found is None:
        return None
    model, name = found
    old = model.fields[name]
    if isinstance(old, models.ManyToManyField | models.GeneratedField):
        return None
    if isinstance(old, models.ForeignKey):
        new = bench.relation()
        if isinstance(new, models.ManyToManyField):
            return None
    elif bench.chance():
        new = _varied(bench, old)
    else:
        new = bench.column()
        if isinstance(new, models.GeneratedField):
            return None
    return operations.AlterField(model.name_lower, name, new)


def _varied(bench: Bench, old: models.Field) -> models.Field:
    """Return the field with the options of another one of its class."""
    _, _, arguments, options = old.deconstruct()
    drawn = bench.draw(fields.options(type(old), bench.vendor))
    kept = {
        name: value
        for name, value in options.items()
        if name
        not in {
            "null",
            "unique",
            "db_index",
            "db_comment",
            "db_collation",
            "db_default",
            "default",
        }
    }
    return type(old)(*arguments, **{**kept, **drawn})


def alter_key(bench: Bench) -> Operation | None:
    with_key = [m for m in bench.models if "id" in m.fields]
    if not with_key:
        return None
    model = bench.draw(st.sampled_from(with_key))
    integer = (models.AutoField, models.BigAutoField, models.SmallAutoField)
    if not isinstance(model.fields["id"], integer):
        return None
    cls = bench.draw(st.sampled_from(integer))
    return operations.AlterField(model.name_lower, "id", cls(primary_key=True))


def rename_model(bench: Bench) -> Operation:
    return operations.RenameModel(bench.model().name, bench.new("Renamed"))


def alter_table(bench: Bench) -> Operation:
    return operations.AlterModelTable(bench.model().name_lower, bench.table())


def alter_table_comment(bench: Bench) -> Operation:
    comment = bench.draw(texts().filter(lambda text: "%" not in text))
    return operations.AlterModelTableComment(bench.model().name_lower, comment)


def alter_unique_together(bench: Bench) -> Operation:
    model = _whole(bench)
    keyed = _keyed(model, bench.vendor)
    pair = tuple(
        bench.draw(
            st.lists(st.sampled_from(keyed), min_size=2, max_size=2, unique=True)
        )
    )
    chosen = {pair} if bench.chance() else set()
    return operations.AlterUniqueTogether(model.name_lower, chosen)


def alter_order(bench: Bench) -> Operation | None:
    for model in bench.models:
        for name, field in model.fields.items():
            if type(field) is models.ForeignKey and "_order" not in model.fields:
                return operations.AlterOrderWithRespectTo(model.name_lower, name)
    return None


def add_index(bench: Bench) -> Operation:
    model = _whole(bench)
    return operations.AddIndex(
        model.name_lower, bench.index(_keyed(model, bench.vendor))
    )


def add_constraint(bench: Bench) -> Operation:
    model = _whole(bench)
    return operations.AddConstraint(
        model.name_lower, bench.constraint(_keyed(model, bench.vendor))
    )


def _listed(bench: Bench, option: str) -> tuple[ModelState, Any] | None:
    choices = [(m, it) for m in bench.models for it in m.options.get(option, ())]
    return bench.draw(st.sampled_from(choices)) if choices else None


def remove_index(bench: Bench) -> Operation | None:
    found = _listed(bench, "indexes")
    return found and operations.RemoveIndex(found[0].name_lower, found[1].name)


def rename_index(bench: Bench) -> Operation | None:
    found = _listed(bench, "indexes")
    return found and operations.RenameIndex(
        found[0].name_lower, new_name=bench.new_odd(30), old_name=found[1].name
    )


def remove_constraint(bench: Bench) -> Operation | None:
    found = _listed(bench, "constraints")
    return found and operations.RemoveConstraint(found[0].name_lower, found[1].name)


STEPS: tuple[Step, ...] = (
    create_model,
    delete_model,
    add_field,
    add_relation,
    remove_field,
    rename_field,
    alter_field,
    alter_field,
    alter_field,
    alter_key,
    rename_model,
    alter_table,
    alter_table_comment,
    alter_unique_together,
    alter_order,
    add_index,
    add_constraint,
    remove_index,
    rename_index,
    remove_constraint,
)
