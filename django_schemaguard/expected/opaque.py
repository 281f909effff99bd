"""Which index and constraint classes are Django's own in all that makes SQL."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.db import NotSupportedError

if TYPE_CHECKING:
    from django.db.models import Model

    from django_schemaguard.expected.server import Server


def keeps(thing: object, base: type, *methods: str) -> bool:
    """Return whether a thing is a `base` that overrides none of these methods."""
    return isinstance(thing, base) and all(
        getattr(type(thing), method) is getattr(base, method) for method in methods
    )


def postgres_class(module: str, name: str) -> type | None:
    """Return a class of `django.contrib.postgres`; None where nobody uses it.

    It is not imported for the question, since that registers fields and lookups.
    """
    found = sys.modules.get(f"django.contrib.postgres.{module}")
    return getattr(found, name, None)


def is_created(server: Server, model: type[Model], thing: Any) -> bool:
    """Return whether a project's own class makes anything on this server.

    Its own `create_sql` is asked, as `migrate` would; what it returns is not run.
    """
    editor = server.editor
    editor.deferred_sql = []
    try:
        statement = thing.create_sql(model, editor)
    except NotSupportedError:
        return False
    made = bool(statement) or bool(editor.deferred_sql)
    editor.deferred_sql = []
    return made
