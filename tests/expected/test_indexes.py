from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django import VERSION
from django.db import models
from django.test.utils import isolate_apps

from django_schemaguard.backends import backend_for
from django_schemaguard.core.schema import Absence, Expression, Index, Key
from django_schemaguard.expected import Choice, from_models
from tests.apps.kitchen.models import Indexes, Plain, Relations, Together
from tests.expected.building import table_of

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

DESC = Index("indexes_desc", (Key("at", descending=True), Key("b")), named=True)
OWN = Index("indexes_own", (), named=True, opaque=True)
NAMED = "kitchen_ind_a_eba5d3_idx"
A_B = Index(NAMED, (Key("a"), Key("b")), named=True)
SUM = Index("indexes_sum", (Key(expression=Expression('("a" + "b")')),), named=True)
UPPER = Index(
    "indexes_upper",
    (Key(expression=Expression('UPPER("c")')), Key("a", descending=True)),
    named=True,
)
COVER = (Key("b"), Key("c"))

INDEXES = {
    "sqlite": (
        Index("indexes_cover", COVER, named=True),
        DESC,
        Index(
            "indexes_if",
            (Key("b"),),
            named=True,
            condition=Expression(
                '("active" = 1 AND "at" IS NULL)'
                if VERSION >= (6, 1)
                else '("active" AND "at" IS NULL)'
            ),
        ),
        OWN,
        SUM,
        UPPER,
    ),
    "postgresql": (
        Index("indexes_cover", COVER, named=True, include=("a",)),
        DESC,
        Index(
            "indexes_if",
            (Key("b"),),
            named=True,
            condition=Expression('("active" AND "at" IS NULL)'),
        ),
        OWN,
        SUM,
        UPPER,
    ),
    # Conditions and included columns are ignored, expressions never made.
    "mysql": (
        Index("indexes_cover", COVER, named=True),
        DESC,
        Index("indexes_if", (Key("b"),), named=True),
        OWN,
    ),
}


def test_named_indexes_as_the_server_supports_them(
    connection: BaseDatabaseWrapper,
) -> None:
    named = tuple(i for i in table_of(connection, Indexes).indexes if i.named)

    assert [i.keys for i in named if i.name.startswith("kitchen_ind_")] == [A_B.keys]
    assert (
        tuple(i for i in named if not i.name.startswith("kitchen_ind_"))
        == INDEXES[connection.vendor]
    )


def test_indexes_of_fields(connection: BaseDatabaseWrapper) -> None:
    found = {
        i.keys: i.absence for i in table_of(connection, Indexes).indexes if not i.named
    }

    like = (Key("c", opclass="varchar_pattern_ops"),)
    assert found == {
        (Key("a"),): Absence.REPORTED,
        (Key("c"),): Absence.REPORTED,
        **({like: Absence.ARTEFACT} if connection.vendor == "postgresql" else {}),
    }


INDEXED_KEYS = [
    "Other Question",
    "by_name_id",
    "loose_id",
    "parent_id",
    "proxy_id",
    "small_id",
    "text_id",
    "uuid_id",
]


def test_foreign_keys_have_indexes_unless_the_server_makes_them(
    connection: BaseDatabaseWrapper,
) -> None:
    indexes = table_of(connection, Relations).indexes

    found = sorted(i.keys[0].column or "" for i in indexes if not i.keys[0].opclass)
    assert found == (["loose_id"] if connection.vendor == "mysql" else INDEXED_KEYS)


@isolate_apps("tests.expected")
def test_whole_texts_are_indexed_where_the_server_can(
    connection: BaseDatabaseWrapper,
) -> None:
    class Texts(models.Model):
        text = models.TextField(db_index=True)
        binary = models.BinaryField(db_index=True)
        json = models.JSONField(db_index=True)

        class Meta:
            app_label = "expected"

    found = {i.keys[0].column for i in table_of(connection, Texts).indexes}
    assert found == (
        set() if connection.vendor == "mysql" else {"text", "binary", "json"}
    )


