from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import MISSING, fields, is_dataclass, replace
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_schemaguard.core.fingerprint import fingerprint
from django_schemaguard.core.schema import (
    Check,
    Column,
    Expression,
    Facet,
    Schema,
    Table,
    Traits,
)
from django_schemaguard.core.snapshot import (
    _LEFT_OUT,
    MalformedSnapshot,
    Snapshot,
    dump,
    load,
)

# Any text that is a string in Python: lone surrogates are none that JSON loses.
TEXT = st.text(max_size=8)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for any value of a type, what snapshots leave out excepted."""
    origin, arguments = get_origin(hint), get_args(hint)
    plain = {type(None): st.none(), str: TEXT, bool: st.booleans(), int: st.integers()}
    if origin in {Union, UnionType}:
        found = st.one_of(*map(values, arguments))
    elif origin is tuple and arguments[-1] is not Ellipsis:
        found = st.tuples(*map(values, arguments))
    elif origin is tuple:
        found = st.lists(values(arguments[0]), max_size=2).map(tuple)
    elif origin is frozenset:
        found = st.frozensets(values(arguments[0]), max_size=2)
    elif issubclass(hint, Enum):
        found = st.sampled_from(hint)
    elif is_dataclass(hint):
        found = st.deferred(lambda: records(hint))
    else:
        found = plain[hint]
    return found


def records(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for a dataclass, each optional field given or not."""
    hints = get_type_hints(kind)
    left_out = _LEFT_OUT.get(kind, frozenset())
    needed, optional = {}, {}
    for field in fields(kind):
        if not field.init or field.name in left_out:
            continue
        bare = field.default is MISSING and field.default_factory is MISSING
        (needed if bare else optional)[field.name] = values(hints[field.name])
    return st.fixed_dictionaries(needed, optional=optional).map(lambda d: kind(**d))


SNAPSHOTS = records(Snapshot).map(lambda snapshot: replace(snapshot, side="expected"))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(SNAPSHOTS)
def test_snapshot_comes_back_as_it_was(snapshot: Snapshot) -> None:
    text = dump(snapshot)
    again = load(text)
    assert again == snapshot
    assert dump(again) == text
    assert text.isascii()
    assert fingerprint(again.schema) == fingerprint(snapshot.schema)


USERS = Table(
    "users",
    (
        Column("id", "integer", nullable=False),
        Column("age", "integer", default=Expression("0", canonical="(0)")),
    ),
    checks=(Check("adult", Expression("age > 17", "(age > 17)"), named=True),),
    model="accounts.User",
)
SAMPLE = Snapshot(
    "expected",
    "default",
    Schema(Traits("sqlite", sees=frozenset({Facet.TABLES, Facet.CHECKS})), (USERS,)),
    ("accounts.0001_initial",),
)


def test_whole_document() -> None:
    assert json.loads(dump(SAMPLE)) == {
        "format": 1,
        "vendor": "sqlite",
        "fingerprint": fingerprint(SAMPLE.schema),
        "side": "expected",
        "database": "default",
        "schema": {
            "traits": {"vendor": "sqlite", "sees": ["check constraints", "tables"]},
            "tables": [
                {
                    "name": "users",
                    "columns": [
                        {"name": "id", "type": "integer", "nullable": False},
                        {
                            "name": "age",
                            "type": "integer",
                            "default": {"sql": "0"},
                        },
                    ],
                    "checks": [
                        {
                            "name": "adult",
                            "expression": {"sql": "age > 17"},
                            "named": True,
                        }
                    ],
                    "model": "accounts.User",
                }
            ],
        },
        "migrations": ["accounts.0001_initial"],
    }


def test_words_of_the_server_are_left_out() -> None:
    (table,) = load(dump(SAMPLE)).schema.tables
    assert table.columns[1].default == Expression("0")
    assert table.checks[0].expression == Expression("age > 17")


PROGRAM = """
from tests.core.test_snapshot import SAMPLE, dump
print(dump(SAMPLE), end="")
"""


@pytest.mark.parametrize("seed", ["1", "2"])
def test_bytes_do_not_depend_on_the_process(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        check=True,
        capture_output=True,
        env={"PYTHONHASHSEED": seed},
        encoding="ascii",
    )
    assert done.stdout == dump(SAMPLE)


def changed(*path: str | int, value: object) -> str:
    """Return the sample's text with one part replaced."""
    document = json.loads(dump(SAMPLE))
    part = document
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "{",
            "is not JSON: Expecting property name enclosed in double quotes",
            id="cut",
        ),
        pytest.param("[" * 100_000, "is nested too deeply", id="deep"),
        pytest.param("[]", "has no key 'format'", id="list"),
        pytest.param("{}", "has no key 'format'", id="empty"),
        pytest.param(
            changed("format", value="1"),
            "has a 'format' that is no number above 0",
            id="format-text",
        ),
        pytest.param(
            changed("format", value=2),
            "is of format 2, made by a newer django-schemaguard;"
            " this one reads format 1",
            id="newer",
        ),
        pytest.param('{"format": 1}', "lacks the key 'database'", id="nothing-else"),
        pytest.param(
            changed("side", value="left"), "has an unknown side 'left'", id="side"
        ),
        pytest.param(
            changed("schema", "tables", value={}),
            "has something else than a list at 'schema.tables'",
            id="no-list",
        ),
        pytest.param(
            changed("schema", "tables", 0, "columns", 0, "nullable", value=1),
            "has something else than true or false at"
            " 'schema.tables[0].columns[0].nullable'",
            id="number-for-flag",
        ),
        pytest.param(
            changed("schema", "tables", 0, "colour", value="red"),
            "has an unknown key 'schema.tables[0].colour'",
            id="unknown-key",
        ),
        pytest.param(
            changed("schema", "tables", 0, value={"columns": []}),
            "lacks the key 'schema.tables[0].name'",
            id="missing-key",
        ),
        pytest.param(
            changed("schema", "tables", 0, "kind", value="heap"),
            "has something else than one of 'table', 'partitioned table',"
            " 'unlogged table', 'view', 'materialized view', 'foreign table'"
            " at 'schema.tables[0].kind'",
            id="unknown-word",
        ),
        pytest.param(
            changed("schema", value=None),
            "has something else than an object at 'schema'",
            id="null",
        ),
    ],
)
def test_malformed_text(text: str, message: str) -> None:
    with pytest.raises(MalformedSnapshot) as caught:
        load(text)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("recorded", "fits"),
    [
        pytest.param({"a.1", "a.2"}, True, id="the-same"),
        pytest.param({"a.1"}, False, id="one-pending"),
        pytest.param({"a.1", "a.2", "a.3"}, False, id="one-more"),
        pytest.param({"a.1", "a.2", "a.old"}, True, id="one-replaced"),
        pytest.param(set(), False, id="none"),
    ],
)
def test_fits(recorded: set[str], fits: bool) -> None:
    snapshot = replace(SAMPLE, migrations=("a.1", "a.2"), replaced=("a.old",))
    assert snapshot.fits(recorded) is fits
