"""One text for all spellings of a statement, and whether it is one of a project."""

from __future__ import annotations

import hashlib
import re

_COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
_PARAMETER = re.compile(r"\$\d+|%s|\?")
_LIST = re.compile(r"\(\s*\?(?:\s*,\s*(?:\?|\.\.\.))*\s*\)")
_ROWS = re.compile(r"(\(\?…\))(?:\s*,\s*\(\?…\))+")
_STRING = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`")
_COUNTED = frozenset(
    {"select", "insert", "update", "delete", "with", "merge", "replace", "values"}
)
# Statements about the server itself, ours among them.
_SERVER = re.compile(
    r"\bpg_catalog\b|\bpg_[a-z_]+|\binformation_schema\b|\bperformance_schema\b"
    r"|\bschemaguard_|\bset_config\b|\bdjango_migrations\b"
    r"|\bis_called\b|^select \?$|@@|\b(?:get|release)_lock\b|\bconnection_id\b"
    r"|\bcurrent_(?:database|schemas?|setting)\b|\b(?:schema|database) \( \)",
    re.IGNORECASE,
)


def normal_text(sql: str) -> str:
    """Return a statement without comments, numbers of parameters and lengths of lists.

    >>> normal_text("SELECT 1  FROM t WHERE a IN ($1, $2) AND b = $3 -- why")
    'SELECT 1 FROM t WHERE a IN (?…) AND b = ?'
    """
    text = _outside_strings(sql)
    text = _LIST.sub("(?…)", text)
    text = _ROWS.sub(r"\1", text)
    return " ".join(text.split()).rstrip(" ;")


def _outside_strings(sql: str) -> str:
    """Take comments and parameters away where they are no part of a name or string."""
    parts, end = [], 0
    for match in re.finditer(f"{_STRING.pattern}|{_COMMENT.pattern}", sql, re.DOTALL):
        parts.append(_PARAMETER.sub("?", sql[end : match.start()]))
        quoted = match.group()[0] in "'\"`"
        parts.append(match.group() if quoted else " ")
        end = match.end()
    parts.append(_PARAMETER.sub("?", sql[end:]))
    return "".join(parts)


def fingerprint(text: str) -> str:
    """Return one short word for a normal text."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def is_counted(text: str) -> bool:
    """Return whether a normal text reads or writes rows of the project."""
    word = text.lstrip("( ").partition(" ")[0].lower()
    return word in _COUNTED and _SERVER.search(_STRING.sub(_unquoted, text)) is None


def _unquoted(match: re.Match[str]) -> str:
    return "" if match.group().startswith("'") else match.group()[1:-1]
