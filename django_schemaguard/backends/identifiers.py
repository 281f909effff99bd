"""Names as identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def identifier(connection: BaseDatabaseWrapper, name: str) -> str:
    """Return a name as an identifier, whatever signs it holds.

    Django's own `quote_name` takes a name in quotes for quoted already, and leaves a
    quote inside of a name as it is.
    """
    sign = connection.ops.quote_name("x")[0]
    return sign + name.replace(sign, sign * 2) + sign
