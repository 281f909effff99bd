from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.advice import AUTO_FIX
from django_schemaguard.core.cause import Evidence, attribute
from django_schemaguard.core.finding import Cause, Finding, Severity
from django_schemaguard.core.history import Origins
from django_schemaguard.core.kinds.extra_column import ExtraColumn
from django_schemaguard.core.kinds.extra_table import ExtraTable
from django_schemaguard.core.kinds.migration_fake_applied import MigrationFakeApplied
from django_schemaguard.core.kinds.migration_partial import MigrationPartial
from django_schemaguard.core.kinds.migration_unapplied import MigrationUnapplied
from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.missing_extension import MissingExtension
from django_schemaguard.core.kinds.missing_index import MissingIndex
from django_schemaguard.core.kinds.type_mismatch import TypeMismatch
from django_schemaguard.core.report import Attributed
from django_schemaguard.core.schema import (
    Absence,
    Column,
    Index,
    Key,
    RelationKind,
    Table,
    TableRef,
)
from django_schemaguard.core.types import Fit

ORDER = TableRef("public", "shop_order", "shop.Order")
RECORD = TableRef(None, "django_migrations")
ORIGINS = Origins(
    {
        ("shop.order", ""): "shop.0001",
        ("shop.order", "paid"): "shop.0002",
        ("shop.order", "buyer"): "shop.0003",
        ("shop.refund", ""): "shop.0003",
    }
)
PAID = Column("paid", "boolean", nullable=False, field="paid")
LACKS = MissingColumn(ORDER, PAID)
EXTRA = ExtraColumn(ORDER, Column("buyer_id", "integer"))
WAITS = MigrationUnapplied(RECORD, "shop.0003")
FAKED = MigrationFakeApplied(RECORD, "shop.0002", ("column 'shop_order.paid'",))
FINISH_IT = (
    "Do by hand what is missing of what 'manage.py sqlmigrate shop 0003' prints,"
    " then run 'manage.py migrate --fake shop 0003'."
)
RECORD_IT = "Run 'manage.py migrate --fake shop 0003' to record it."


def attributed(finding: Finding, *others: Finding, **evidence: object) -> Attributed:
    known = Evidence(origins=ORIGINS, waiting=frozenset({"shop.0003"}), **evidence)
    return attribute((finding, *others), known)[0]


def test_a_change_behind_the_migrations_is_drift():
    assert attributed(LACKS) == Attributed(LACKS, Cause.DRIFT, "shop.0002")


def test_what_an_addition_mends_is_left_to_auto_fix():
    free = MissingColumn(ORDER, replace(PAID, nullable=True))

    assert attributed(free) == Attributed(free, Cause.DRIFT, "shop.0002", AUTO_FIX)
    assert attributed(free, FAKED).advice == AUTO_FIX
    assert attributed(free, at_models=()).advice != AUTO_FIX  # Unmade.


def test_drift_stays_drift_while_a_migration_waits():
    assert attributed(LACKS, at_leaves=(LACKS,)).cause is Cause.DRIFT


def test_what_only_the_database_has_is_undeclared():
    assert attributed(EXTRA) == Attributed(EXTRA, Cause.UNDECLARED)


def test_a_waiting_migration_is_pending():
    assert attributed(WAITS) == Attributed(WAITS, Cause.PENDING, "shop.0003")


def test_a_waiting_migration_all_of_which_is_there_is_unrecorded():
    assert attributed(WAITS, whole=frozenset({"shop.0003"})) == Attributed(
        WAITS, Cause.UNRECORDED, "shop.0003", RECORD_IT
    )


def test_what_runs_code_may_be_done_by_half():
    done = frozenset({"shop.0003"})

    assert attributed(WAITS, whole=done, code=done).advice == (
        "See whether its Python and SQL ran, too; only then run"
        " 'manage.py migrate --fake shop 0003'."
    )


