"""The schema that the models of an app registry expect."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db import router

from django_schemaguard.core.history import APP
from django_schemaguard.core.schema import Schema, Skip, Table, TableRef, Traits
from django_schemaguard.expected.historic import ordered_fields, through_fields
from django_schemaguard.expected.server import Server
from django_schemaguard.expected.tables import table

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

# By lower-case "app.model", as in a project state.
IndexTogether: TypeAlias = Mapping[str, Sequence[Sequence[str]]]

MIGRATIONS_TABLE = "django_migrations"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which models to expect, and what else belongs into the database.

    Attributes:
        app_labels: Only the tables of these apps; None: of all. Tables of the
            other apps still belong.
        known: Further tables that belong, such as those of a database cache.
        index_together: Options of historic states that models no longer hold.
        historic: By lower-case label: live models that stand for those of a project
            state, with its order of their fields.
        made: Where to keep the tables of such models, for other states of the
            project on the same server; None keeps none.
    """

    app_labels: frozenset[str] | None = None
    known: frozenset[str] = frozenset()
    index_together: IndexTogether = field(default_factory=dict)
    historic: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    made: dict[object, Table] | None = None


EVERYTHING = Choice()


def from_apps(
    apps: Apps,
    connection: BaseDatabaseWrapper,
    traits: Traits,
    choice: Choice = EVERYTHING,
) -> Schema:
    """Return the schema that `migrate` makes for the models of a registry.

    The database is not asked about any table; the connection is only used for
    its settings, its version and for quoting.

    Args:
        apps: The live registry, or a rendered project state.
        connection: The wrapper itself, `connections[alias]`.
        traits: The backend's.
        choice: Which models, and what else belongs.
    """
    return from_models(
        apps.get_models(include_swapped=True), connection, traits, choice
    )


def from_models(
    models: Iterable[type[Model]],
    connection: BaseDatabaseWrapper,
    traits: Traits,
    choice: Choice = EVERYTHING,
) -> Schema:
    """Return the schema that `migrate` makes for these models.

    Args:
        models: Swapped ones too, but no automatic many-to-many ones.
        connection: The wrapper itself, `connections[alias]`.
        traits: The backend's.
        choice: Which models, and what else belongs.
    """
    server = Server(connection)
    tables: list[Table] = []
    known = [MIGRATIONS_TABLE, *choice.known]
    skips: list[Skip] = []
    for model in models:
        made = _is_made(server, model, choice)
        chosen = _is_chosen(model, choice.app_labels)
        for each in (model, *automatic(model)):
            ref = server.table(each)
            if not made or not chosen:
                if _belongs(model, made=made):
                    known.append(ref.name)
            elif _is_foreign(server, ref):
                known.append(ref.name)
                skips.append(Skip(ref.name, None, "It is in another database."))
            else:
                tables.append(_table(server, model, each, choice))
    return Schema(
        traits=traits,
        tables=tuple(sorted(tables, key=lambda it: (it.namespace or "", it.name))),
        known=frozenset(map(traits.table_key, known)),
        skips=tuple(skips),
    )


def _table(
    server: Server, owner: type[Model], model: type[Model], choice: Choice
) -> Table:
    """Return the table of a model, or of a many-to-many relation that it owns."""
    together = choice.index_together.get(model._meta.label_lower, ())  # noqa: SLF001
    order = choice.historic.get(owner._meta.label_lower)  # noqa: SLF001
    if order is None:
        return table(server, model, together)
    key = (model, order, tuple(map(tuple, together)))
    made = {} if choice.made is None else choice.made
    if key not in made:
        ours = model is owner
        fields = ordered_fields(model, order) if ours else through_fields(model)
        made[key] = table(server, model, together, fields)
    return made[key]


def _is_made(server: Server, model: type[Model], choice: Choice) -> bool:
    """Return whether `migrate` makes the model's table in this database."""
    if not model._meta.can_migrate(server.connection):  # noqa: SLF001
        return False
    # To show it to nobody costs more than all the rest here.
    return not router.routers or router.allow_migrate_model(
        server.connection.alias, _shown(model, choice)
    )


def _shown(model: type[Model], choice: Choice) -> Any:
    """Return a model as `migrate` shows it to a router: without its own attributes."""
    options = model._meta  # noqa: SLF001
    if options.label_lower not in choice.historic:
        return model
    return type(model.__name__, (), {"_meta": options, "__module__": "__fake__"})


def _is_chosen(model: type[Model], labels: Collection[str] | None) -> bool:
    return labels is None or model._meta.app_label in labels  # noqa: SLF001


def _belongs(model: type[Model], *, made: bool) -> bool:
    """Return whether a table that is not expected may be there all the same."""
    options = model._meta  # noqa: SLF001
    ours = options.app_label == APP  # In each database that is repaired.
    return made or ours or not options.managed or bool(options.swapped)


def automatic(model: type[Model]) -> Iterator[type[Model]]:
    """Yield the models of the many-to-many tables that come with a model's table.

    Django makes them whenever it makes the owner's, whatever they say themselves.
    """
    if model._meta.proxy:  # noqa: SLF001
        return
    for relation in model._meta.local_many_to_many:  # noqa: SLF001
        through = relation.remote_field.through
        if through is not None and through._meta.auto_created:  # noqa: SLF001
            yield through


def _is_foreign(server: Server, ref: TableRef) -> bool:
    """Return whether `db_table` leads out of this database."""
    return ref.namespace is not None and not server.postgresql
