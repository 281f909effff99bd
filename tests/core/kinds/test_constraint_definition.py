from __future__ import annotations

from django_schemaguard.core.kinds.constraint_definition import ConstraintDefinition
from django_schemaguard.core.pairing import Matching, Undecided
from django_schemaguard.core.schema import Check, Exclusion, Facet, Key, Skip, Unique
from tests.core.kinds.builders import UNCOMPILED, Told, found, order, pairs_of, sql

OTHER_ROWS = "the database accepts or rejects other rows than shop.Order"
HINT = "Replace it as its migration made it, or change the model and migrate."
CHECK = Check("positive", sql("total > 0"), named=True)
OTHER = Check("positive", sql("total > 1"))


def test_a_check_of_another_condition():
    pairs = pairs_of(order(checks=Matching(changed=((CHECK, OTHER),))))

    assert found(ConstraintDefinition, pairs) == [
        Told(
            severity="warning",
            effect=OTHER_ROWS,
            message=(
                "Check constraint 'positive' of 'shop_order' is CHECK (total > 1);"
                " the model needs CHECK (total > 0)."
            ),
            hint=HINT,
            object="positive",
            expected="CHECK (total > 0)",
            actual="CHECK (total > 1)",
        )
    ]


def test_what_becomes_of_a_row_that_repeats_another():
    expected = Unique("uq", (Key("ref"),), named=True)
    actual = Unique("uq", (Key("ref"),), options=("on_conflict=ignore",))
    pairs = pairs_of(order(uniques=Matching(changed=((expected, actual),))))

    assert found(ConstraintDefinition, pairs) == [
        Told(
            severity="warning",
            effect=OTHER_ROWS,
            message=(
                "Unique constraint 'uq' of 'shop_order' is UNIQUE (ref)"
                " WITH (on_conflict=ignore); the model needs UNIQUE (ref)."
            ),
            hint=HINT,
            object="uq",
            expected="UNIQUE (ref)",
            actual="UNIQUE (ref) WITH (on_conflict=ignore)",
        )
    ]


def test_constraints_that_cannot_be_compared_are_skipped():
    unique = Unique("uq", (Key("ref"),))
    exclusion = Exclusion("apart", (Key("room"),))
    nameless = Check("", sql("f(total)"))
    pair = order(
        uniques=Matching(undecided=(Undecided(unique, unique, UNCOMPILED),)),
        checks=Matching(undecided=(Undecided(nameless, nameless, UNCOMPILED),)),
        exclusions=Matching(undecided=(Undecided(exclusion, exclusion, UNCOMPILED),)),
    )

    assert found(ConstraintDefinition, pairs_of(pair)) == [
        Skip(
            "shop_order",
            "uq",
            "Cannot compare unique constraint 'uq': the server could not compile it.",
        ),
        Skip(
            "shop_order",
            None,
            "Cannot compare check constraint (f(total)):"
            " the server could not compile it.",
        ),
        Skip(
            "shop_order",
            "apart",
            "Cannot compare exclusion constraint 'apart':"
            " the server could not compile it.",
        ),
    ]


def test_a_locked_table_is_not_skipped_again():
    matching = Matching(undecided=(Undecided(CHECK, OTHER, UNCOMPILED),))
    pair = order(checks=matching, actual={"locked": "Locked."})

    assert found(ConstraintDefinition, pairs_of(pair)) == []


def test_equal_constraints_are_silent():
    pair = order(checks=Matching(same=((CHECK, CHECK),)))

    assert found(ConstraintDefinition, pairs_of(pair)) == []


def test_what_the_reader_cannot_see_is_silent():
    pair = order(checks=Matching(changed=((CHECK, OTHER),)))

    assert found(ConstraintDefinition, pairs_of(pair, blind=Facet.CHECKS)) == []
