"""What a stream can show: marks, colours, width, encoding."""

from __future__ import annotations

from dataclasses import dataclass

from django_schemaguard.core.finding import Severity


@dataclass(frozen=True, slots=True)
class Marks:
    """The sign in front of a line."""

    passed: str
    error: str
    warning: str
    info: str
    fixing: str = "\N{WRENCH}"


SIGNS = Marks(
    passed="✅",
    error="❌",
    warning="⚠️",
    info="\N{INFORMATION SOURCE}\N{VARIATION SELECTOR-16}",
)
WORDS = Marks(
    passed="OK:", error="ERROR:", warning="WARNING:", info="INFO:", fixing="FIX:"
)


@dataclass(frozen=True, slots=True)
class Look:
    """How text may look on the stream that it goes to.

    Attributes:
        color: Whether the stream shows ANSI colours.
        width: Columns to wrap at; None keeps each line whole.
        encoding: The stream's encoding.
        detail: Django's verbosity, 0 to 3.
        level: The severity from which on a finding counts as a failure; None for
            never.
    """

    color: bool = False
    width: int | None = None
    encoding: str = "utf-8"
    detail: int = 1
    level: Severity | None = Severity.ERROR

    @property
    def marks(self) -> Marks:
        """Signs, or plain words where the encoding lacks the signs."""
        signs = (SIGNS.passed, SIGNS.error, SIGNS.warning, SIGNS.info)
        return SIGNS if self.encodable("".join(signs)) else WORDS

    def encodable(self, text: str) -> bool:
        """Return whether the stream can take the text."""
        try:
            text.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def fitted(self, text: str) -> str:
        """Return the text with what the stream cannot encode written as escapes."""
        if self.encodable(text):
            return text
        return text.encode("ascii", "backslashreplace").decode("ascii")


def printable(text: str) -> str:
    """Return the text on one line, with what is not visible written as escapes.

    Names come from a database, and could otherwise forge lines or drive the
    terminal: control characters, ANSI escapes, line separators, marks that
    reverse the direction of writing.
    """
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
        for sign in text
    )
