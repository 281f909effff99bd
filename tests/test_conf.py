from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from django_schemaguard.conf import Settings, Startup, get_settings
from django_schemaguard.conf.databases import guarded_aliases
from django_schemaguard.conf.entries import Health
from django_schemaguard.core.patterns import Pattern
from django_schemaguard.core.rules import (
    DeclaredColumn,
    DeclaredTable,
    Mode,
    Waiver,
)
from django_schemaguard.exceptions import BadSettings


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCHEMAGUARD_MODE", raising=False)


def test_defaults_in_production(settings: LazySettings) -> None:
    settings.DEBUG = False
    assert get_settings() == Settings(
        mode=Mode.PRODUCTION,
        databases=None,
        optional=(),
        required=(Pattern("*"),),
        ignore=(),
        tables=(),
        snapshot=None,
        objects=None,
        allow=(),
        lock_timeout=0.5,
        deadline=60.0,
        query_snapshots=True,
        startup=Startup.AUTO,
        startup_auto_fix=False,
        startup_timeout=10.0,
        abort_if_unreachable=False,
        health=Health(),
    )


def test_everything_given(settings: LazySettings) -> None:
    settings.SCHEMAGUARD = {
        "MODE": "development",
        "DATABASES": ["default"],
        "OPTIONAL": ("analytics", "tmp_*"),
        "REQUIRED": ["*", "shop.Order"],
        "IGNORE": [
            {
                "code": "SG306",
                "table": "shop_*",
                "object": "x_idx",
                "reason": "made by hand",
                "owner": "ops",
                "until": "2026-12-31",
            },
            {"code": "extra_table", "reason": "old", "until": date(2027, 1, 1)},
            {"table": "t", "reason": "old", "until": datetime(2027, 1, 1, 12)},  # noqa: DTZ001
        ],
        "TABLES": [
            {"name": "legacy.rates"},
            {
                "name": "users",
                "required": False,
                "columns": [
                    {
                        "name": "id",
                        "type": "bigint",
                        "nullable": False,
                        "has_default": True,
                    },
                    {"name": "note"},
                ],
            },
        ],
        "STARTUP": "strict",
        "STARTUP_AUTO_FIX": False,
        "STARTUP_TIMEOUT": 3,
        "ABORT_IF_UNREACHABLE": True,
        "HEALTH": {
            "TTL": 2,
            "PING_TTL": 0.5,
            "TOKENS": ["secret"],
            "NETWORKS": ["10.0.0.0/8", "::1"],
            "FAIL_STATUS": 500,
            "TIMEOUT": 4,
            "WAIT": 0.25,
            "OPEN": True,
            "REVALIDATE": 60,
        },
        "LOCK_TIMEOUT": 1,
        "DEADLINE": 9.5,
        "QUERY_SNAPSHOTS": False,
        "SNAPSHOT": "schema.json",
        "OBJECTS": "objects.json",
        "ALLOW": [{"code": "SG501", "reason": "small table"}],
    }
    assert get_settings() == Settings(
        mode=Mode.DEVELOPMENT,
        databases=("default",),
        optional=(Pattern("analytics"), Pattern("tmp_*")),
        required=(Pattern("*"), Pattern("shop.Order")),
        ignore=(
            Waiver(
                "made by hand",
                Pattern("SG306"),
                Pattern("shop_*"),
                Pattern("x_idx"),
                "ops",
                date(2026, 12, 31),
            ),
            Waiver("old", Pattern("extra_table"), until=date(2027, 1, 1)),
            Waiver("old", table=Pattern("t"), until=date(2027, 1, 1)),
        ),
        tables=(
            DeclaredTable("legacy.rates"),
            DeclaredTable(
                "users",
                required=False,
                columns=(
                    DeclaredColumn("id", "bigint", nullable=False, has_default=True),
                    DeclaredColumn("note"),
                ),
            ),
        ),
        startup=Startup.STRICT,
        startup_auto_fix=False,
        startup_timeout=3.0,
        abort_if_unreachable=True,
        health=Health(
            ttl=2.0,
            ping_ttl=0.5,
            tokens=("secret",),
            networks=("10.0.0.0/8", "::1/128"),
            fail_status=500,
            timeout=4.0,
            wait=0.25,
            open=True,
            revalidate=60.0,
        ),
        lock_timeout=1.0,
        deadline=9.5,
        query_snapshots=False,
        snapshot=Path("schema.json"),
        objects=Path("objects.json"),
        allow=(Waiver("small table", Pattern("SG501")),),
    )


