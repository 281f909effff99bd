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

__all__ = [
    "EVERYTHING",
    "Choice",
    "States",
    "applied_state",
    "cache_tables",
    "declared_table",
    "from_apps",
    "from_models",
    "from_state",
    "leaf_state",
    "states",
    "with_declared",
]
