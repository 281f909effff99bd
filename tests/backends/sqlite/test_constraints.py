from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.core.schema import (
    Check,
    Deferral,
    Expression,
    ForeignKey,
    Index,
    Key,
    TableRef,
    Unique,
)
from tests.backends.sqlite.conftest import read_table, run

if TYPE_CHECKING:
    from django.db.backends.sqlite3.base import DatabaseWrapper


@pytest.mark.parametrize(
    ("definition", "uniques"),
    [
        pytest.param(
            "a int UNIQUE, b int",
            [Unique("sqlite_autoindex_t_1", (Key("a"),))],
            id="column",
        ),
        pytest.param(
            "a int CONSTRAINT u UNIQUE ON CONFLICT ABORT, b int",
            [Unique("u", (Key("a"),))],
            id="named-column",
        ),
        pytest.param(
            "a int, b int, CONSTRAINT [the u] unique (B, a)",
            [Unique("the u", (Key("b"), Key("a")))],
            id="named-table",
        ),
        pytest.param(
            "a int, b int, UNIQUE (a COLLATE nocase DESC, b)",
            [
                Unique(
                    "sqlite_autoindex_t_1",
                    (Key("a", collation="nocase", descending=True), Key("b")),
                )
            ],
            id="wrapped-keys",
        ),
        pytest.param(
            "a text COLLATE nocase UNIQUE, b int",
            [Unique("sqlite_autoindex_t_1", (Key("a"),))],
            id="collation-of-the-column",
        ),
        pytest.param(
            "a int UNIQUE, b int, CONSTRAINT u UNIQUE (a)",
            [Unique("sqlite_autoindex_t_1", (Key("a"),)), Unique("u", (Key("a"),))],
            id="two-on-one-index",
        ),
        pytest.param(
            "a text PRIMARY KEY, b int, CONSTRAINT u UNIQUE (a)",
            [Unique("u", (Key("a"),))],
            id="repeats-the-primary-key",
        ),
        pytest.param(
            "a int UNIQUE ON CONFLICT REPLACE, b int",
            [
                Unique(
                    "sqlite_autoindex_t_1",
                    (Key("a"),),
                    options=("on_conflict=replace",),
                )
            ],
            id="replaces-rows",
        ),
        pytest.param("a text PRIMARY KEY, b int", [], id="primary-key-is-none"),
    ],
)
def test_unique_constraint(
    scratch: DatabaseWrapper, definition: str, uniques: list[Unique]
) -> None:
    run(scratch, f"create table t ({definition})")
    table = read_table(scratch, "t")
    assert list(table.uniques) == uniques
    assert table.indexes == ()


@pytest.mark.parametrize(
    ("index", "keys", "condition"),
    [
        ("(a)", (Key("a"),), None),
        ('("A" DESC, b ASC)', (Key("a", descending=True), Key("b")), None),
        ("((a))", (Key("a"),), None),
        ("(a COLLATE rtrim)", (Key("a", collation="rtrim"),), None),
        ("(n)", (Key("n"),), None),
        ("(n COLLATE NOCASE)", (Key("n"),), None),
        ("(n COLLATE binary DESC)", (Key("n", None, True, collation="binary"),), None),
        ("(lower(a))", (Key(expression=Expression("lower(a)")),), None),
        (
            "((lower(a)) COLLATE nocase DESC, b)",
            (
                Key(None, Expression("lower(a)"), True, collation="nocase"),
                Key("b"),
            ),
            None,
        ),
        (
            "(coalesce(a, 'x, (y)'), b)",
            (Key(expression=Expression("coalesce(a, 'x, (y)')")), Key("b")),
            None,
        ),
        ("(a) WHERE b > 1", (Key("a"),), Expression("b > 1")),
        ("(a)\nwhere ((b) > 1) -- some", (Key("a"),), Expression("(b) > 1")),
        ("(a) WHERE (b)", (Key("a"),), Expression("b")),
    ],
)
def test_index(
    scratch: DatabaseWrapper,
    index: str,
    keys: tuple[Key, ...],
    condition: Expression | None,
) -> None:
    run(
        scratch,
        'create table "t (x)" (a text, b int, n text collate nocase)',
        f'create index "i (a)" on "t (x)" {index}',
        f'create unique index "u where" on "t (x)" {index}',
    )
    table = read_table(scratch, "t (x)")
    assert table.indexes == (Index("i (a)", keys, condition=condition),)
    assert table.uniques == (
        Unique("u where", keys, condition=condition, constraint=False),
    )