def test_a_many_to_many_table_is_made_with_its_field():
    extra = ExtraTable(TableRef("public", "shop_order_buyer"), Table("x"))
    models = {"shop_order_buyer": "shop.Order_buyer"}

    assert attributed(extra, at_leaves=(), models=models).migration == "shop.0003"


def test_the_record_is_inserted_where_migrate_refuses():
    whole = frozenset({"shop.0003"})

    assert attributed(WAITS, whole=whole, refused=True).advice == (
        "Insert 'shop.0003' into 'django_migrations' by hand."
    )


def test_the_work_of_a_waiting_migration_follows_from_its_missing_record():
    evidence = Evidence(
        at_leaves=(),
        origins=ORIGINS,
        waiting=frozenset({"shop.0003"}),
        whole=frozenset({"shop.0003"}),
    )

    assert attribute((WAITS, EXTRA), evidence) == (
        Attributed(WAITS, Cause.UNRECORDED, "shop.0003", RECORD_IT),
    )


def test_of_a_faked_migration_one_thing_is_said():
    free = MissingColumn(ORDER, replace(PAID, nullable=True))
    known = Evidence(origins=ORIGINS)

    assert {it.advice for it in attribute((FAKED, free), known)} == {AUTO_FIX}
    coded = replace(known, code=frozenset({"shop.0002"}))
    assert attribute((FAKED, free), coded)[0].advice is None
    assert attribute((FAKED, LACKS), known)[0].advice is None


def test_a_faked_migration_explains_what_it_should_have_altered():
    paid = TypeMismatch(ORDER, PAID, replace(PAID, type="integer"), Fit.OTHER)

    assert attributed(paid, FAKED).cause is Cause.FAKE_APPLIED


def test_a_part_of_a_waiting_migration_is_to_be_completed():
    assert attributed(EXTRA, at_leaves=()) == Attributed(
        EXTRA, Cause.UNRECORDED, "shop.0003", FINISH_IT
    )


def test_a_half_done_migration_is_told_and_not_what_it_left():
    evidence = Evidence(
        at_leaves=(),
        origins=ORIGINS,
        waiting=frozenset({"shop.0003"}),
        begun=("shop.0003",),
    )
    later = replace(WAITS, name="shop.0004")
    half = MigrationPartial(RECORD, "shop.0003", ("table 'a'",), ("table 'b'",))

    assert attribute((WAITS, later, EXTRA, half), evidence) == (
        Attributed(WAITS, Cause.UNRECORDED, "shop.0003", FINISH_IT),
        Attributed(
            later,
            Cause.PENDING,
            "shop.0004",
            "Settle 'shop.0003' first, then run 'manage.py migrate'.",
        ),
        Attributed(half, Cause.UNRECORDED, "shop.0003", FINISH_IT),
    )


def test_migrate_is_not_advised_where_it_refuses():
    assert attributed(WAITS, refused=True).advice == (
        "Settle SG703 first, then run 'manage.py migrate'."
    )


@pytest.mark.parametrize("side", ["at_leaves", "at_models"])
def test_the_table_of_a_model_belongs_to_it(side):
    extra = ExtraTable(TableRef("public", "shop_bill"), RelationKind.TABLE)
    models = {"shop_bill": "shop.Bill"}

    told = attributed(extra, models=models, **{side: ()})

    assert told.finding.message == (
        "Table 'shop_bill' is of shop.Bill, which no applied migration makes."
    )
    assert "rop it" not in (told.advice or "")


def test_a_table_of_a_waiting_migration_is_known_by_its_model():
    extra = ExtraTable(TableRef("public", "shop_refund"), Table("shop_refund"))

    assert (
        attributed(extra, at_leaves=(), models={"shop_refund": "shop.Refund"}).migration
        == "shop.0003"
    )


@pytest.mark.parametrize("side", ["at_leaves", "at_models"])
def test_what_differs_from_each_state_in_another_way_is_drift(side):
    later = replace(PAID, type="smallint")

    assert attributed(LACKS, **{side: (MissingColumn(ORDER, later),)}).cause is (
        Cause.DRIFT
    )


