from __future__ import annotations

from django_schemaguard.core.kinds.comment import Comment
from django_schemaguard.core.schema import Column, RelationKind
from tests.core.kinds.builders import (
    Told,
    column_pair,
    declared,
    found,
    order,
    pairs_of,
)

HINT = "Set the model's comment on it, or change the model and migrate."


def note(comment):
    return Column("note", "text", comment=comment, field="note")


def test_comments_of_tables_and_columns():
    pairs = pairs_of(
        order(
            expected={"comment": "Orders"},
            columns=((note("new"), note("old")), (note(""), note("old"))),
        )
    )

    assert found(Comment, pairs) == [
        Told(
            severity="info",
            effect="nothing at run time",
            message="Table 'shop_order' has no comment; the model needs 'Orders'.",
            hint=HINT,
            expected="Orders",
            fixable=True,
        ),
        Told(
            severity="info",
            effect="nothing at run time",
            message=(
                "Column 'shop_order.note' has the comment 'old'; the model needs 'new'."
            ),
            hint=HINT,
            object="note",
            field="note",
            expected="new",
            actual="old",
        ),
        Told(
            severity="info",
            effect="nothing at run time",
            message=(
                "Column 'shop_order.note' has the comment 'old'; the model has none."
            ),
            hint=HINT,
            object="note",
            field="note",
            actual="old",
        ),
    ]


def test_a_long_comment_is_cut_in_the_message_alone():
    text = "a word, " * 20

    (told,) = found(Comment, column_pair(note(text), note("")))

    assert told.message == (
        "Column 'shop_order.note' has no comment; the model needs"
        " 'a word, a word, a word, a word, a word, a word,…'."
    )
    assert told.expected == text


def test_equal_comments_are_silent():
    pairs = column_pair(note("x"), note("x"), actual={"comment": ""})

    assert found(Comment, pairs) == []


def test_a_view_is_silent():
    pairs = column_pair(note("x"), note(""), kind=RelationKind.VIEW)

    assert found(Comment, pairs) == []


def test_a_table_of_the_settings_is_silent():
    assert found(Comment, pairs_of(declared(columns=((note(""), note("x")),)))) == []
