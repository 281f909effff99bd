from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.core.kinds.migration_unapplied import MigrationUnapplied
from django_schemaguard.core.report import Accepted, Report, Verdict
from django_schemaguard.core.schema import Skip, TableRef
from django_schemaguard.reporters import as_text
from django_schemaguard.reporters.look import Look
from tests.reporters.samples import (
    CLEAN,
    DRIFTED,
    ORDERS,
    STRAY,
    Column,
    Table,
    database,
)


def test_clean_database_is_one_line() -> None:
    assert as_text.render(CLEAN, Look()) == (
        "✅ Database schema validation passed (214 tables, 7 queries, 0.18 s)\n"
    )


def test_findings_by_table_most_severe_first_and_the_lost_database_after_them() -> None:
    assert (
        as_text.render(DRIFTED, Look())
        == """\
Database 'default': postgresql 15.18
  214 tables, 7 queries, 0.18 s

users (accounts.User)
  ❌ Required table 'users' is missing [SG101]
     cause: drift (the database was changed behind the migrations)
     effect: every query on accounts.User fails

shop_order (shop.Order)
  ⚠️ Column 'shop_order.total' (integer) is missing [SG102]
     cause: drift (the database was changed behind the migrations), \
migration shop.0003_order_total
     effect: every query on shop.Order fails
     hint: Add it.
  ℹ️ Column 'shop_order.note' (integer) is missing [SG102]
     cause: pending (an unapplied migration will change it)
     effect: every query on shop.Order fails
     hint: Add it.

Not compared (2):
  shop_order.total_gte_0: the server could not say it
  collations: the server does not show them

❌ Database connection failed (replica)
   connection to server at "db", port 5432 failed: Connection refused
   hint: Check the network.

❌ Database schema validation failed (214 tables, 7 queries, 0.18 s): 1 error, \
1 warning, 1 info, 2 not compared, 2 waived, 1 database failed
"""
    )


def test_what_has_vanished_from_the_baseline_is_named() -> None:
    gone = (
        Accepted("default", "", "users", "", "SG101"),
        Accepted("default", "sales", "shop_order", "total", "SG102", "integer"),
    )
    report = Report("production", (database(known=3, vanished=gone),))
    assert (
        as_text.render(report, Look())
        == """\
Database 'default': postgresql 15.18
  214 tables, 7 queries, 0.18 s

In the baseline, and no longer found (2):
  SG101 users
  SG102 sales.shop_order.total

✅ Database schema validation passed (214 tables, 7 queries, 0.18 s): 3 known
"""
    )


def test_optional_table_is_called_so() -> None:
    verdict = Verdict(
        "default", Table(STRAY), Severity.WARNING, Cause.DRIFT, required=False
    )
    lines = as_text.render(
        Report("production", (database(verdicts=(verdict,)),)), Look()
    )
    assert lines.splitlines()[4] == "  ⚠️ Optional table 'stray' is missing [SG101]"
    assert lines.splitlines()[-1] == (
        "⚠️ Database schema validation passed with warnings "
        "(214 tables, 7 queries, 0.18 s): 1 warning"
    )


def test_unreadable_catalog_is_no_failed_connection() -> None:
    unread = replace(database(), error="permission denied", hint="")
    assert as_text.render(Report("production", (unread,)), Look()).splitlines()[:2] == [
        "❌ Database schema could not be read (default)",
        "   permission denied",
    ]


def test_words_where_the_stream_has_no_signs() -> None:
    text = as_text.render(DRIFTED, Look(encoding="ascii"))
    assert text.isascii()
    assert "  ERROR: Required table 'users' is missing [SG101]\n" in text
    assert "  WARNING: Column 'shop_order.total' (integer) is missing [SG102]\n" in text
    assert "  INFO: Column 'shop_order.note' (integer) is missing [SG102]\n" in text


def test_names_the_stream_cannot_encode_are_escaped() -> None:
    verdict = Verdict("default", Column(ORDERS, "größe"), Severity.ERROR, Cause.DRIFT)
    report = Report("production", (database(verdicts=(verdict,)),))
    text = as_text.render(report, Look(encoding="ascii"))
    assert r"Column 'shop_order.gr\xf6\xdfe' (integer) is missing" in text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("[red]x[/red]", "[red]x[/red]", id="rich-markup"),
        pytest.param("[/]", "[/]", id="unopened-markup"),
        pytest.param(":boom:", ":boom:", id="emoji-code"),
        pytest.param("a\nERROR: b", r"a\nERROR: b", id="line-feed"),
        pytest.param("a\r\x1b[2Kb", r"a\r\x1b[2Kb", id="ansi-escape"),
        pytest.param("a\x9b31mb", r"a\x9b31mb", id="c1-control"),
        pytest.param("a\u2028b", r"a\u2028b", id="line-separator"),
        pytest.param("a\u202eb", r"a\u202eb", id="right-to-left-override"),
        pytest.param("a b", "a b", id="space-is-harmless"),
        pytest.param("größe", "größe", id="letters-are-harmless"),
    ],
)
@pytest.mark.parametrize("color", [False, True], ids=["plain", "color"])
def test_hostile_names_cannot_forge_output(name: str, shown: str, color: bool) -> None:
    verdict = Verdict(
        "default", Column(TableRef(None, "t"), name), Severity.ERROR, Cause.DRIFT
    )
    report = Report("production", (database(verdicts=(verdict,)),))
    look = Look(color=color)
    lines = as_text.render(report, look).splitlines()
    assert f"❌ Column 't.{shown}' (integer) is missing" in lines[4]
    harmless = Column(TableRef(None, "t"), "n")
    usual = Report(
        "production", (database(verdicts=(replace(verdict, finding=harmless),)),)
    )
    assert len(lines) == len(as_text.render(usual, look).splitlines())


