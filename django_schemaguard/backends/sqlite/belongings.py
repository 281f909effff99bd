"""Tables that belong to SQLite, to a virtual table or to SpatiaLite."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django_schemaguard.backends.sqlite.catalog import Relation

# Shadow tables of FTS3, FTS4, FTS5, R*Tree, Geopoly and spellfix1. PRAGMA
# table_list knows them only while the module that made them is loaded.
_SHADOWS: Final = (
    *("content", "segments", "segdir", "docsize", "stat", "data", "idx", "config"),
    *("node", "parent", "rowid", "vocab"),
)
# Both are made by InitSpatialMetaData() and by nothing else.
_SPATIALITE_SIGNS: Final = frozenset({"geometry_columns", "spatial_ref_sys"})
_SPATIALITE: Final = re.compile(
    r"data_licenses|elementarygeometries|networks|topologies|spatialindex|knn2?"
    r"|geom_cols_ref_sys|spatialite_history|sql_statements_log"
    r"|(geometry_columns|spatial_ref_sys|iso_metadata|raster_coverages)(_.+)?"
    r"|(vector_coverages|vector_layers|rl2map_configurations)(_.+)?"
    r"|(views_geometry_columns|virts_geometry_columns)(_.+)?"
    r"|(se|wms|stored)_.+"
    r"|idx_.+_.+"  # Spatial indexes and their nodes.
)


def without_belongings(
    relations: Mapping[str, Relation], expected: frozenset[str]
) -> Iterator[Relation]:
    """Yield the relations that are the project's own, or that a model expects.

    Args:
        relations: All relations by name.
        expected: Names in lower case.
    """
    folded = {name.lower() for name in relations}
    shadows = {
        f"{name.lower()}_{suffix}"
        for name, relation in relations.items()
        if relation.virtual
        for suffix in _SHADOWS
    }
    spatialite = folded >= _SPATIALITE_SIGNS
    for name, relation in relations.items():
        key = name.lower()
        owned = key in shadows or (spatialite and _SPATIALITE.fullmatch(key))
        if key in expected or not (owned or key.startswith("sqlite_")):
            yield relation
