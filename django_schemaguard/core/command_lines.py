"""Commands that a text advises, with the database and the schema they are for."""

from __future__ import annotations

import re
import shlex

DEFAULT = "default"

_QUOTED = re.compile(r"'manage\.py ([^']+)'")
_ONE = frozenset({"history", "resume", "rollback"})
_MANY = frozenset({"auto_fix", "migrate", "validate"})
_OURS = _ONE | _MANY | {"ledger", "perf", "snapshot"}
_DJANGO = frozenset({"migrate", "sqlmigrate", "sqlsequencereset"})


def completed(text: str, alias: str = DEFAULT, schemas: tuple[str, ...] = ()) -> str:
    """Return the text with all that its quoted commands lack to act on the same place.

    What a command names already stays, so completing twice is as good as once.

    Args:
        text: With commands such as 'manage.py schemaguard auto_fix'.
        alias: The database that it speaks of; the default one is never named.
        schemas: The schemas that it speaks of, or patterns of them. A command that
            takes one schema names it only where one is given.
    """

    def complete(found: re.Match[str]) -> str:
        return f"'manage.py {_complete(found[1], alias, schemas)}'"

    return _QUOTED.sub(complete, text)


def _complete(words: str, alias: str, schemas: tuple[str, ...]) -> str:
    first, *rest = words.split()
    if first == "migrate" and schemas:  # Django's knows no schemas.
        words, first, rest = f"schemaguard {words}", "schemaguard", words.split()
    ours = first == "schemaguard" and bool(rest) and rest[0] in _OURS
    if not ours and first not in _DJANGO:
        return words
    if alias not in {DEFAULT, ""} and "--database" not in rest:
        words = f"{words} --database {_word(alias)}"
    if not ours or {"--schema", "--schemas"} & {*rest}:
        return words
    if rest[0] in _MANY:
        return words + "".join(f" --schemas {_word(it)}" for it in schemas)
    one = rest[0] in _ONE and len(schemas) == 1 and not set("*?[") & {*schemas[0]}
    return f"{words} --schema {_word(schemas[0])}" if one else words


def _word(text: str) -> str:
    """Return it as one word of a shell; in double quotes where those do."""
    quoted = shlex.quote(text)
    special = any(mark in text for mark in '"$`\\!')
    return quoted if quoted == text or special else f'"{text}"'