def test_unindexed_model_has_no_index(connection: BaseDatabaseWrapper) -> None:
    found = [i.keys[0].column for i in table_of(connection, Plain).indexes]

    # A slug is indexed by itself.
    assert found == (
        ["slug", "slug"] if connection.vendor == "postgresql" else ["slug"]
    )


def test_index_together_of_a_historic_state(connection: BaseDatabaseWrapper) -> None:
    traits = backend_for(connection).traits(connection)
    choice = Choice(index_together={"kitchen.together": [("b", "a")]})

    (table,) = from_models([Together], connection, traits, choice)

    assert [(i.keys, i.named) for i in table.indexes] == [
        ((Key("b"), Key("a")), False),
        ((Key("a"), Key("b")), True),
    ]


@pytest.mark.vendors("postgresql")
def test_methods_and_storage_parameters(connection: BaseDatabaseWrapper) -> None:
    from tests.apps.pgkitchen.models import Methods

    found = {
        i.name.removeprefix("methods_"): (i.method, i.options, i.keys)
        for i in table_of(connection, Methods).indexes
    }
    assert found == {
        "btree": ("btree", (), (Key("integer"),)),
        "btree_opt": (
            "btree",
            ("deduplicate_items=off", "fillfactor=80"),
            (Key("integer", descending=True), Key("text")),
        ),
        "hash": ("hash", ("fillfactor=70",), (Key("text"),)),
        "gin": (
            "gin",
            ("fastupdate=off", "gin_pending_list_limit=800"),
            (Key("numbers"),),
        ),
        "path": ("gin", (), (Key("json", opclass="jsonb_path_ops"),)),
        "named_ops": ("gin", (), (Key("json", opclass="jsonb_ops"),)),
        "gist": ("gist", ("buffering=on", "fillfactor=60"), (Key("range"),)),
        "gist_inet": ("gist", (), (Key("address", opclass="inet_ops"),)),
        "spgist": ("spgist", ("fillfactor=90",), (Key("range"),)),
        "brin": ("brin", ("autosummarize=on", "pages_per_range=4"), (Key("moment"),)),
    }


@pytest.mark.vendors("postgresql")
def test_wrappers_are_taken_off_the_keys(connection: BaseDatabaseWrapper) -> None:
    from tests.apps.pgkitchen.models import Operators

    found = {
        i.name.removeprefix("operators_"): i.keys
        for i in table_of(connection, Operators).indexes
    }
    assert found == {
        "pattern": (
            Key("text", opclass="varchar_pattern_ops"),
            Key("other", descending=True, opclass="text_pattern_ops"),
        ),
        "default": (Key("text", opclass="text_ops"),),
        "nulls_last": (Key("number", descending=True, nulls_first=False),),
        "nulls_first": (Key("number", nulls_first=True),),
        "desc": (Key("number", descending=True),),
        "asc": (Key("number"),),
        "collate": (Key("text", collation="C"),),
        "lower": (
            Key(
                expression=Expression('LOWER("text")'),
                descending=True,
                opclass="text_pattern_ops",
            ),
        ),
        "upper": (
            Key(expression=Expression('UPPER("other")'), collation="C"),
            Key("number"),
        ),
    }


@pytest.mark.vendors("postgresql")
def test_like_indexes_stand_beside_texts_only(connection: BaseDatabaseWrapper) -> None:
    from tests.apps.pgkitchen.models import Arrays, Collated, Named, Texts

    found = {
        (i.keys[0].column, i.keys[0].opclass, i.deterministic)
        for model in (Arrays, Collated, Named, Texts)
        for i in table_of(connection, model).indexes
        if i.keys[0].opclass
    }
    assert found == {
        ("code", "varchar_pattern_ops", "C"),
        ("indexed", "varchar_pattern_ops", "C"),
        ("collated_id", "varchar_pattern_ops", "C"),
        ("unique_char", "varchar_pattern_ops", None),
        ("indexed_text", "text_pattern_ops", None),
        ("endless", "varchar_pattern_ops", None),
        ("slug", "varchar_pattern_ops", None),
        ("generated", "text_pattern_ops", None),
    }