def test_no_state_tells_of_extensions():
    gone = MissingExtension(TableRef(None, "pg_extension"), "hstore", "shop.0001")

    assert attributed(gone, at_leaves=(), at_models=()).cause is Cause.DRIFT


def test_what_the_models_have_and_no_migration_makes_is_unmade():
    assert attributed(EXTRA, at_models=()) == Attributed(
        EXTRA,
        Cause.UNMADE,
        None,
        "Run 'manage.py makemigrations', then record it with 'migrate --fake'.",
    )


def test_a_fake_applied_migration_explains_what_is_missing():
    assert attributed(LACKS, FAKED) == Attributed(
        LACKS,
        Cause.FAKE_APPLIED,
        "shop.0002",
        "Run what 'manage.py sqlmigrate shop 0002' prints.",
    )


def test_a_migration_that_ran_is_not_called_fake_applied():
    known = Evidence(origins=ORIGINS, ran=frozenset({"shop.0002"}))

    assert attribute((LACKS, FAKED), known) == (
        Attributed(LACKS, Cause.DRIFT, "shop.0002"),
    )


def test_a_fake_applied_migration_explains_no_other_migration():
    other = MigrationFakeApplied(RECORD, "shop.0009", ())

    assert attributed(LACKS, other).cause is Cause.DRIFT


@pytest.mark.parametrize(
    ("absence", "cause"),
    [
        pytest.param(Absence.ARTEFACT, Cause.UPGRADE_RESIDUE, id="left-out-by-django"),
        pytest.param(Absence.REPORTED, Cause.DRIFT, id="dropped"),
    ],
)
def test_what_django_leaves_out_itself_is_residue(absence, cause):
    index = Index("shop_order_ref_like", (Key("ref"),), absence=absence)

    assert attributed(MissingIndex(ORDER, index)).cause is cause


@pytest.mark.parametrize(
    ("retyped", "severity", "cause"),
    [
        pytest.param({}, Severity.WARNING, Cause.DRIFT, id="always-was-text"),
        pytest.param(
            {("shop.order", "paid")},
            Severity.INFO,
            Cause.UPGRADE_RESIDUE,
            id="was-a-number",
        ),
    ],
)
def test_what_django_leaves_out_it_leaves_out_after_some_changes_only(
    retyped, severity, cause
):
    like = Index("paid_like", (Key("paid"),), absence=Absence.ARTEFACT)
    origins = replace(ORIGINS, retyped=frozenset(retyped))

    (told,) = attribute((MissingIndex(ORDER, like, "paid"),), Evidence(origins=origins))

    assert (told.finding.severity, told.cause) == (severity, cause)


@pytest.mark.parametrize(
    ("actual", "cause"),
    [
        pytest.param("char(32)", Cause.UPGRADE_RESIDUE, id="before-django-5.0"),
        pytest.param("char(36)", Cause.DRIFT, id="by-hand"),
    ],
)
def test_a_uuid_as_django_4_kept_it_is_residue(actual, cause):
    wanted, there = Column("key", "uuid"), Column("key", actual)

    assert attributed(TypeMismatch(ORDER, wanted, there, Fit.OTHER)).cause is cause


def test_an_object_belongs_to_the_one_waiting_migration_of_its_model():
    extra = ExtraColumn(ORDER, Column("seller_id", "integer"))

    assert attributed(extra, at_leaves=()).migration == "shop.0003"


def test_an_object_of_one_among_several_waiting_migrations_is_not_guessed():
    extra = ExtraColumn(ORDER, Column("seller_id", "integer"))
    waiting = frozenset({"shop.0002", "shop.0003"})
    evidence = Evidence(at_leaves=(), origins=ORIGINS, waiting=waiting)

    assert attribute((extra,), evidence) == (
        Attributed(
            extra,
            Cause.UNRECORDED,
            None,
            "Leave it: a migration that is not recorded makes it.",
        ),
    )
