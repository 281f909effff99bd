"""What the database should look like, by models, migrations and settings."""

from django_schemaguard.expected.from_apps import (
    EVERYTHING,
    Choice,
    from_apps,
    from_models,
)
from django_schemaguard.expected.from_migrations import (
    States,
    applied_state,
    from_state,
    leaf_state,
    states,
)
from django_schemaguard.expected.from_settings import (
    cache_tables,
    declared_table,
    with_declared,
)
from django_schemaguard.expected.same_models import Same, same_models

__all__ = [
    "EVERYTHING",
    "Choice",
    "Same",
    "States",
    "applied_state",
    "cache_tables",
    "declared_table",
    "from_apps",
    "from_models",
    "from_state",
    "leaf_state",
    "same_models",
    "states",
    "with_declared",
]
