"""Operations that say when they begin and end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.operations.base import Operation
    from django.db.migrations.state import ProjectState


class Watched:
    """An operation run inside a context manager; in all else, the operation."""

    def __init__(
        self, operation: Operation, around: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._operation = operation
        self._around = around

    def __getattr__(self, name: str) -> Any:
        return getattr(self._operation, name)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run the operation."""
        with self._around():
            self._operation.database_forwards(
                app_label, schema_editor, from_state, to_state
            )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Undo the operation."""
        with self._around():
            self._operation.database_backwards(
                app_label, schema_editor, from_state, to_state
            )