def test_tokens_are_not_shown() -> None:
    assert "secret" not in repr(Settings(health=Health(tokens=("secret",))))


@pytest.mark.parametrize(
    ("setting", "environment", "mode"),
    [
        pytest.param({}, "", "production", id="not-debug"),
        pytest.param({}, "development", "development", id="environment"),
        pytest.param(
            {"MODE": "development"}, "production", "development", id="setting"
        ),
        pytest.param({"MODE": "production"}, "nonsense", "production", id="unread"),
    ],
)
def test_mode(
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    setting: dict[str, object],
    environment: str,
    mode: str,
) -> None:
    settings.SCHEMAGUARD = setting
    settings.DEBUG = False
    monkeypatch.setenv("SCHEMAGUARD_MODE", environment)
    assert get_settings().mode == Mode(mode)


def test_debug_is_development_unless_the_environment_says_so(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEBUG = True
    assert get_settings().mode is Mode.DEVELOPMENT
    monkeypatch.setenv("SCHEMAGUARD_MODE", "production")
    assert get_settings().mode is Mode.PRODUCTION


def test_auto_fix_follows_the_mode(settings: LazySettings) -> None:
    settings.SCHEMAGUARD = {"MODE": "development"}
    assert get_settings().startup_auto_fix is True
    settings.SCHEMAGUARD = {"MODE": "production"}
    assert get_settings().startup_auto_fix is False


def test_bad_mode_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEMAGUARD_MODE", "prodution")
    with pytest.raises(BadSettings) as caught:
        get_settings()
    assert caught.value.problems == (
        (
            "environment['SCHEMAGUARD_MODE'] must be one of 'production',"
            " 'development', not 'prodution'. Did you mean 'production'?"
        ),
    )


def bad(settings: LazySettings, value: object) -> tuple[str, ...]:
    settings.SCHEMAGUARD = value
    with pytest.raises(BadSettings) as caught:
        get_settings()
    return caught.value.problems


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        pytest.param([], "SCHEMAGUARD must be a dict, not list.", id="no-dict"),
        pytest.param(
            {"OPTINAL": ()},
            "SCHEMAGUARD['OPTINAL'] is not a known key. Did you mean 'OPTIONAL'?",
            id="unknown-key",
        ),
        pytest.param(
            {1: 2}, "SCHEMAGUARD['1'] is not a known key.", id="key-no-string"
        ),
        pytest.param(
            {"MODE": "prod"},
            "SCHEMAGUARD['MODE'] must be one of 'production', 'development',"
            " not 'prod'. Did you mean 'production'?",
            id="mode",
        ),
        pytest.param(
            {"MODE": None},
            "SCHEMAGUARD['MODE'] must be a string, not NoneType.",
            id="none",
        ),
        pytest.param(
            {"DATABASES": ["defualt"]},
            "SCHEMAGUARD['DATABASES'] item 0 is no alias in DATABASES: 'defualt'."
            " Did you mean 'default'?",
            id="alias",
        ),
        pytest.param(
            {"OPTIONAL": "analytics"},
            "SCHEMAGUARD['OPTIONAL'] must be a list or tuple, not str.",
            id="string-for-a-list",
        ),
        pytest.param(
            {"OPTIONAL": ["ok", 3]},
            "SCHEMAGUARD['OPTIONAL'] item 1 must be a string, not int.",
            id="pattern-no-string",
        ),
        pytest.param(
            {"REQUIRED": [""]},
            "SCHEMAGUARD['REQUIRED'] item 0 must not be blank.",
            id="pattern-blank",
        ),
        pytest.param(
            {"REQUIRED": ["shop "]},
            "SCHEMAGUARD['REQUIRED'] item 0 must not begin or end with white space:"
            " 'shop '.",
            id="pattern-with-space",
        ),
        pytest.param(
            {"IGNORE": {"code": "SG306"}},
            "SCHEMAGUARD['IGNORE'] must be a list or tuple, not dict.",
            id="waivers-no-list",
        ),
        pytest.param(
            {"IGNORE": ["SG306"]},
            "SCHEMAGUARD['IGNORE'][0] must be a dict, not str.",
            id="waiver-no-dict",
        ),
        pytest.param(
            {"IGNORE": [{"code": "SG306"}]},
            "SCHEMAGUARD['IGNORE'][0] needs the key 'reason'.",
            id="waiver-without-reason",
        ),
        pytest.param(
            {"IGNORE": [{"reason": "all"}]},
            "SCHEMAGUARD['IGNORE'][0] needs at least one of the keys"
            " 'code', 'table', 'object'.",
            id="waiver-for-everything",
        ),
        pytest.param(
            {"IGNORE": [{"reason": "x", "code": "missing_colum"}]},
            "SCHEMAGUARD['IGNORE'][0]['code'] fits no kind of finding:"
            " 'missing_colum'. Did you mean 'missing_column'?",
            id="waiver-code",
        ),
        pytest.param(
            {"IGNORE": [{"reason": "x", "code": "SG306", "until": "soon"}]},
            "SCHEMAGUARD['IGNORE'][0]['until'] must be a date such as 2026-12-31,"
            " not 'soon'.",
            id="waiver-date",
        ),
        pytest.param(
            {"IGNORE": [{"reason": "x", "code": "SG306", "until": 20261231}]},
            "SCHEMAGUARD['IGNORE'][0]['until'] must be a string, not int.",
            id="waiver-date-number",
        ),
        pytest.param(
            {"IGNORE": [{"reason": "x", "code": "SG306", "objects": "y"}]},
            "SCHEMAGUARD['IGNORE'][0]['objects'] is not a known key."
            " Did you mean 'object'?",
            id="waiver-unknown-key",
        ),
        pytest.param(
            {"IGNORE": [{"reason": "x", "code": "SG306", "migration": "y"}]},
            "SCHEMAGUARD['IGNORE'][0]['migration'] is not a known key.",
            id="waiver-of-a-migration",
        ),
        pytest.param(
            {"ALLOW": [{"reason": "x"}]},
            "SCHEMAGUARD['ALLOW'][0] needs at least one of the keys"
            " 'code', 'table', 'object', 'migration'.",
            id="allow",
        ),
        pytest.param(
            {"ALLOW": [{"reason": "x", "code": "colum_removed"}]},
            "SCHEMAGUARD['ALLOW'][0]['code'] fits no lint rule: 'colum_removed'."
            " Did you mean 'column_removed'?",
            id="allow-code",
        ),
        pytest.param(
            {"ALLOW": [{"reason": "x", "code": "SG101"}]},
            "SCHEMAGUARD['ALLOW'][0]['code'] fits no lint rule: 'SG101'."
            " It belongs in IGNORE.",
            id="allow-code-of-a-finding",
        ),
        pytest.param(
            {"IGNORE": [{"reason": "x", "code": "SG520"}]},
            "SCHEMAGUARD['IGNORE'][0]['code'] fits no kind of finding: 'SG520'."
            " It belongs in ALLOW.",
            id="waiver-code-of-a-rule",
        ),
        pytest.param(
            {"TABLES": [{}]},
            "SCHEMAGUARD['TABLES'][0] needs the key 'name'.",
            id="table-without-name",
        ),
        pytest.param(
            {"TABLES": [{"name": "t", "required": "yes"}]},
            "SCHEMAGUARD['TABLES'][0]['required'] must be True or False, not str.",
            id="table-required",
        ),
        pytest.param(
            {"TABLES": [{"name": "t", "columns": [{"name": "a", "null": True}]}]},
            "SCHEMAGUARD['TABLES'][0]['columns'][0]['null'] is not a known key."
            " Did you mean 'nullable'?",
            id="column-key",
        ),
        pytest.param(
            {"TABLES": [{"name": "t", "columns": [{"name": "a"}, {"name": "A"}]}]},
            "SCHEMAGUARD['TABLES'][0]['columns'] has 'a' twice.",
            id="column-twice",
        ),
        pytest.param(
            {"STARTUP_TIMEOUT": True},
            "SCHEMAGUARD['STARTUP_TIMEOUT'] must be a number of seconds, not bool.",
            id="seconds-bool",
        ),
        pytest.param(
            {"DEADLINE": 0},
            "SCHEMAGUARD['DEADLINE'] must be above 0 and finite, not 0.",
            id="seconds-zero",
        ),
        pytest.param(
            {"LOCK_TIMEOUT": float("nan")},
            "SCHEMAGUARD['LOCK_TIMEOUT'] must be above 0 and finite, not nan.",
            id="seconds-nan",
        ),
        pytest.param(
            {"SNAPSHOT": 3},
            "SCHEMAGUARD['SNAPSHOT'] must be a string, not int.",
            id="path",
        ),
        pytest.param(
            {"HEALTH": {"TOKEN": ["secret"]}},
            "SCHEMAGUARD['HEALTH']['TOKEN'] is not a known key. Did you mean 'TOKENS'?",
            id="health-key-does-not-show-the-token",
        ),
        pytest.param(
            {"HEALTH": {"NETWORKS": ["10.0.0.1/8"]}},
            "SCHEMAGUARD['HEALTH']['NETWORKS'] item 0 must be a network such as"
            " '10.0.0.0/8', not '10.0.0.1/8'.",
            id="network",
        ),
        pytest.param(
            {"HEALTH": {"FAIL_STATUS": 200}},
            "SCHEMAGUARD['HEALTH']['FAIL_STATUS'] must be from 400 to 599, not 200.",
            id="status-of-success",
        ),
        pytest.param(
            {"HEALTH": {"REVALIDATE": 5}},
            "SCHEMAGUARD['HEALTH']['REVALIDATE'] must be at least 10 seconds, not 5.",
            id="interval-short",
        ),
        pytest.param(
            {"HEALTH": {"FAIL_STATUS": "503"}},
            "SCHEMAGUARD['HEALTH']['FAIL_STATUS'] must be an HTTP status, not str.",
            id="status-no-number",
        ),
    ],
)
def test_one_problem_one_line(
    settings: LazySettings, value: object, problem: str
) -> None:
    assert bad(settings, value) == (problem,)


