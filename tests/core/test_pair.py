"""How expected and actual objects are paired, by structure and by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.pair import pair
from django_schemaguard.core.pairing import Matching, TablePair, Undecided
from django_schemaguard.core.schema import (
    Absence,
    Check,
    Column,
    Expression,
    Facet,
    ForeignKey,
    Index,
    Key,
    PrimaryKey,
    RelationKind,
    Schema,
    Table,
    TableRef,
    Traits,
    Unique,
)

POSTGRESQL = Traits("postgresql")
SQLITE = Traits("sqlite", folds_tables=True, folds_columns=True)


def column(name: str, type_: str = "integer", **rest: object) -> Column:
    return Column(name, type_, **rest)  # type: ignore[arg-type]


def on(*names: str) -> tuple[Key, ...]:
    return tuple(Key(name) for name in names)


BASE = Table(
    "shop_order",
    columns=(column("id", nullable=False), column("ref", "text"), column("n")),
    primary_key=PrimaryKey("shop_order_pkey", ("id",)),
    model="shop.Order",
)


def paired(expected: Table, actual: Table, traits: Traits = POSTGRESQL) -> TablePair:
    (result,) = pair(Schema(traits, (expected,)), Schema(traits, (actual,))).tables
    return result


def uniques(expected: tuple[Unique, ...], *actual: Unique) -> TablePair:
    return paired(replace(BASE, uniques=expected), replace(BASE, uniques=actual))


def indexes(expected: tuple[Index, ...], *actual: Index) -> Matching[Index]:
    return paired(
        replace(BASE, indexes=expected), replace(BASE, indexes=actual)
    ).indexes


def checks(expected: tuple[Check, ...], *actual: Check) -> Matching[Check]:
    return paired(replace(BASE, checks=expected), replace(BASE, checks=actual)).checks


def check(name: str, sql: str, canonical: str | None = None, **rest: object) -> Check:
    return Check(name, Expression(sql, canonical), **rest)  # type: ignore[arg-type]


class TestTables:
    def test_equal_tables_are_paired(self) -> None:
        pairs = pair(Schema(POSTGRESQL, (BASE,)), Schema(POSTGRESQL, (BASE,)))
        assert (pairs.missing, pairs.extra, pairs.renamed) == ((), (), ())
        assert len(pairs.tables) == 1

    def test_a_table_that_is_nowhere_is_missing(self) -> None:
        pairs = pair(Schema(POSTGRESQL, (BASE,)), Schema(POSTGRESQL))
        assert pairs.missing == (BASE,)

    def test_case_matters_on_postgresql_only(self) -> None:
        upper = replace(BASE, name="Shop_Order", columns=BASE.columns[:1])
        apart = pair(Schema(POSTGRESQL, (BASE,)), Schema(POSTGRESQL, (upper,)))
        assert (apart.missing, apart.extra) == ((BASE,), (upper,))
        assert pair(Schema(SQLITE, (BASE,)), Schema(SQLITE, (upper,))).missing == ()

    def test_one_lost_and_one_found_of_the_same_columns_were_renamed(self) -> None:
        other = replace(BASE, name="old_order")
        pairs = pair(Schema(POSTGRESQL, (BASE,)), Schema(POSTGRESQL, (other,)))
        assert pairs.renamed == ((BASE, other),)
        assert (pairs.missing, pairs.extra) == ((), ())

    def test_two_candidates_are_not_taken_for_a_rename(self) -> None:
        one, two = replace(BASE, name="one"), replace(BASE, name="two")
        pairs = pair(Schema(POSTGRESQL, (BASE,)), Schema(POSTGRESQL, (one, two)))
        assert (pairs.missing, pairs.renamed) == ((BASE,), ())

    def test_a_known_table_is_not_extra(self) -> None:
        expected = Schema(POSTGRESQL, known=frozenset({"shop_order"}))
        assert pair(expected, Schema(POSTGRESQL, (BASE,))).extra == ()

    def test_a_view_that_nothing_declares_is_not_an_extra_table(self) -> None:
        view = replace(BASE, kind=RelationKind.VIEW)
        assert pair(Schema(POSTGRESQL), Schema(POSTGRESQL, (view,))).extra == ()

    def test_a_table_in_another_namespace_is_misplaced(self) -> None:
        there = TableRef("archive", "shop_order")
        pairs = pair(
            Schema(POSTGRESQL, (BASE,)), Schema(POSTGRESQL, elsewhere=(there,))
        )
        assert (pairs.misplaced, pairs.missing) == (((BASE, there),), ())

    def test_a_table_that_could_not_be_read_is_hidden_not_empty(self) -> None:
        locked = Table("shop_order", locked="Another session is changing it.")
        pairs = pair(Schema(POSTGRESQL, (BASE,)), Schema(POSTGRESQL, (locked,)))
        assert (pairs.hidden, pairs.tables, pairs.missing) == ((locked,), (), ())

    def test_a_view_in_a_tables_place_is_paired_by_columns_only(self) -> None:
        expected = replace(BASE, uniques=(Unique("u", on("ref")),))
        view = replace(BASE, kind=RelationKind.VIEW, primary_key=None)
        result = paired(expected, view)
        assert len(result.columns) == 3
        assert result.uniques == Matching()
        assert result.primary_keys == (None, None)


class TestColumns:
    def test_a_renamed_column_takes_its_objects_along(self) -> None:
        expected = replace(
            BASE,
            uniques=(Unique("u", on("ref")),),
            checks=(check("c", "ref <> ''", named=True),),
        )
        actual = replace(
            BASE,
            columns=(BASE.columns[0], column("reference", "text"), BASE.columns[2]),
            uniques=(Unique("u", on("reference")),),
            checks=(check("c", "(reference <> ''::text)"),),
        )
        result = paired(expected, actual)
        assert [(e.name, a.name) for e, a in result.renamed_columns] == [
            ("ref", "reference")
        ]
        assert len(result.uniques.same) == 1
        assert (result.checks.missing, result.checks.extra) == ((), ())

    def test_two_missing_of_one_type_are_not_taken_for_a_rename(self) -> None:
        expected = replace(BASE, columns=(*BASE.columns, column("m")))
        actual = replace(BASE, columns=(*BASE.columns[:2], column("k")))
        result = paired(expected, actual)
        assert result.renamed_columns == ()
        assert [c.name for c in result.missing_columns] == ["n", "m"]
        assert [c.name for c in result.extra_columns] == ["k"]

    def test_what_stands_on_a_missing_column_is_not_reported_again(self) -> None:
        expected = replace(
            BASE,
            uniques=(Unique("u", on("ref", "n")),),
            indexes=(Index("i", on("ref")),),
            checks=(check("c", '"ref" IS NOT NULL'),),
            foreign_keys=(ForeignKey("f", ("ref",), TableRef(None, "x"), ("id",)),),
        )
        actual = replace(BASE, columns=(BASE.columns[0], BASE.columns[2]))
        result = paired(expected, actual)
        assert [c.name for c in result.missing_columns] == ["ref"]
        for matching in (
            result.uniques,
            result.indexes,
            result.checks,
            result.foreign_keys,
        ):
            assert matching == Matching()

    def test_an_index_on_an_extra_column_is_part_of_that(self) -> None:
        extra = column("legacy")
        actual = replace(
            BASE,
            columns=(*BASE.columns, extra),
            indexes=(Index("i", on("legacy")), Index("j", on("legacy", "n"))),
        )
        assert [i.name for i in paired(BASE, actual).indexes.extra] == ["j"]

    def test_a_primary_key_on_a_missing_column_is_not_compared(self) -> None:
        actual = replace(BASE, columns=BASE.columns[1:], primary_key=None)
        assert paired(BASE, actual).primary_keys == (None, None)


class TestUniques:
    def test_a_generated_name_is_not_compared(self) -> None:
        result = uniques((Unique("a", on("ref")),), Unique("b", on("ref")))
        assert len(result.uniques.same) == 1

    def test_one_constraint_satisfies_an_unnamed_twin(self) -> None:
        named = Unique("ref_once", on("ref"), named=True)
        result = uniques((Unique("auto", on("ref")), named), named)
        assert result.uniques.missing == ()
        assert [e.name for e, _ in result.uniques.same] == ["ref_once"]

    def test_the_primary_key_satisfies_an_unnamed_unique(self) -> None:
        assert uniques((Unique("auto", on("id")),)).uniques.missing == ()

    def test_the_primary_key_satisfies_a_named_unique_of_its_name_only(self) -> None:
        same = Unique("shop_order_pkey", on("id"), named=True)
        other = Unique("id_once", on("id"), named=True)
        left_out = replace(other, absence=Absence.ARTEFACT)
        assert uniques((same, other)).uniques.missing == (left_out,)

    def test_of_two_equal_named_ones_made_at_once_one_is_left_out(self) -> None:
        one = Unique("one", on("ref"), named=True)
        two = Unique("two", on("ref"), named=True)
        result = uniques((one, two), one)
        assert result.uniques.missing == (replace(two, absence=Absence.ARTEFACT),)

    @pytest.mark.parametrize(
        "actual",
        [
            pytest.param(Unique("u", on("n", "ref")), id="other-order"),
            pytest.param(Unique("u", on("ref", "n"), nulls_distinct=False), id="nulls"),
            pytest.param(Unique("u", on("ref")), id="fewer-columns"),
        ],
    )
    def test_another_definition_under_the_name_is_changed(self, actual: Unique) -> None:
        expected = Unique("u", on("ref", "n"), named=True)
        assert uniques((expected,), actual).uniques.changed == ((expected, actual),)

    def test_a_twin_is_a_duplicate(self) -> None:
        one, two = Unique("u", on("ref")), Unique("v", on("ref"))
        result = uniques((one,), one, two)
        assert (result.uniques.duplicates, result.uniques.extra) == (((two, one),), ())

    def test_a_unique_on_more_than_the_key_rejects_nothing_and_is_an_index(
        self,
    ) -> None:
        wide = Unique("w", on("id", "ref"))
        result = uniques((), wide)
        assert result.uniques.extra == ()
        assert [index.name for index in result.indexes.extra] == ["w"]

    def test_a_unique_in_the_place_of_the_key_is_not_extra(self) -> None:
        actual = replace(BASE, primary_key=None, uniques=(Unique("u", on("id")),))
        assert paired(BASE, actual).uniques.extra == ()
        partial = Unique("u", on("id"), condition=Expression("n > 0"))
        actual = replace(BASE, primary_key=None, uniques=(partial,))
        assert paired(BASE, actual).uniques.extra == (partial,)

    def test_an_extra_unique_is_extra(self) -> None:
        extra = Unique("u", on("ref"))
        assert uniques((), extra).uniques.extra == (extra,)

    def test_a_unique_made_plain_is_one_missing_unique(self) -> None:
        expected = Unique("u", on("ref"), named=True)
        actual = replace(BASE, indexes=(Index("u", on("ref")),))
        result = paired(replace(BASE, uniques=(expected,)), actual)
        assert result.uniques.missing == (expected,)
        assert result.indexes.extra == ()


class TestIndexes:
    def test_the_opclass_index_and_the_plain_one_are_told_apart(self) -> None:
        plain = Index("i", on("ref"))
        like = Index("i_like", (Key("ref", opclass="text_pattern_ops"),))
        assert indexes((plain, like), like).missing == (plain,)

    def test_the_default_class_written_out_is_no_difference(self) -> None:
        expected = Index("i", (Key("ref", opclass="text_ops"),))
        actual = Index("i", (Key("ref", default_opclass="text_ops"),))
        assert len(indexes((expected,), actual).same) == 1

    def test_an_unnamed_index_on_the_same_column_was_changed(self) -> None:
        expected = Index("i", on("ref"))
        actual = Index("other", on("ref"), method="hash")
        assert indexes((expected,), actual).changed == ((expected, actual),)

    def test_a_named_index_under_another_name_keeps_its_structure(self) -> None:
        expected = Index("i", on("ref"), named=True)
        actual = Index("other", on("ref"))
        assert indexes((expected,), actual).same == ((expected, actual),)

    def test_an_index_that_was_made_unique_is_changed(self) -> None:
        plain, unique = Index("i", on("ref")), Unique("u", on("ref"))
        result = paired(
            replace(BASE, indexes=(plain,)), replace(BASE, uniques=(unique,))
        )
        assert result.indexes.changed == (
            (plain, replace(plain, name="u", unique=True)),
        )
        assert (result.indexes.missing, result.uniques.extra) == ((), ())

    def test_an_index_that_was_made_unique_beside_the_key_is_the_same(self) -> None:
        plain, unique = Index("i", on("id", "ref")), Unique("i", on("id", "ref"))
        result = paired(
            replace(BASE, indexes=(plain,)), replace(BASE, uniques=(unique,))
        )
        assert result.indexes == Matching(same=((plain, plain),))
        assert result.uniques.extra == ()

    def test_on_an_unknown_server_a_longer_index_may_do_the_work(self) -> None:
        long = replace(BASE, uniques=(Unique("u", on("ref", "n")),))
        short = replace(long, indexes=(Index("i", on("ref")),))
        sees = frozenset(Facet) - {Facet.INDEX_DETAILS}
        assert paired(short, long, Traits("other", sees=sees)).indexes.missing == ()
        assert paired(short, long).indexes.missing == short.indexes

    def test_an_index_implied_by_the_server_is_not_extra(self) -> None:
        assert indexes((), Index("f", on("n"), implied=True)).extra == ()

    def test_a_like_index_waits_for_a_deterministic_collation(self) -> None:
        like = Index("l", on("ref"), deterministic="ci")
        expected = Schema(POSTGRESQL, (replace(BASE, indexes=(like,)),))
        actual = Schema(POSTGRESQL, (BASE,), nondeterministic=frozenset({"ci"}))
        assert pair(expected, actual).tables[0].indexes.missing == ()
        actual = Schema(POSTGRESQL, (BASE,))
        assert pair(expected, actual).tables[0].indexes.missing == (like,)


class TestRepeats:
    def test_a_check_of_the_same_condition_is_a_duplicate(self) -> None:
        one, two = check("c", "n > 0", named=True), check("d", "(n > 0)")
        assert checks((one,), one, two).duplicates == ((two, one),)

    def test_a_foreign_key_that_does_the_same_is_a_duplicate(self) -> None:
        one = ForeignKey("f", ("n",), TableRef(None, "shop_buyer"), ("id",))
        two, acts = replace(one, name="g"), replace(one, name="h", on_delete="CASCADE")
        result = paired(
            replace(BASE, foreign_keys=(one,)),
            replace(BASE, foreign_keys=(one, two, acts)),
        )
        assert result.foreign_keys.duplicates == ((two, one),)
        assert result.foreign_keys.extra == (acts,)


class TestExpressions:
    def test_the_servers_words_decide(self) -> None:
        expected = check("c", "n IN (1, 2)", "A", named=True)
        assert len(checks((expected,), check("c", "n = ANY (…)", "A")).same) == 1
        assert len(checks((expected,), check("c", "n = ANY (…)", "B")).changed) == 1

    def test_what_the_server_could_not_say_is_undecided(self) -> None:
        expected = check("c", "f(n)", named=True)
        actual = Check("c", Expression("g(n)", problem="the table is locked"))
        assert checks((expected,), actual).undecided == (
            Undecided(expected, actual, "the table is locked"),
        )

    def test_equal_texts_need_no_server(self) -> None:
        expected = check("c", '"n" >= 0')
        actual = Check("c", Expression("(n >= 0)", problem="the table is locked"))
        assert len(checks((expected,), actual).same) == 1

    def test_an_opaque_check_is_looked_for_by_name(self) -> None:
        opaque = check("own", "", opaque=True, named=True)
        there = replace(BASE, indexes=(Index("own", on("n")),))
        result = paired(replace(BASE, checks=(opaque,)), there)
        assert [u.expected for u in result.checks.undecided] == [opaque]
        assert result.indexes.extra == ()
        assert checks((opaque,)).missing == (opaque,)


@pytest.mark.parametrize("name", ["Two Words", "n 🐘", "semi;colon", "it's"])
def test_a_check_goes_with_a_missing_column_of_odd_name(name: str) -> None:
    column_of_it = Column(name, "integer")
    check = Check("positive", Expression(f'"{name}" >= 0'))
    expected = replace(BASE, columns=(*BASE.columns, column_of_it), checks=(check,))
    result = paired(expected, BASE)
    assert result.missing_columns == (column_of_it,)
    assert result.checks.missing == ()


def test_a_check_that_names_no_missing_column_is_missing_itself() -> None:
    check = Check("positive", Expression('"n" >= 0'))
    expected = replace(
        BASE, columns=(*BASE.columns, Column("Two n", "integer")), checks=(check,)
    )
    assert paired(expected, BASE).checks.missing == (check,)