@pytest.mark.parametrize(
    ("definition", "checks"),
    [
        ("a int CHECK (a > 0)", [Check("", Expression("a > 0"))]),
        ("a int CONSTRAINT c CHECK ((a) > (0))", [Check("c", Expression("(a) > (0)"))]),
        ("a int, CHECK (((a > 0)))", [Check("", Expression("a > 0"))]),
        (
            "a int, b int, constraint z check (a > 0) constraint y check (b <> ')')",
            [Check("y", Expression("b <> ')'")), Check("z", Expression("a > 0"))],
        ),
        (
            "a int CHECK (a > 0 /* ( */\n AND a < 9 -- )\n)",
            [Check("", Expression("a > 0 AND a < 9"))],
        ),
        ("a int CHECK (a > 0) CHECK (a < 9)", ["a > 0", "a < 9"]),
        ("a int, CHECK (a > 0) ON CONFLICT FAIL, CHECK (a < 9)", ["a > 0", "a < 9"]),
        ("a int", []),
    ],
)
def test_check(
    scratch: DatabaseWrapper, definition: str, checks: list[Check | str]
) -> None:
    run(scratch, f"create table t ({definition})")
    assert list(read_table(scratch, "t").checks) == [
        Check("", Expression(check)) if isinstance(check, str) else check
        for check in checks
    ]


def _key(**changes: object) -> ForeignKey:
    values = {
        "name": "",
        "columns": ("a",),
        "target": TableRef(None, "p"),
        "target_columns": ("id",),
        **changes,
    }
    return ForeignKey(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("definition", "keys"),
    [
        pytest.param("a int REFERENCES p (id)", [_key()], id="inline"),
        pytest.param("a int REFERENCES p", [_key()], id="implied-target"),
        pytest.param(
            "a int, b int, FOREIGN KEY (a, b) REFERENCES q",
            [
                _key(
                    columns=("a", "b"),
                    target=TableRef(None, "q"),
                    target_columns=("y", "x"),
                )
            ],
            id="implied-target-of-two",
        ),
        pytest.param(
            'a int CONSTRAINT fk REFERENCES "p" ("id") DEFERRABLE INITIALLY DEFERRED',
            [_key(name="fk", deferral=Deferral.DEFERRED)],
            id="as-django-writes-it",
        ),
        pytest.param(
            "a int REFERENCES p(id) on delete set null on update cascade match full",
            [_key(on_delete="SET NULL", on_update="CASCADE")],
            id="actions",
        ),
        pytest.param(
            "a int REFERENCES p(id) ON DELETE NO ACTION DEFERRABLE",
            [_key(deferral=Deferral.IMMEDIATE)],
            id="deferrable",
        ),
        pytest.param(
            "a int REFERENCES p(id) DEFERRABLE INITIALLY IMMEDIATE",
            [_key(deferral=Deferral.IMMEDIATE)],
            id="immediate",
        ),
        pytest.param(
            "a int REFERENCES p(id) NOT DEFERRABLE INITIALLY DEFERRED",
            [_key()],
            id="not-deferrable",
        ),
        pytest.param(
            "a int REFERENCES p(id) NOT NULL DEFERRABLE INITIALLY DEFERRED",
            [_key(deferral=Deferral.DEFERRED)],
            id="deferral-after-another-constraint",
        ),
        pytest.param(
            'a int REFERENCES "p__old" (id)',
            [_key(target=TableRef(None, "p__old"))],
            id="left-dangling-by-a-rename",
        ),
        pytest.param(
            "a int REFERENCES gone",
            [_key(target=TableRef(None, "gone"), target_columns=())],
            id="implied-target-of-a-missing-table",
        ),
        pytest.param(
            "a int REFERENCES p(id) ON DELETE CASCADE, b int, CONSTRAINT f2"
            " FOREIGN KEY (b) REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED,"
            " FOREIGN KEY (b) REFERENCES q (x) ON DELETE RESTRICT",
            [
                _key(on_delete="CASCADE"),
                _key(name="f2", columns=("b",), deferral=Deferral.DEFERRED),
                _key(
                    columns=("b",),
                    target=TableRef(None, "q"),
                    target_columns=("x",),
                    on_delete="RESTRICT",
                ),
            ],
            id="each-keeps-its-own",
        ),
    ],
)
def test_foreign_key(
    scratch: DatabaseWrapper, definition: str, keys: list[ForeignKey]
) -> None:
    run(
        scratch,
        "create table p (id integer primary key)",
        "create table q (x int, y int, primary key (y, x))",
        f"create table t ({definition})",
    )
    assert list(read_table(scratch, "t").foreign_keys) == keys
