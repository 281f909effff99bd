from __future__ import annotations

import pytest

from django_schemaguard.backends.mysql.grants import Sight, rights_from, sight_from

ALL = Sight(all_tables=True)
NONE = Sight(all_tables=False)


@pytest.mark.parametrize(
    ("grants", "sight"),
    [
        pytest.param((), NONE, id="none"),
        pytest.param(("GRANT USAGE ON *.* TO `u`@`%`",), NONE, id="usage"),
        pytest.param(
            ("GRANT PROCESS, FILE ON *.* TO `u`@`%`",), NONE, id="of-the-server"
        ),
        pytest.param(
            ("GRANT ALL PRIVILEGES ON *.* TO `u`@`%` WITH GRANT OPTION",), ALL, id="all"
        ),
        pytest.param(("GRANT SELECT ON `shop`.* TO `u`@`%`",), ALL, id="database"),
        pytest.param(("GRANT SELECT ON `other`.* TO `u`@`%`",), NONE, id="another"),
        pytest.param((r"GRANT SELECT ON `s%p`.* TO `u`@`%`",), ALL, id="pattern"),
        pytest.param(("GRANT SELECT ON `s_op`.* TO `u`@`%`",), ALL, id="any-sign"),
        pytest.param((r"GRANT SELECT ON `s\_op`.* TO `u`@`%`",), NONE, id="underscore"),
        pytest.param(("GRANT SELECT ON `shop`.* TO PUBLIC",), ALL, id="to-everybody"),
        pytest.param(("GRANT SELECT ON `shop`.`a` TO `u`@`%`",), NONE, id="one-table"),
        pytest.param(
            ("GRANT SELECT (`x`, `y`), INSERT (`x`) ON `shop`.`a``b` TO `u`@`%`",),
            Sight(all_tables=False, partial=frozenset({"a`b"})),
            id="columns",
        ),
        pytest.param(
            ("GRANT SELECT (`x`), INSERT ON `shop`.`a` TO `u`@`%`",),
            NONE,
            id="columns-and-the-table",
        ),
        pytest.param(
            (
                "GRANT SELECT (`x`) ON `shop`.`a` TO `u`@`%`",
                "GRANT INSERT ON `shop`.`a` TO `r`",
            ),
            NONE,
            id="the-table-by-a-role",
        ),
        pytest.param(
            ("GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `u`@`%`",), NONE, id="procedure"
        ),
        pytest.param(
            ("GRANT `r`@`%` TO `u`@`%`",), ALL, id="a-role-of-mysql-may-do-more"
        ),
        pytest.param(
            ("GRANT `r` TO `u`@`%`",), NONE, id="a-role-of-mariadb-is-spelled-out"
        ),
    ],
)
def test_grants_tell_what_is_seen(grants: tuple[str, ...], sight: Sight) -> None:
    assert sight_from(grants, "shop") == sight


DATA = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})


@pytest.mark.parametrize(
    ("grants", "lacking"),
    [
        pytest.param((), DATA, id="none"),
        pytest.param(("GRANT USAGE ON *.* TO `u`@`%`",), DATA, id="usage"),
        pytest.param(("GRANT ALL PRIVILEGES ON *.* TO `u`@`%`",), set(), id="all"),
        pytest.param(("GRANT ALL PRIVILEGES ON `other`.* TO `u`",), DATA, id="another"),
        pytest.param(
            ("GRANT SELECT, CREATE VIEW ON `shop`.* TO `u`@`%`",),
            {"INSERT", "UPDATE", "DELETE"},
            id="read-only",
        ),
        pytest.param(
            (
                "GRANT SELECT ON *.* TO `u`@`%`",
                "GRANT INSERT, UPDATE ON `shop`.`a` TO `u`@`%`",
                "GRANT DELETE HISTORY ON `shop`.`a` TO `u`@`%`",
            ),
            {"DELETE"},
            id="by-three-grants",
        ),
        pytest.param(
            ("GRANT SELECT (`x`), INSERT ON `shop`.`a` TO `u`@`%`",),
            {"UPDATE", "DELETE"},
            id="columns-count",
        ),
        pytest.param(
            ("GRANT ALL PRIVILEGES ON `shop`.`b` TO `u`@`%`",), DATA, id="other-table"
        ),
        pytest.param(
            ("GRANT `r`@`%` TO `u`@`%`",), set(), id="a-role-of-mysql-may-do-more"
        ),
    ],
)
def test_grants_tell_what_is_lacking(
    grants: tuple[str, ...], lacking: set[str]
) -> None:
    assert rights_from(grants, "shop").lacking("a") == lacking
