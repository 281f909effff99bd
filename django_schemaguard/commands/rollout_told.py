"""What came of one member, and how the command tells it."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django_schemaguard.tenants.rollout import Attempt, Fate

if TYPE_CHECKING:
    from django_schemaguard.exceptions import SchemaguardError
    from django_schemaguard.tenants.members import Member

_ONE = re.compile(r"(manage\.py schemaguard (?:history|resume|rollback)\b)")
_SOME = re.compile(r"(manage\.py schemaguard (?:auto_fix|migrate|validate)\b)")


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one member, and how the command tells it.

    Attributes:
        text: For people, in full.
        document: For programs, in full.
    """

    attempt: Attempt
    text: str = ""
    document: dict[str, Any] = field(default_factory=dict)


def failed(member: Member, error: SchemaguardError, fate: Fate = Fate.FAILED) -> Told:
    """Return what is told of a member that an error kept from being worked on."""
    code = 0 if fate is Fate.GONE else error.exit_code
    attempt = Attempt(member, fate, code, message=str(error), hint=error.hint)
    return Told(attempt)


def named(told: Told) -> Told:
    """Return the same with the schema in each command that a text advises."""
    schema, attempt = told.attempt.member.schema, told.attempt
    if not schema:
        return told
    name = shlex.quote(schema).replace("\\", r"\\")

    def completed(text: str) -> str:
        text = _ONE.sub(rf"\1 --schema {name}", text)
        return _SOME.sub(rf"\1 --schemas {name}", text)

    said = replace(
        attempt, message=completed(attempt.message), hint=completed(attempt.hint)
    )
    return replace(told, attempt=said, text=completed(told.text))
