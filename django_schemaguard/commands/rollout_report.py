"""What is said while many members are worked on, and in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_schemaguard.commands.rollout_json import (
    group_document,
    render,
    rollout_document,
)
from django_schemaguard.files import write
from django_schemaguard.reporters.look import Look
from django_schemaguard.reporters.page import Page
from django_schemaguard.reporters.words import several
from django_schemaguard.tenants.rollout import Attempt, Fate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from django_schemaguard.commands.options import Options
    from django_schemaguard.commands.rollout_told import Told
    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.tenants.members import Member
    from django_schemaguard.tenants.rollout import Group, Rollout


def look_of(options: Options, terminal: Terminal) -> Look:
    """Return how the report may look where it goes."""
    if options.get("output") is None:
        return terminal.look
    return Look(detail=terminal.detail)


class Script:
    """Writes as it goes, so that nothing but names is kept of what went well."""

    def __init__(self, options: Options, terminal: Terminal) -> None:
        self._terminal = terminal
        self._programs = options["format"] == "json"
        self._output: Path | None = options.get("output")
        self._look = look_of(options, terminal)
        self._pieces: list[str] = []
        self._groups: list[dict[str, Any]] = []
        self._canary: dict[str, Any] = {}
        self._begun = False
        self.keep_going = bool(options["keep_going"])

    @property
    def interactive(self) -> bool:
        """Whether somebody can be asked."""
        return self._terminal.interactive and not self._programs

    def confirmed(self, members: int) -> bool:
        """Return whether somebody agrees."""
        return self._terminal.confirmed(f"Apply this to {members:,} of them?")

    def group(self, group: Group, found: Told) -> None:
        """Show what would be done to a group, as its first member has it."""
        if self._programs:
            self._groups.append(group_document(group, found))
            return
        names = tuple(member.name for member in group.members)
        page = Page(self._look)
        page.line(
            (f"{_kind(found.attempt.member, len(names))} ", "bold"), several(names)
        )
        self._write(page.render() + (found.text or self._reason(found.attempt)))

    def member(self, found: Told) -> None:
        """Tell of the canary and of failures in full; of others only if asked to."""
        attempt, page = found.attempt, Page(self._look)
        first = not self._begun and attempt.fate in {Fate.DONE, Fate.FAILED}
        if first:
            self._begun, self._canary = True, found.document
        quiet = self._terminal.detail == 0 and not attempt.exit_code
        if self._programs or quiet:
            return
        if first or attempt.exit_code:
            words = attempt.member.words
            canary = " (canary)" if first else ""
            page.line((f"{words[0].upper()}{words[1:]}{canary}", "bold"))
            self._write(page.render() + (found.text or self._reason(attempt)))
        elif self._terminal.detail >= 2:
            run = f", run {attempt.run}" if attempt.run else ""
            mark = self._look.marks.passed
            page.line(f"{mark} {attempt.member.words}: {attempt.fate.value}{run}")
            self._write(page.render())

    def end(self) -> None:
        """Write what would be done."""
        if self._programs:
            self._write(render({"groups": self._groups}))
        self._flush()

    def summary(self, rollout: Rollout, code: int) -> str:
        """Write how far it came; return that as one line."""
        line = ", ".join(_counts(rollout)) or "nothing to do"
        if self._programs:
            self._write(render(rollout_document(rollout, code, self._canary)))
        elif self._terminal.detail or code:
            self._write(self._conclusion(self._look, rollout, line, code))
        if self._output is not None and (self._terminal.detail or code):
            look = self._terminal.look
            self._terminal.write(self._conclusion(look, rollout, line, code))
        self._flush()
        return line

    def _conclusion(self, look: Look, rollout: Rollout, line: str, code: int) -> str:
        page, marks = Page(look), look.marks
        mark, style = (marks.error, "bold red") if code else (marks.passed, "green")
        page.line((f"{mark} {line}.", style), hang=3)
        lists = (
            ("Failed", [attempt.member for attempt in rollout.failed]),
            ("Not tried", rollout.not_tried),
        )
        for word, members in lists:
            if members:
                names = several(tuple(member.name for member in members))
                page.line(f"{word}: {names}.", indent=3, hang=2)
        if rollout.failed:
            again = "Mend the cause and run the command again: what is done is not"
            page.line(f"{again} done twice.", indent=3, hang=2)
        return page.render()

    def _reason(self, attempt: Attempt) -> str:
        page = Page(self._look)
        mark = self._look.marks.error
        page.line((f"{mark} {attempt.message}", "bold red"), hang=3)
        if attempt.hint:
            page.line(("hint: ", "dim"), attempt.hint, indent=3, hang=2)
        return page.render()

    def _write(self, text: str) -> None:
        if self._output is None:
            self._terminal.write(text)
        else:
            self._pieces.append(text)

    def _flush(self) -> None:
        if self._output is not None:
            write(self._output, "".join(self._pieces))


def _kind(member: Member, count: int) -> str:
    noun = "schema" if member.schema else "database"
    return f"{count:,} {noun}{'' if count == 1 else 's'} of '{member.alias}':"


def _counts(rollout: Rollout) -> list[str]:
    found: tuple[tuple[str, Sequence[object]], ...] = (
        ("done", rollout.done),
        ("with nothing to do", rollout.unchanged),
        ("dropped meanwhile", rollout.gone),
        ("failed", rollout.failed),
        ("not tried", rollout.not_tried),
    )
    return [f"{len(members):,} {word}" for word, members in found if members]
