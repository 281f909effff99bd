"""Findings of `validate` with who left the database so."""

from __future__ import annotations

import json
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

import django_schemaguard
from django_schemaguard.core.finding import Cause
from django_schemaguard.core.report import Verdict
from django_schemaguard.tenants import validate_schemas
from tests.damage.harness import inspect
from tests.ledger.conftest import ALIAS, QUOTED, ROLE, ledger, role, run
from tests.tenants.test_schemas import JOB, ByTenant, make

pytestmark = pytest.mark.vendors("postgresql")
SCHEMA = Path(django_schemaguard.__file__).parent / "reporters"
BY = {
    "SG101 orders_payment": "DROP TABLE orders_payment",
    "SG102 orders_order.note": "ALTER TABLE orders_order RENAME note TO remark",
    "SG104 catalogue_tag.colour": 'ALTER TABLE catalogue_tag ADD "colour" text',
    "SG105 catalogue_tag.name": "ALTER TABLE catalogue_tag ALTER name TYPE text",
    "SG107 orders_order.status": "ALTER TABLE orders_order ALTER status DROP DEFAULT",
    "SG202 orders_order.order_placed_has_date": "ALTER TABLE orders_order"
    " DROP CONSTRAINT order_placed_has_date",
    "SG301 orders_order.order_queue": "DROP INDEX order_queue",
    "SG306 catalogue_tag.by_hand": "CREATE INDEX by_hand ON catalogue_tag (name, id)",
    "SG103 left_over": "CREATE TABLE left_over (id int)",
    "SG209 catalogue_product": "ALTER TABLE catalogue_product DISABLE TRIGGER ALL",
    "SG406 catalogue_tag.t": "CREATE TRIGGER t BEFORE UPDATE ON catalogue_tag"
    " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "SG405 catalogue_tag": "ALTER TABLE catalogue_tag ENABLE ROW LEVEL SECURITY",
}
PROFILE = "customers.0002_profile"
LATER = (
    "CREATE TABLE other (orders_payment int, by_hand int)",
    "CREATE SCHEMA attic",
    "CREATE TABLE attic.catalogue_tag (colour int)",
    "ALTER TABLE attic.catalogue_tag DROP COLUMN colour",
    "ALTER TABLE orders_order ADD passing int",
    "ALTER TABLE orders_order DROP passing",
    "DROP TABLE other",
)


def verdicts() -> dict[str, Verdict]:
    return {
        f"{v.finding.code} {v.finding.table.name}"
        f"{f'.{v.finding.object}' if v.finding.object else ''}": v
        for v in inspect(ALIAS).findings
    }


def validate(*words: str) -> str:
    out = StringIO()
    with suppress(CommandError):
        call_command("schemaguard", "validate", "--database", ALIAS, *words, stdout=out)
    return out.getvalue()


def test_each_finding_tells_the_statement_that_made_it(
    installed: BaseDatabaseWrapper,
) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE", *BY.values(), *LATER)
    found = {}
    for name, verdict in verdicts().items():
        short = name if name in BY else name.partition(".")[0]
        if short in BY:
            assert verdict.provenance is not None, name
            assert verdict.provenance.exact, name
            found[short] = verdict.provenance.entry.statement
    assert found == BY


@pytest.mark.parametrize(
    ("statements", "name"),
    [
        pytest.param(
            ("ALTER TABLE orders_payment RENAME TO payments",),
            "SG101 orders_payment",
            id="renamed",
        ),
        pytest.param(
            (
                "CREATE SCHEMA attic",
                "ALTER TABLE orders_payment SET SCHEMA attic",
            ),
            "SG113 orders_payment",
            id="moved",
        ),
        pytest.param(
            ("DROP SCHEMA public CASCADE",), "SG101 orders_payment", id="whole-schema"
        ),
    ],
)
def test_missing_table(
    installed: BaseDatabaseWrapper, statements: tuple[str, ...], name: str
) -> None:
    if "DROP SCHEMA public CASCADE" in statements:
        run("CREATE SCHEMA own")
        run("CREATE TABLE own.django_migrations AS TABLE django_migrations")
        run("SET search_path = own, public")
    run(*statements)
    told = verdicts()[name].provenance
    assert told is not None
    assert told.entry.statement == statements[-1]


