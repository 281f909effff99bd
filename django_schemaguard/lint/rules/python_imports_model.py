"""SG551: Python code that uses the models of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import RunPython

from django_schemaguard.lint.fields import named
from django_schemaguard.lint.python import models_used
from django_schemaguard.lint.rule import WARNING, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site


@operation_rule(
    "SG551",
    WARNING,
    "Take the model from apps.get_model('app', 'Model').",
)
def python_imports_model(site: Site) -> Iterator[Found]:
    """A ``RunPython`` uses models that its module imports.

    Why it matters:
        They are the models of today's code. Once they have another column than the
        database has at this migration, it fails, for everybody who migrates from
        scratch.

    Fix:
        Take each model from the ``apps`` that the function is given:
        ``apps.get_model("shop", "Order")``.
    """
    operation = site.operation
    if not isinstance(operation, RunPython):
        return
    for name in models_used(operation.code):
        yield Found(
            f"{named(operation.code)} uses '{name}' of today's code.", object=name
        )
