"""What of a database a role may see, and do, from its grants."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAME = r"(\*|`(?:[^`]|``)*`)"
_GRANT = re.compile(rf"GRANT (.+) ON {_NAME}\.{_NAME} TO ", re.DOTALL)
# MySQL names the roles of an account without saying what they may do.
_ROLE_OF_MYSQL = re.compile(r"GRANT `(?:[^`]|``)*`@`")
_COLUMNS = re.compile(r"[A-Z ]+\([^)]*\)")
_COLUMN_LISTS = re.compile(r"\([^)]*\)")
# The privileges that let a role see tables; "PROCESS" or "FILE", say, do not.
_ON_TABLES = frozenset(
    {
        "ALL PRIVILEGES",
        "ALTER",
        "CREATE",
        "CREATE VIEW",
        "DELETE",
        "DELETE HISTORY",
        "DROP",
        "INDEX",
        "INSERT",
        "REFERENCES",
        "SELECT",
        "SHOW VIEW",
        "TRIGGER",
        "UPDATE",
    }
)


_DATA = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
_WORDS = re.compile(r"[A-Z][A-Z ]*[A-Z]")


@dataclass(frozen=True, slots=True)
class Rights:
    """Which of SELECT, INSERT, UPDATE and DELETE the session has.

    Attributes:
        everywhere: On each table of the database.
        on_tables: By table. A privilege on some columns counts: such a table is
            not compared, or another grant shows it.
    """

    everywhere: frozenset[str] = _DATA
    on_tables: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def lacking(self, table: str) -> frozenset[str]:
        """Return what the session may not do with a table."""
        return _DATA - self.everywhere - self.on_tables.get(table, frozenset())


def rights_from(grants: Iterable[str], database: str) -> Rights:
    """Return what the lines of SHOW GRANTS let the session do with the rows."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for line in grants:
        if _ROLE_OF_MYSQL.match(line):
            return Rights()
        grant = _GRANT.match(line)
        if grant is not None and _covers(grant[2], database):
            found[grant[3]] |= _data_rights(grant[1])
    everywhere = found.pop("*", frozenset())
    return Rights(everywhere, {_unquoted(name): found[name] for name in found})


def privileges_from(
    grants: Iterable[str], database: str
) -> Mapping[str, frozenset[str]] | None:
    """Return all privileges by table, "*" standing for each.

    Returns:
        Such as {"*": {"SELECT", "ALTER"}}; None where the lines do not tell.
    """
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for line in grants:
        if _ROLE_OF_MYSQL.match(line):
            return None
        grant = _GRANT.match(line)
        if grant is not None and _covers(grant[2], database):
            name = grant[3] if grant[3] == "*" else _unquoted(grant[3])
            found[name] |= set(_WORDS.findall(_COLUMN_LISTS.sub("", grant[1])))
    return found


def _data_rights(privileges: str) -> frozenset[str]:
    words = set(_WORDS.findall(_COLUMN_LISTS.sub("", privileges)))
    return _DATA if "ALL PRIVILEGES" in words else _DATA & words


@dataclass(frozen=True, slots=True)
class Sight:
    """What the session may see.

    Attributes:
        all_tables: It has a privilege on the whole database.
        partial: Tables of which it may see only some columns.
    """

    all_tables: bool
    partial: frozenset[str] = frozenset()


def sight_from(grants: Iterable[str], database: str) -> Sight:
    """Return what the lines of SHOW GRANTS let the session see of a database.

    They tell the grants of its roles and those to everybody, too;
    `information_schema` tells neither.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for line in grants:
        if _ROLE_OF_MYSQL.match(line):
            return Sight(all_tables=True)
        grant = _GRANT.match(line)
        if grant is None or not _covers(grant[2], database):
            continue
        level = _level(grant[1])
        if level and grant[3] == "*":
            return Sight(all_tables=True)
        found[level].add(_unquoted(grant[3]))
    return Sight(all_tables=False, partial=frozenset(found["columns"] - found["table"]))


def _level(privileges: str) -> str:
    """Return "table", "columns", or "" for what shows neither."""
    whole = {word.strip() for word in _COLUMNS.sub("", privileges).split(",")}
    if whole & _ON_TABLES:
        return "table"
    return "columns" if "(" in privileges else ""


def _covers(pattern: str, database: str) -> bool:
    """Return whether a grant's database, a pattern as for LIKE, is this one."""
    if pattern == "*":
        return True
    parts = re.split(r"(\\.|%|_)", _unquoted(pattern))
    signs = {"%": ".*", "_": "."}
    regex = "".join(
        signs.get(part) or re.escape(part.removeprefix("\\")) for part in parts
    )
    return re.fullmatch(regex, database, re.DOTALL) is not None


def _unquoted(name: str) -> str:
    return name[1:-1].replace("``", "`")