def test_all_problems_at_once(settings: LazySettings) -> None:
    problems = bad(settings, {"MODE": 1, "IGNORE": [{"until": "x"}], "STRTUP": "off"})
    assert problems == (
        "SCHEMAGUARD['MODE'] must be a string, not int.",
        "SCHEMAGUARD['IGNORE'][0] needs the key 'reason'.",
        "SCHEMAGUARD['IGNORE'][0]['until'] must be a date such as 2026-12-31, not 'x'.",
        (
            "SCHEMAGUARD['IGNORE'][0] needs at least one of the keys"
            " 'code', 'table', 'object'."
        ),
        "SCHEMAGUARD['STRTUP'] is not a known key. Did you mean 'STARTUP'?",
    )


def test_code_may_fit_several_kinds(settings: LazySettings) -> None:
    settings.SCHEMAGUARD = {"IGNORE": [{"code": "SG3*", "reason": "x"}]}
    assert get_settings().ignore == (Waiver("x", Pattern("SG3*")),)


def test_read_anew_each_time(settings: LazySettings) -> None:
    settings.SCHEMAGUARD = {"MODE": "development"}
    assert get_settings().mode is Mode.DEVELOPMENT
    settings.SCHEMAGUARD = {"MODE": "production"}
    assert get_settings().mode is Mode.PRODUCTION


class OnlyDefault:
    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:  # noqa: ARG002
        return db == "default"


def test_guarded_aliases_have_models(settings: LazySettings) -> None:
    assert guarded_aliases(Settings()) == tuple(settings.DATABASES)
    settings.DATABASE_ROUTERS = ["tests.test_conf.OnlyDefault"]
    assert guarded_aliases(Settings()) == ("default",)
    assert guarded_aliases(Settings(databases=("other",))) == ("other",)
