from __future__ import annotations

import pytest

from django_schemaguard.backends.mysql.booleans import plain_booleans
from django_schemaguard.core.schema import Column, Table

WINE = Table("wine", (Column("listed", "tinyint(1)"), Column("small", "smallint(6)")))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("`w`.`listed` <> 0", "`w`.`listed` = 1", id="as-django-3.2"),
        pytest.param("`w`.`listed` = 0x01", "`w`.`listed` = 1", id="as-django-4.2"),
        pytest.param("`w`.`listed` = 0x00", "`w`.`listed` = 0", id="false"),
        pytest.param("`w`.`listed` <> 1", "`w`.`listed` = 0", id="not-true"),
        pytest.param(
            "`w`.`small` > 3 or (`w`.`listed` <> 0 and `w`.`listed` <> 0x01)",
            "`w`.`small` > 3 or (`w`.`listed` = 1 and `w`.`listed` = 0)",
            id="among-others",
        ),
    ],
)
def test_one_spelling_for_each_condition(text, plain):
    assert plain_booleans(text, WINE) == plain


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("`w`.`small` <> 0", id="a-number"),
        pytest.param("`w`.`listed` = 10", id="another-value"),
        pytest.param("`w`.`small` + `w`.`listed` <> 0", id="operator-before"),
        pytest.param("`w`.`listed` <> 0 + `w`.`small`", id="operator-after"),
    ],
)
def test_all_else_stays(text):
    assert plain_booleans(text, WINE) == text
