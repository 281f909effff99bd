"""Which tables a name in the settings stands for, and which of two names counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.core.schema import TableRef

# Whether a whole name was given, then the number of literal characters.
Weight: TypeAlias = tuple[bool, int]


@lru_cache(maxsize=4_096)
def _compiled(text: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    parts = (wild.get(sign) or re.escape(sign) for sign in text.casefold())
    return re.compile("".join(parts), re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A name in which `*` stands for any text and `?` for one character.

    All else is literal, and case is ignored.
    """

    text: str

    @property
    def whole(self) -> bool:
        """Whether it is one name, without wildcards."""
        return not {"*", "?"} & set(self.text)

    def matches(self, name: str) -> bool:
        """Return whether the whole name fits."""
        return _compiled(self.text).fullmatch(name.casefold()) is not None

    def covers(self, table: TableRef) -> bool:
        """Return whether it stands for this table."""
        return self.weight(table) is not None

    def weight(self, table: TableRef) -> Weight | None:
        """Return how exactly it names the table; None where it does not.

        A table is named by its own name, with or without its namespace, by its
        model's label, or by the label of its app. The name of a table or model
        outweighs an app label and any wildcard; among those, more literal
        characters outweigh fewer.
        """
        names = {table.name, str(table)} | ({table.model} if table.model else set())
        if any(self.matches(name) for name in names):
            return (self.whole, self._literals)
        if table.model and self.matches(table.model.partition(".")[0]):
            return (False, self._literals)
        return None

    @property
    def _literals(self) -> int:
        return sum(sign not in "*?" for sign in self.text)


def is_required(
    table: TableRef, required: Iterable[Pattern], optional: Iterable[Pattern]
) -> bool:
    """Return whether the table has to exist.

    The weightier pattern wins, and REQUIRED wins between equals. A table that
    neither side names is optional: whoever narrows REQUIRED wants just those.
    """
    wanted = _heaviest(table, required)
    return wanted is not None and wanted >= (_heaviest(table, optional) or (False, -1))


def _heaviest(table: TableRef, patterns: Iterable[Pattern]) -> Weight | None:
    weights = (pattern.weight(table) for pattern in patterns)
    return max((weight for weight in weights if weight is not None), default=None)
