"""The closed lists of words that describe a schema."""

from __future__ import annotations

from enum import Enum, StrEnum


class Facet(StrEnum):
    """One aspect of a schema that a backend can or cannot read."""

    TABLES = "tables"
    COLUMNS = "columns"
    TYPES = "column types"
    NULLS = "nullability"
    DEFAULTS = "column defaults"
    GENERATED = "generated columns"
    COLLATIONS = "collations"
    COMMENTS = "comments"
    IDENTITY = "automatic numbering"
    RELATION_KINDS = "relation kinds"
    NAMESPACES = "namespaces"
    PRIMARY_KEYS = "primary keys"
    UNIQUES = "unique constraints"
    FOREIGN_KEYS = "foreign keys"
    FOREIGN_KEY_ACTIONS = "foreign key actions"
    DEFERRABLE = "deferrability"
    CHECKS = "check constraints"
    EXCLUSIONS = "exclusion constraints"
    VALIDATION = "constraint validation"
    ENFORCEMENT = "constraint enforcement"
    INDEXES = "indexes"
    INDEX_DETAILS = "index definitions"
    INDEX_VALIDITY = "index validity"
    SEQUENCES = "sequences"
    PRIVILEGES = "privileges"
    ROW_SECURITY = "row security"
    TRIGGERS = "triggers"
    EXTENSIONS = "extensions"


class RelationKind(StrEnum):
    """What stands in the database under a table's name."""

    TABLE = "table"
    PARTITIONED = "partitioned table"
    UNLOGGED = "unlogged table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    FOREIGN = "foreign table"


class Identity(StrEnum):
    """How a column numbers new rows by itself."""

    BY_DEFAULT = "identity"
    ALWAYS = "identity, always"
    SERIAL = "serial"
    AUTOINCREMENT = "autoincrement"
    ROWID = "rowid"


class Deferral(StrEnum):
    """When a constraint is checked; `NOT_DEFERRABLE` is each server's default."""

    NOT_DEFERRABLE = "not deferrable"
    IMMEDIATE = "deferrable initially immediate"
    DEFERRED = "deferrable initially deferred"


class Absence(Enum):
    """What it means when an expected object is not in the database."""

    REPORTED = "reported"
    ARTEFACT = "artefact"  # Django's own migrations can leave it out: info.
    ALLOWED = "allowed"  # The server or an older Django rightly does without.