@pytest.mark.parametrize(
    ("recorded", "cause", "codes"),
    [
        pytest.param("-1 hour", Cause.DRIFT, {"SG101"}, id="before"),
        pytest.param("1 hour", Cause.FAKE_APPLIED, {"SG101", "SG706"}, id="after"),
    ],
)
def test_table_dropped_after_its_migration_was_recorded_is_drift(
    installed: BaseDatabaseWrapper, recorded: str, cause: Cause, codes: set[str]
) -> None:
    run(
        "DROP TABLE customers_profile",
        f"UPDATE django_migrations SET applied = now() + interval '{recorded}'"
        " WHERE app = 'customers' AND name = '0002_profile'",
    )
    told = [it for it in verdicts().values() if it.migration == PROFILE]
    assert {it.finding.code for it in told} == codes
    assert {it.cause for it in told} == {cause}


def test_other_change_of_the_table_is_not_taken_for_it(
    connection: BaseDatabaseWrapper,
) -> None:
    run("ALTER TABLE orders_order DROP COLUMN note")
    ledger("install")
    run("ALTER TABLE orders_order ADD COLUMN remark text")
    told = verdicts()
    near = told["SG102 orders_order.note"].provenance
    assert near is not None
    assert (near.exact, near.entry.command) == (False, "ALTER TABLE")
    text = validate()
    assert "Table last changed by role 'postgres' (no app name) on 2" in text
    assert " UTC: ALTER TABLE orders_order ADD COLUMN remark text\n" in text


