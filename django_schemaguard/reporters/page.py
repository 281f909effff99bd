"""Lines of styled text, rendered for one stream."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.text import Text

from django_schemaguard.reporters.look import Look, printable

WIDEST = 1_000_000  # As good as no limit to rich, which always has a width.


class Page:
    """Collects lines, then renders them as the stream can show them.

    Nothing is read as markup, emoji codes or ANSI escapes.
    """

    def __init__(self, look: Look) -> None:
        self.look = look
        self._lines: list[tuple[int, int, Text]] = []

    def line(
        self, *parts: str | tuple[str, str], indent: int = 0, hang: int = 0
    ) -> None:
        """Add a line of parts, each plain or with a style.

        Args:
            parts: Texts, or (text, style).
            indent: Spaces in front.
            hang: Spaces more in front of what is wrapped.
        """
        self._lines.append((indent, hang, self._text(parts)))

    def whole(self, *parts: str | tuple[str, str], indent: int = 0) -> None:
        """Add a line that is never wrapped."""
        text = self._text(parts)
        text.no_wrap = True
        self._lines.append((indent, 0, text))

    def _text(self, parts: tuple[str | tuple[str, str], ...]) -> Text:
        text = Text()
        for part in parts:
            content, style = (part, "") if isinstance(part, str) else part
            text.append(self.look.fitted(printable(content)), style)
        return text

    def blank(self) -> None:
        """Add an empty line, unless there is one already or nothing above it."""
        if self._lines and self._lines[-1][-1]:
            self._lines.append((0, 0, Text()))

    def render(self) -> str:
        """Return the lines, each ended by a line feed."""
        width = self.look.width or WIDEST
        console = Console(
            file=StringIO(),
            width=width,
            force_terminal=self.look.color,
            color_system="standard" if self.look.color else None,
            no_color=not self.look.color,
            legacy_windows=False,
            highlight=False,
        )
        with console.capture() as captured:
            for indent, hang, text in self._lines:
                margin = indent
                for row in self._rows(console, text, indent + hang):
                    console.print(Text(" " * margin) + row, soft_wrap=True)
                    margin = indent + hang
        return captured.get()

    def _rows(self, console: Console, text: Text, margin: int) -> list[Text]:
        if self.look.width is None or not text or text.no_wrap:
            return [text]
        # Too narrow a terminal gets long lines rather than none.
        rows = list(text.wrap(console, max(self.look.width - margin, 20)))
        for row in rows:
            row.rstrip()
        return rows
