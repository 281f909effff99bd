"""A schema as JSON, and back: equal schemas, equal bytes."""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.decoding import Misfit, decoder
from django_schemaguard.core.fingerprint import fingerprint
from django_schemaguard.core.schema import Expression, Schema, Table
from django_schemaguard.core.schema.live import Numbering

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = 1
EXPECTED, ACTUAL = "expected", "actual"

# What belongs to the moment: answers of the server, rows, the role that reads.
_LEFT_OUT: dict[type, frozenset[str]] = {
    Expression: frozenset({"canonical"}),
    Numbering: frozenset({"usable", "next", "highest", "probe"}),
    Schema: frozenset({"session"}),
    Table: frozenset({"access"}),
}


class MalformedSnapshot(ValueError):
    """The text is no snapshot; says the end of a sentence about the file."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A schema, and which migrations it is the result of.

    Attributes:
        side: "expected" or "actual".
        database: The alias it was made for.
        migrations: As "app.name", sorted; every one that had been applied, or for
            an expected schema that there is.
        replaced: Migrations that squashed ones stand for, sorted. A database may
            have a record of them, too.
        server_version: Of an actual schema: the release of the server, since each
            prints expressions and views in its own way. None where it is not known.
    """

    side: str
    database: str
    schema: Schema
    migrations: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    server_version: str | None = None

    def fits(self, recorded: Iterable[str]) -> bool:
        """Return whether a database with these migrations should look like it."""
        have, made = set(recorded), set(self.migrations)
        return made <= have and have - made <= set(self.replaced)


def dump(snapshot: Snapshot) -> str:
    """Return the snapshot as JSON; ASCII only, without times."""
    document = {
        "format": FORMAT,
        "vendor": snapshot.schema.traits.vendor,
        "fingerprint": fingerprint(snapshot.schema),
        **_encoded(snapshot),
    }
    return json.dumps(document, indent=1) + "\n"


def load(text: str) -> Snapshot:
    """Return the snapshot that a text holds.

    Raises:
        MalformedSnapshot: It is not one, or of a format that is not known here.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise MalformedSnapshot(f"is not JSON: {error}") from None
    except RecursionError:
        raise MalformedSnapshot("is nested too deeply") from None
    if not isinstance(document, dict) or "format" not in document:
        raise MalformedSnapshot("has no key 'format'")
    _check_format(document.pop("format"))
    for key in ("vendor", "fingerprint"):  # Told again by the schema itself.
        document.pop(key, None)
    try:
        snapshot: Snapshot = decoder(Snapshot)(document)
    except Misfit as misfit:
        raise MalformedSnapshot(str(misfit)) from None
    if snapshot.side not in {EXPECTED, ACTUAL}:
        raise MalformedSnapshot(f"has an unknown side '{snapshot.side}'")
    return snapshot


def _check_format(number: object) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise MalformedSnapshot("has a 'format' that is no number above 0")
    if number > FORMAT:
        raise MalformedSnapshot(
            f"is of format {number}, made by a newer django-schemaguard;"
            f" this one reads format {FORMAT}"
        )


def _encoded(value: Any) -> Any:
    """Return a value as JSON can hold it, its fields at their default left out."""
    if is_dataclass(value) and not isinstance(value, type):
        left_out = _LEFT_OUT.get(type(value), frozenset())
        return {
            field.name: _encoded(getattr(value, field.name))
            for field in fields(value)
            if field.init
            and field.name not in left_out
            and getattr(value, field.name) != field.default
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, AbstractSet):
        return sorted(_encoded(item) for item in value)
    if isinstance(value, tuple):
        return [_encoded(item) for item in value]
    return value
