"""What a database records of its migrations, and what they make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

# The table that records which migrations were applied.
MIGRATIONS = "django_migrations"
# The label of this app, whose tables a run makes itself.
APP = "schemaguard"


def is_own(name: str | None) -> bool:
    """Return whether a migration or a model, as "app.name", is of this app."""
    return name is not None and name.startswith(f"{APP}.")


# (lower-case model label, name of a field, constraint or index; "" for the model).
Part: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """What one migration makes.

    Attributes:
        name: The migration, as "app.name".
        made: What it makes for the first time and no later one removes.
        altered: Fields of earlier ones that it alters, and no later one does.
        reshaped: Those of them whose change shows in the column.
        whole: It leaves everything or nothing: it is atomic, on a server that
            rolls DDL back.
        code: It runs Python or SQL, too, of which a schema need not tell.
        stated: What of `made` it makes in the state only.
    """

    name: str
    made: tuple[Part, ...]
    whole: bool = True
    code: bool = False
    altered: tuple[Part, ...] = ()
    reshaped: tuple[Part, ...] = ()
    stated: frozenset[Part] = frozenset()


@dataclass(frozen=True, slots=True)
class Script:
    """SQL that a migration runs and of which the models are not told.

    Attributes:
        migration: As "app.name".
        sql: In lower case.
    """

    migration: str
    sql: str


@dataclass(frozen=True, slots=True)
class Unmade:
    """Changes of an app's models that no migration makes.

    Attributes:
        app: Its label.
        operations: What `makemigrations` would write, in words.
        touches_schema: Any of them changes the database.
        installed: The app is a package that others maintain.
        keys_only: They only change the types of keys that Django adds by itself.
    """

    app: str
    operations: tuple[str, ...]
    touches_schema: bool = True
    installed: bool = False
    keys_only: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """The migrations of one database, as "app.name" words.

    Attributes:
        migrated: The project has migrations at all.
        applied: Recorded and on disk, in the graph's order.
        pending: On disk and not recorded, in the order they would be applied.
        unknown: Of an installed app, recorded last, and neither on disk nor
            replaced by one that is.
        superseded: Likewise, but others of the same app were recorded later.
        duplicates: Recorded more than once.
        early: (applied, a dependency of it that is not).
        conflicts: (app, its several last migrations).
        unmade: Changes of models that no migration makes.
        works: What each applied migration made.
        waiting: What each pending migration would make; only where the database
            is compared with the latest migrations.
        extensions: (PostgreSQL extension that an applied migration creates, that
            migration).
    """

    migrated: bool = False
    applied: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    early: tuple[tuple[str, str], ...] = ()
    conflicts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unmade: tuple[Unmade, ...] = ()
    works: tuple[Work, ...] = ()
    waiting: tuple[Work, ...] = ()
    extensions: tuple[tuple[str, str], ...] = ()

    @property
    def begun(self) -> bool:
        """Whether a migration is recorded that this app did not record itself."""
        return any(not is_own(name) for name in self.applied)

    @property
    def unbegun(self) -> bool:
        """Whether none of the project's is applied, and some are to be."""
        return not self.begun and not all(map(is_own, self.pending))


NO_HISTORY = History()


@dataclass(frozen=True, slots=True)
class Origins:
    """Which migration made what.

    Attributes:
        made: By part: the migration that made or altered it last, as "app.name".
        altered: The fields that any migration altered.
        retyped: Those that were no plain text at some time, or refer to such.
    """

    made: Mapping[Part, str] = field(default_factory=dict)
    altered: frozenset[Part] = frozenset()
    retyped: frozenset[Part] = frozenset()

    def of(self, model: str | None, *parts: str | None) -> str | None:
        """Return the migration of the first part known, else of the model.

        An automatic many-to-many table was made with its field.
        """
        if model is None:
            return None
        for part in (*parts, ""):
            found = self.made.get((model.lower(), part)) if part is not None else None
            if found is not None:
                return found
        return self._through(model.lower())

    def _through(self, label: str) -> str | None:
        for (model, part), migration in self.made.items():
            if part and f"{model}_{part}" == label:
                return migration
        return None

    def touching(self, model: str) -> frozenset[str]:
        """Return the last migration of each part of the model."""
        label = model.lower()
        return frozenset(name for part, name in self.made.items() if part[0] == label)
