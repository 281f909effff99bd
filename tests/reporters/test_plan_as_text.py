from __future__ import annotations

import json
from dataclasses import replace

from django_schemaguard.core.plan import (
    Backfill,
    Guard,
    Plan,
    PlannedStep,
    Refusal,
    Stage,
    Target,
)
from django_schemaguard.core.report import Verdict
from django_schemaguard.reporters import plan_as_json, plan_as_text
from django_schemaguard.reporters.look import Look
from tests.reporters.samples import ORDERS, Cause, Column, Severity

DRIFT = Verdict("default", Column(ORDERS, "total"), Severity.ERROR, Cause.DRIFT)
WAITING = Verdict("default", Column(ORDERS, "note"), Severity.INFO, Cause.PENDING)
STAGE = Stage(
    ('ALTER TABLE "shop_order" ADD COLUMN "total" integer NULL',),
    Target("column", ORDERS, "total"),
    lock="ACCESS EXCLUSIVE on shop_order, for a moment",
    locks=(ORDERS,),
    reverse=('ALTER TABLE "shop_order" DROP COLUMN "total"',),
    guard=Guard(
        ('LOCK TABLE "shop_order" IN ACCESS EXCLUSIVE MODE',),
        'SELECT 1 FROM "shop_order" WHERE "total" IS NOT NULL LIMIT 1',
        "column 'shop_order.total' holds values of its own",
    ),
)
FILL = Stage(
    (),
    Target("column", ORDERS, "total"),
    atomic=False,
    kept="the values stay",
    lock="the rows of a batch of shop_order",
    backfill=Backfill("SELECT 1", "SELECT 2", "UPDATE 3", lambda: 1),
)
STEP = PlannedStep(
    "add_column", DRIFT, (STAGE, FILL), DRIFT.finding.message, 1200, ("Mind the gap.",)
)
PLAN = Plan(
    "default",
    "postgresql",
    "sha256:1",
    (STEP,),
    (
        Refusal(DRIFT, "Rows break it.", 1001, ("1", "2"), "SELECT id", "Mend them."),
        Refusal(DRIFT, "No addition mends it."),
    ),
    (WAITING,),
)


def test_plan_tells_each_statement_and_its_reverse() -> None:
    assert (
        plan_as_text.render([PLAN], Look())
        == """\
Database 'default': postgresql

1. Column 'shop_order.total' (integer) is missing. [SG102]
   rows: about 1,200
   note: Mind the gap.
   in a transaction; lock: ACCESS EXCLUSIVE on shop_order, for a moment
     ALTER TABLE "shop_order" ADD COLUMN "total" integer NULL;
     to undo it:
       LOCK TABLE "shop_order" IN ACCESS EXCLUSIVE MODE;
       only where this finds no row:
         SELECT 1 FROM "shop_order" WHERE "total" IS NOT NULL LIMIT 1;
       ALTER TABLE "shop_order" DROP COLUMN "total";
   in batches, each in a transaction; lock: the rows of a batch of shop_order
     SELECT 1;
     SELECT 2;
     UPDATE 3;
     cannot be undone: the values stay

Left alone (2):
  ❌ Column 'shop_order.total' (integer) is missing [SG102]
     reason: Rows break it.
     rows: over 1,000 (1; 2, …)
     query:
       SELECT id;
     hint: Mend them.
  ❌ Column 'shop_order.total' (integer) is missing [SG102]
     reason: No addition mends it.

Left to 'manage.py migrate' (1):
  ℹ️ Column 'shop_order.note' (integer) is missing [SG102]

1 repair in 2 steps planned, 2 left alone, 1 left to 'migrate'
"""
    )


def test_plan_tells_what_is_amiss_afterwards() -> None:
    step = replace(STEP, warnings=("Its old values are gone.",))
    plan = replace(PLAN, steps=(step,))
    lines = plan_as_text.render([plan], Look()).splitlines()
    assert lines[3:6] == [
        "   rows: about 1,200",
        "   ⚠️ Its old values are gone.",
        "   note: Mind the gap.",
    ]
    (told,) = plan_as_json.document(plan)["steps"]
    assert told["warnings"] == ["Its old values are gone."]


def test_plan_names_mariadb() -> None:
    plan = replace(PLAN, vendor="mysql", server_version="10.11.19-MariaDB")
    first = plan_as_text.render([plan], Look()).partition("\n")[0]
    assert first == "Database 'default': mariadb"


def test_nothing_to_do_is_one_line() -> None:
    empty = Plan("default", "sqlite", "sha256:1")
    assert plan_as_text.render([empty], Look()) == "Nothing to repair\n"


def test_statements_are_never_broken_and_sentences_are() -> None:
    lines = plan_as_text.render([PLAN], Look(width=40)).splitlines()
    assert '     ALTER TABLE "shop_order" ADD COLUMN "total" integer NULL;' in lines
    assert "1. Column 'shop_order.total'" in lines


def test_escapes_in_statements_do_not_reach_the_terminal() -> None:
    evil = replace(STAGE, statements=("SELECT '\x1b[2J\n'",))
    plan = replace(PLAN, steps=(replace(STEP, stages=(evil,)),))
    text = plan_as_text.render([plan], Look())
    assert "SELECT '\\x1b[2J\\n';" in text
    assert "\x1b" not in text


def test_document_has_all_of_the_plan() -> None:
    plan = json.loads(json.dumps(plan_as_json.document(PLAN)))
    assert (plan["alias"], plan["fingerprint"]) == ("default", "sha256:1")
    assert [it["reason"] for it in plan["refused"]] == [
        "Rows break it.",
        "No addition mends it.",
    ]
    assert plan["refused"][0]["count"] == 1001
    assert [it["object"] for it in plan["pending"]] == ["note"]
    (step,) = plan["steps"]
    assert (step["kind"], step["rows"]) == ("add_column", 1200)
    assert step["finding"]["code"] == "SG102"
    first, second = step["stages"]
    assert first["statements"] == list(STAGE.statements)
    assert first["reverse"] == list(STAGE.reverse)
    assert first["guard"]["says"] == STAGE.guard.says
    assert (first["precheck"], first["backfill"]) == (None, None)
    assert second["backfill"]["update"] == "UPDATE 3"
    assert (first["kept"], second["kept"]) == (None, "the values stay")


def test_the_same_plan_reads_the_same() -> None:
    assert plan_as_text.render([PLAN], Look()) == plan_as_text.render([PLAN], Look())
