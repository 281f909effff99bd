"""Conditions on boolean columns, however the Django that wrote them spelled them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_schemaguard.core.schema import Table

_BOOLEAN = "tinyint(1)"
# A whole condition: an operator before or after it would bind the column first.
_CONDITION = re.compile(
    r"(?:(?<=\()|(?<=and )|(?<=or )|(?<=when )|\A)"
    r"((?:`[^`]+`\.)*`([^`]+)`) (=|<>) (0x0[01]|[01])"
    r"(?=\)| and | or | then |\Z)"
)


def plain_booleans(text: str, table: Table) -> str:
    """Return the server's words with each condition on a boolean as `= 0` or `= 1`.

    Django 4.0 and older wrote `flag` and `NOT flag`, which MariaDB understands as
    `flag <> 0` and `flag = 0`; later ones write `flag = True`, and so `flag = 1` or
    `flag = 0x01`. A boolean column holds 0, 1 or NULL, so they mean the same.
    """
    booleans = {c.name.lower() for c in table.columns if c.type == _BOOLEAN}
    if not booleans:
        return text

    def plain(match: re.Match[str]) -> str:
        column, name, operator, value = match.groups()
        if name.lower() not in booleans:
            return match[0]
        true = value.endswith("1") == (operator == "=")
        return f"{column} = {int(true)}"

    return _CONDITION.sub(plain, text)
