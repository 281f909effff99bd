"""Tables that belong to SQLite, to a virtual table or to SpatiaLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .catalog import Relation

# Shadow tables of FTS3, FTS4, FTS5, R*Tree, Geopoly and spellfix1. PRAGMA
# table_list knows them only while the module that made them is loaded.
_SHADOWS: Final = (
    *("content", "segments", "segdir", "docsize", "stat", "data", "idx", "config"),
    *("node", "parent", "rowid", "vocab"),
)
# Both are made by InitSpatialMetaData() and by nothing else.
_SPATIALITE_SIGNS: Final = frozenset({"geometry_columns", "spatial_ref_sys"})
_SPATIALITE: Final = frozenset(
    """
    data_licenses elementarygeometries geometry_columns geometry_columns_auth
    geometry_columns_field_infos geometry_columns_statistics geometry_columns_time
    geom_cols_ref_sys iso_metadata iso_metadata_reference iso_metadata_view knn knn2
    networks raster_coverages raster_coverages_keyword raster_coverages_ref_sys
    raster_coverages_srid rl2map_configurations rl2map_configurations_view
    se_external_graphics se_external_graphics_view se_fonts se_fonts_view
    se_raster_styled_layers se_raster_styled_layers_view se_raster_styles
    se_raster_styles_view se_vector_styled_layers se_vector_styled_layers_view
    se_vector_styles se_vector_styles_view spatial_ref_sys spatial_ref_sys_all
    spatial_ref_sys_aux spatialindex spatialite_history sql_statements_log
    stored_procedures stored_variables topologies vector_coverages
    vector_coverages_keyword vector_coverages_ref_sys vector_coverages_srid
    vector_layers vector_layers_auth vector_layers_field_infos
    vector_layers_statistics views_geometry_columns views_geometry_columns_auth
    views_geometry_columns_field_infos views_geometry_columns_statistics
    virts_geometry_columns virts_geometry_columns_auth
    virts_geometry_columns_field_infos virts_geometry_columns_statistics
    wms_getcapabilities wms_getmap wms_ref_sys wms_settings
    """.split()
)


def without_belongings(
    relations: Mapping[str, Relation], expected: frozenset[str]
) -> Iterator[Relation]:
    """Yield the relations that are the project's own, or that a model expects.

    Args:
        expected: Names in lower case.
    """
    folded = {name.lower() for name in relations}
    owned = {
        f"{name.lower()}_{suffix}"
        for name, relation in relations.items()
        if relation.virtual
        for suffix in _SHADOWS
    }
    spatialite = folded >= _SPATIALITE_SIGNS
    if spatialite:
        owned |= _SPATIALITE
    for name, relation in relations.items():
        key = name.lower()
        if key.startswith("sqlite_"):
            continue
        spatial_index = spatialite and relation.virtual and key.startswith("idx_")
        if key in expected or not (key in owned or spatial_index):
            yield relation
