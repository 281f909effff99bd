"""What the fields of migrations once were."""

from __future__ import annotations

import pytest
from django.db import models

from django_schemaguard.alterations import FieldHistory, reshapes

NAME = ("shop.product", "name")
OWNER = ("shop.offer", "owner")


def char(**options: object) -> models.CharField[str, str]:
    return models.CharField(max_length=20, db_index=True, **options)


def key(to: str, **options: object) -> models.ForeignKey[object, object]:
    return models.ForeignKey(to, models.CASCADE, **options)


def history(*fields: models.Field[object, object]) -> FieldHistory:
    """Return what is known of one field that was altered time and again."""
    book = FieldHistory()
    book.add(NAME, fields[0], squashed=False)
    for field in fields[1:]:
        book.alter(NAME, field)
    return book


@pytest.mark.parametrize(
    ("fields", "retyped"),
    [
        pytest.param((char(),), False, id="never-altered"),
        pytest.param((char(), models.TextField(), char()), False, id="always-text"),
        pytest.param((models.IntegerField(), char()), True, id="was-a-number"),
        pytest.param((char(db_collation="ci"), char()), True, id="was-collated"),
        pytest.param((key("shop.gone"), char()), True, id="referred-to-nobody-knows"),
    ],
)
def test_a_field_that_was_no_plain_text_is_retyped(fields, retyped):
    assert history(*fields).retyped() == ({NAME} if retyped else set())


@pytest.mark.parametrize("first", [models.IntegerField(), models.TextField()])
@pytest.mark.parametrize("to", ["shop.Product", "Product"])
def test_a_foreign_key_is_retyped_with_its_target(first, to):
    book = FieldHistory()
    book.add(("shop.goods", "name"), first, squashed=False)
    book.rename(("shop.goods", "name"), NAME)
    book.add(OWNER, key(to, to_field="name"), squashed=False)
    book.add(("shop.offer", "next"), key("shop.goods"), squashed=False)
    assert OWNER not in book.retyped()

    book.alter(NAME, models.CharField(max_length=9, primary_key=True))

    both = {NAME, OWNER, ("shop.offer", "next")}
    assert book.retyped() == (
        both if first.get_internal_type() != "TextField" else set()
    )


def test_of_what_a_squash_made_nobody_knows():
    book = FieldHistory()
    book.add(NAME, char(), squashed=True)
    assert book.retyped() == {NAME}

    book.add(NAME, char(), squashed=False)  # Removed and added anew.
    assert book.retyped() == set()


def test_only_a_change_of_the_column_reshapes_it():
    assert reshapes(char(), models.CharField(max_length=21))
    assert reshapes(char(), char(null=True))
    assert not reshapes(models.CharField(max_length=20), char(help_text="x"))
    assert not reshapes(key("shop.a"), key("shop.b"))
