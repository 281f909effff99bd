"""Migrations replayed into a state, without what only a rendered state needs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED

from django_schemaguard._typing import override
from django_schemaguard.exceptions import StateUnusable, in_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Field


class ReplayedState(ProjectState):
    """A project state that is not rendered while migrations are replayed into it.

    Django looks through all models for what refers to an altered field, to render
    that anew, also where nothing is rendered: nine tenths of a replay of several
    hundred migrations.
    """

    @override
    def alter_field(
        self,
        app_label: str,
        model_name: str,
        name: str,
        field: Field[Any, Any],
        preserve_default: Any,
    ) -> None:
        """Replace a field."""
        if "apps" in self.__dict__ or self._relations is not None:  # type: ignore[attr-defined]
            super().alter_field(app_label, model_name, name, field, preserve_default)
            return
        if not preserve_default:
            field = field.clone()
            field.default = NOT_PROVIDED
        self.models[app_label, model_name].fields[name] = field


@contextmanager
def naming(node: tuple[str, str]) -> Iterator[None]:
    """Name the migration that a state cannot be changed by.

    Raises:
        StateUnusable: In place of whatever is raised inside.
    """
    try:
        yield
    except Exception as error:  # An operation is the project's own code.
        said = in_one_line(error)
        raise StateUnusable(
            f"Migration '{node[0]}.{node[1]}' does not fit the ones before it: {said}",
            "Mend the migration; Django cannot replay it, either.",
        ) from error