def test_no_escape_sequences_without_color() -> None:
    assert "\x1b" not in as_text.render(DRIFTED, Look(width=60))


def test_color_changes_nothing_but_color() -> None:
    import re

    colored = as_text.render(DRIFTED, Look(color=True))
    assert "\x1b[1;31m❌ Required table 'users' is missing\x1b[0m" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == as_text.render(DRIFTED, Look())


def test_wraps_at_the_width_of_a_terminal_with_hanging_indent() -> None:
    lines = as_text.render(DRIFTED, Look(width=50)).splitlines()
    assert max(map(len, lines)) <= 50
    start = lines.index("  ⚠️ Column 'shop_order.total' (integer) is")
    assert lines[start + 1 : start + 5] == [
        "     missing [SG102]",
        "     cause: drift (the database was changed",
        "       behind the migrations), migration",
        "       shop.0003_order_total",
    ]


def test_a_very_long_message_stays_on_one_line_when_piped() -> None:
    name = "x" * 5_000
    verdict = Verdict("default", Column(ORDERS, name), Severity.ERROR, Cause.DRIFT)
    text = as_text.render(
        Report("production", (database(verdicts=(verdict,)),)), Look()
    )
    assert f"❌ Column 'shop_order.{name}' (integer) is missing [SG102]\n" in text


SKIPS = tuple(Skip("t", f"check_{n}", "it was not understood") for n in range(5))


def test_skips_are_grouped_and_the_rest_counted() -> None:
    report = Report("production", (database(skips=SKIPS),))
    assert (
        "Not compared (5):\n"
        "  t.check_0, t.check_1, t.check_2 and 2 more (-v 2 lists them):"
        " it was not understood\n"
    ) in as_text.render(report, Look())


def test_verbosity_2_lists_every_skip_and_every_object_compared() -> None:
    report = Report("production", (database(skips=SKIPS, compared=("t", "t.id")),))
    text = as_text.render(report, Look(detail=2))
    assert "\nCompared (2):\n  t\n  t.id\n" in text
    assert "  t.check_0, t.check_1, t.check_2, t.check_3, t.check_4: it" in text


def test_singular_counts() -> None:
    report = Report("production", (database(tables=1, queries=1),))
    assert as_text.render(report, Look()) == (
        "✅ Database schema validation passed (1 table, 1 query, 0.18 s)\n"
    )


def unapplied(name: str, severity: Severity = Severity.WARNING) -> Verdict:
    finding = MigrationUnapplied(TableRef(None, "django_migrations"), name)
    return Verdict("default", finding, severity, Cause.PENDING, migration=name)


def test_pending_migrations_are_told_together_by_app() -> None:
    names = [f"auth.{number:04}_more" for number in range(1, 13)]
    names += ["shop.0002_price", "shop.0003_note"]
    verdicts = tuple(map(unapplied, names))

    text = as_text.render(Report("production", (database(verdicts=verdicts),)), Look())

    assert text == (
        """\
Database 'default': postgresql 15.18
  214 tables, 7 queries, 0.18 s

django_migrations
  ⚠️ 14 migrations are not applied [SG701]
     auth: 0001_more to 0012_more (12)
     shop: 0002_price, 0003_note
     effect: code that needs them fails until then
     hint: Run 'manage.py migrate'.

⚠️ Database schema validation passed with warnings (214 tables, 7 queries, 0.18 s): \
14 warnings
"""
    )


def test_pending_migrations_of_two_severities_stay_apart() -> None:
    verdicts = (
        unapplied("shop.0002_price"),
        unapplied("shop.0003_note", Severity.INFO),
    )

    text = as_text.render(Report("production", (database(verdicts=verdicts),)), Look())

    assert "  ⚠️ Migration 'shop.0002_price' is not applied [SG701]\n" in text
    assert "  ℹ️ Migration 'shop.0003_note' is not applied [SG701]\n" in text


def test_pending_migrations_with_a_remedy_of_their_own_stay_apart() -> None:
    faked = replace(unapplied("shop.0001_initial"), advice="Fake it.")
    there = replace(unapplied("shop.0004_there"), cause=Cause.UNRECORDED)
    names = ("shop.0002_price", "shop.0003_note")
    verdicts = (faked, *map(unapplied, names), there)

    text = as_text.render(Report("production", (database(verdicts=verdicts),)), Look())

    assert [line for line in text.splitlines() if "[SG701]" in line] == [
        "  ⚠️ Migration 'shop.0001_initial' is not applied [SG701]",
        "  ⚠️ 2 migrations are not applied [SG701]",
        "  ⚠️ Migration 'shop.0004_there' is not applied [SG701]",
    ]