def test_text_json_and_sarif(installed: BaseDatabaseWrapper) -> None:
    with role("ALTER TABLE orders_order OWNER TO {role}"):
        run("SET application_name = 'psql \x1b[31m'")
        run("ALTER TABLE orders_order\n  DROP COLUMN note")
    (line,) = (it for it in validate().splitlines() if "Changed by" in it)
    assert line.strip().startswith(f"Changed by role '{ROLE}' (app 'psql ")
    assert line.endswith(" UTC: ALTER TABLE orders_order DROP COLUMN note")
    assert "\x1b" not in line

    document = json.loads(validate("--format", "json"))
    schema = json.loads((SCHEMA / "validate-1.schema.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    (told,) = (it["provenance"] for it in document["findings"] if "provenance" in it)
    assert told["role"] == ROLE
    assert told["object"] == "public.orders_order.note"
    assert told["statement"] == "ALTER TABLE orders_order\n  DROP COLUMN note"
    assert (told["dropped"], told["exact"], told["run"]) == (True, True, None)

    keys = list(schema["$defs"]["provenance"]["properties"])
    assert list(told) == keys

    (run_,) = json.loads(validate("--format", "sarif"))["runs"]
    (text,) = (
        it["message"]["text"] for it in run_["results"] if it["ruleId"] == "SG102"
    )
    assert f"Changed by role '{ROLE}'" in text


def test_run_of_ours_is_named(installed: BaseDatabaseWrapper) -> None:
    run("SELECT set_config('schemaguard.run', 'auto_fix 12', true)")
    run("SET application_name = 'deploy'", "DROP TABLE orders_payment")
    (line,) = (it for it in validate().splitlines() if "Changed by" in it)
    assert "Changed by auto_fix 12 as role 'postgres' (app 'deploy') on 2" in line


def test_one_statement_more_and_only_where_there_is_something_to_ask(
    connection: BaseDatabaseWrapper,
) -> None:
    sound = inspect(ALIAS).databases[0].queries
    run("ALTER TABLE orders_order ADD COLUMN remark text")
    drifted = inspect(ALIAS).databases[0].queries
    ledger("install")
    assert inspect(ALIAS).databases[0].queries == drifted + 1
    run("ALTER TABLE orders_order DROP COLUMN remark")
    assert inspect(ALIAS).databases[0].queries == sound


def test_role_that_may_not_read_it_is_told_so(installed: BaseDatabaseWrapper) -> None:
    run("ALTER TABLE orders_order ADD COLUMN remark text")
    with role("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"):
        report = inspect(ALIAS)
    told = {it.object: it.reason for _, it in report.skipped}
    assert told["who changed it"] == f"Role '{ROLE}' may not read the ledger."
    assert not any(it.provenance for it in report.findings)


def test_role_that_may_read_no_traces_is_told_what_it_looks_like(
    installed: BaseDatabaseWrapper,
) -> None:
    run("DROP TABLE customers_profile")
    with role("GRANT SELECT ON django_migrations TO {role}"):
        told = [it for it in verdicts().values() if it.migration == PROFILE]
    assert {it.cause for it in told} == {Cause.FAKE_APPLIED}


def test_ledger_that_cannot_be_read_spoils_nothing(
    installed: BaseDatabaseWrapper,
) -> None:
    run("ALTER TABLE orders_order ADD COLUMN remark text")
    run("DROP TABLE customers_profile")
    run("ALTER TABLE schemaguard_ledger.entry DROP COLUMN login CASCADE")
    report = inspect(ALIAS)
    (skip,) = (it for _, it in report.skipped if it.object == "who changed it")
    assert skip.reason.startswith('The ledger could not be read: column "login" does')
    assert [it.finding.code for it in report.findings if "remark" in it.message]


def test_grant_lets_a_role_read_it(connection: BaseDatabaseWrapper) -> None:
    def read() -> Any:
        run("ALTER TABLE orders_order ADD COLUMN remark text", f"SET ROLE {QUOTED}")
        told = verdicts()["SG104 orders_order.remark"].provenance
        run("RESET ROLE")
        return told

    run(f"CREATE ROLE {QUOTED}")
    run(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {QUOTED}")
    ledger("install", "--grant", ROLE)
    assert read().exact


def test_privilege_taken_away(installed: BaseDatabaseWrapper) -> None:
    grant = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
    run(f"CREATE ROLE {QUOTED}", grant.format(role=QUOTED))
    ledger("install", "--grant", ROLE)
    run(f"REVOKE SELECT ON orders_order FROM {QUOTED}", f"SET ROLE {QUOTED}")
    run("SET default_transaction_read_only = on")
    told = next(v.provenance for k, v in verdicts().items() if k.startswith("SG404 or"))
    run("RESET ROLE")
    assert told is not None
    assert told.entry.command == "REVOKE"


@override_settings(DATABASE_ROUTERS=[ByTenant()])
def test_of_tenants_only_a_single_one_is_told(installed: BaseDatabaseWrapper) -> None:
    make(installed, *(f"tenant_{number}" for number in range(4)))
    run(
        "DROP TABLE tenant_0.catalogue_supplier",
        "ALTER TABLE tenant_1.catalogue_tag ADD colour integer",
        "ALTER TABLE tenant_2.catalogue_tag ADD colour integer",
        "DROP TABLE catalogue_supplier CASCADE",
    )
    told = {
        report.schemas: [it.provenance for it in report.verdicts]
        for report in validate_schemas(ALIAS, ["tenant_*"], JOB)
    }
    (single,) = told[("tenant_0",)]
    assert single is not None
    assert single.entry.statement == "DROP TABLE tenant_0.catalogue_supplier"
    assert told[("tenant_1", "tenant_2")] == [None]


def test_own_objects_are_never_told(installed: BaseDatabaseWrapper) -> None:
    sound = validate("--format", "json")
    run("CREATE TABLE entry (id int)", "DROP TABLE entry")
    run("SET search_path = schemaguard_ledger, public")
    assert (
        json.loads(sound)["findings"]
        == json.loads(validate("--format", "json"))["findings"]
    )
    with pytest.raises(CommandError, match="No schema of 'postgresql' fits"):
        call_command(
            *("schemaguard", "validate", "--database", ALIAS),
            *("--schemas", "schemaguard_*"),
        )
