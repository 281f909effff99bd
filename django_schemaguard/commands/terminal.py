"""The streams that one run of the command writes to."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from django_schemaguard.core.command_lines import completed
from django_schemaguard.reporters.look import Look, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.core.management.base import OutputWrapper
    from rich.status import Status

PATIENCE = 0.5  # Seconds before a spinner is worth its flicker.


class Terminal:
    """Where the report goes, and how it may look there."""

    def __init__(
        self, stdout: OutputWrapper, stderr: OutputWrapper, options: dict[str, Any]
    ) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self._detail = int(options["verbosity"])
        self._forced = bool(options["force_color"])
        self._plain = bool(options["no_color"])
        text = options.get("format", "text") == "text"
        self._schema: str = (text and options.get("schema")) or ""

    @property
    def detail(self) -> int:
        """Django's verbosity."""
        return self._detail

    @property
    def look(self) -> Look:
        """How text may look on stdout."""
        terminal = self._stdout.isatty()
        capable = terminal and os.environ.get("TERM") != "dumb"
        return Look(
            color=self._forced or (capable and not self._plain),
            width=shutil.get_terminal_size().columns if terminal else None,
            encoding=getattr(self._stdout, "encoding", None) or "utf-8",
            detail=self._detail,
        )

    def write(self, text: str) -> None:
        """Write text that ends its own lines; a reader that has left misses it."""
        if self._schema:  # Nobody below knows which schema an alias stands for.
            text = completed(text, schemas=(self._schema,))
        try:
            self._stdout.write(text, ending="")
            self._stdout.flush()
        except BrokenPipeError:
            # As `| head` does. Python would fail again when it flushes at exit.
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self._stdout.fileno())
            os.close(null)

    @property
    def interactive(self) -> bool:
        """Whether somebody sits there who can be asked."""
        return bool(sys.stdin and sys.stdin.isatty() and self._stdout.isatty())

    def confirmed(self, question: str) -> bool:
        """Ask, and return whether the answer is yes; anything else is no."""
        self.write(f"{self.look.fitted(printable(question))} [y/N] ")
        try:
            return sys.stdin.readline().strip().lower() in {"y", "yes"}
        except KeyboardInterrupt:
            self.write("\n")
            return False

    def note(self, line: str) -> None:
        """Write a line about what was done to stderr, beside any report."""
        if self._detail:
            self._tell(line)

    def trace(self, sql: str) -> None:
        """Write a statement on one line of stderr, where it is asked for."""
        if self._detail >= 3:
            self._tell(" ".join(sql.split()))

    def _tell(self, line: str) -> None:
        encoding = getattr(self._stderr, "encoding", None) or "utf-8"
        fitted = Look(encoding=encoding).fitted(printable(line))
        self._stderr.write(fitted, style_func=str)

    @contextmanager
    def progress(self) -> Iterator[Callable[[str], None]]:
        """Give a function that says what is going on, on a terminal that waits."""
        if self._detail in {0, 3} or not self._stderr.isatty():
            yield lambda _: None
            return
        status = Console(stderr=True, no_color=self._plain).status("")
        spinner = Spinner(status)
        try:
            yield spinner.say
        finally:
            spinner.stop()


def failure(text: str, stream: OutputWrapper) -> str:
    """Return an error as people are told it: its mark, and all else indented."""
    look = Look(encoding=getattr(stream, "encoding", None) or "utf-8")
    first, *rest = text.splitlines() or [""]
    lines = [f"{look.marks.error} {first}", *(f"   {line}" for line in rest)]
    return look.fitted("\n".join(lines))


class Spinner:
    """A rich status that appears only when the wait is long."""

    def __init__(self, status: Status) -> None:
        self._status = status
        self._lock = Lock()
        self._stopped = False
        self._timer = Timer(PATIENCE, self._start)
        self._timer.daemon = True
        self._timer.start()

    def say(self, what: str) -> None:
        """Show what is being done."""
        self._status.update(Text(printable(what)))

    def stop(self) -> None:
        """Take the spinner away, or never show it."""
        self._timer.cancel()
        with self._lock:
            self._stopped = True
            self._status.stop()

    def _start(self) -> None:
        with self._lock:
            if not self._stopped:
                self._status.start()
