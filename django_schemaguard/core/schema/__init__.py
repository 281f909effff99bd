"""What a database schema is made of, as plain values.

Both sides speak these words: the *expected* schema comes from models and
migrations, the *actual* one from a server's catalog. Every value is immutable;
tuples of objects are in a stable order.
"""

from django_schemaguard.core.schema.column import (
    Column,
    Expression,
    Skip,
    TableRef,
)
from django_schemaguard.core.schema.constraint import (
    Check,
    Exclusion,
    ForeignKey,
    Index,
    Key,
    PrimaryKey,
    TableObject,
    Unique,
)
from django_schemaguard.core.schema.live import Access, Hook, Numbering, Session
from django_schemaguard.core.schema.other import OtherObject
from django_schemaguard.core.schema.table import (
    Schema,
    Table,
    Traits,
)
from django_schemaguard.core.schema.words import (
    Absence,
    Deferral,
    Facet,
    Identity,
    RelationKind,
)

__all__ = [
    "Absence",
    "Access",
    "Check",
    "Column",
    "Deferral",
    "Exclusion",
    "Expression",
    "Facet",
    "ForeignKey",
    "Hook",
    "Identity",
    "Index",
    "Key",
    "Numbering",
    "OtherObject",
    "PrimaryKey",
    "RelationKind",
    "Schema",
    "Session",
    "Skip",
    "Table",
    "TableObject",
    "TableRef",
    "Traits",
    "Unique",
]
