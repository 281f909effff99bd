"""`schemaguard perf`: what queries cost, for each version of the schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import connections

from django_schemaguard.commands.options import Options, add_timeout, chosen_limits
from django_schemaguard.commands.subcommand import Outcome, Subcommand
from django_schemaguard.conf import get_settings
from django_schemaguard.conf.names import known_aliases
from django_schemaguard.core.command_lines import completed
from django_schemaguard.perf.comparing import TooFew, compare_windows
from django_schemaguard.perf.documents import regression
from django_schemaguard.perf.reading import Untold
from django_schemaguard.perf.taking import take
from django_schemaguard.perf.windows import Compared, Window, incomplete, mean, per_call
from django_schemaguard.pipeline import Job
from django_schemaguard.reporters import words
from django_schemaguard.reporters.look import printable

if TYPE_CHECKING:
    import argparse

    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.perf.reading import Stat

AGAIN = (
    "Run 'manage.py schemaguard perf snapshot' before a change, after it, and later."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "action",
        choices=("snapshot", "compare"),
        help="snapshot: store what the server has counted so far. compare: tell what"
        " costs more since the schema changed.",
    )
    parser.add_argument(
        "--database", metavar="ALIAS", help="Database to look at. Default: 'default'."
    )
    for name in ("before", "after"):
        parser.add_argument(
            f"--{name}",
            nargs=2,
            type=int,
            metavar=("FIRST", "LAST"),
            help=f"Numbers of the snapshots around the window {name}."
            " Default: by the last change of the schema.",
        )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="Default: text."
    )
    add_timeout(parser)


def run(options: Options, terminal: Terminal) -> Outcome:
    """Take a snapshot, or compare two windows; 1 where a statement costs more."""
    (alias,) = known_aliases(filter(None, [options["database"]]))
    if options["action"] == "snapshot":
        return _snapshot(alias, options, terminal)
    found = compare_windows(alias, options["before"], options["after"])
    if isinstance(found, TooFew):
        again = completed(AGAIN, alias)
        return _told(found.reason, again, options, terminal)
    as_json = options["format"] == "json"
    # What MariaDB counts is no matter of blocks.
    unit = "rows examined" if connections[alias].vendor == "mysql" else "blocks"
    text = _as_json(found) if as_json else _as_text(found, unit, terminal.detail)
    terminal.write(text)
    return Outcome(int(bool(found.slower)), _summary(found))


def _snapshot(alias: str, options: Options, terminal: Terminal) -> Outcome:
    settings = get_settings()
    job = Job(
        settings=settings,
        mode=settings.mode,
        limits=chosen_limits(options),
        trace=terminal.trace,
    )
    found = take(alias, job)
    if isinstance(found, Untold):
        return _told(found.reason, found.hint, options, terminal)
    number = found.stats.using(alias).count()
    if options["format"] == "json":
        facts = {"snapshot": found.pk, "statements": number, "hidden": found.hidden}
        terminal.write(json.dumps(facts) + "\n")
        return Outcome()
    counted = words.count(number, "statement")
    terminal.write(f"Snapshot {found.pk} of '{alias}': {counted}.\n")
    if found.hidden:
        terminal.write(f"Doubt:  {incomplete(found.pk, found.hidden)}\n")
    return Outcome()


def _told(reason: str, hint: str, options: Options, terminal: Terminal) -> Outcome:
    """Say why there is nothing to compare; that is no failure."""
    if options["format"] == "json":
        terminal.write(json.dumps({"reason": reason, "hint": hint or None}) + "\n")
    else:
        terminal.write("\n".join(filter(None, (reason, hint))) + "\n")
    return Outcome()


def _summary(found: Compared) -> str:
    slower = len(found.slower)
    what = f"{slower} statement{'s' * (slower != 1)} cost{'s' * (slower == 1)} more"
    what = what if slower else "No statement costs more"
    rare = f" {found.rare} too rare to compare," if found.rare else ""
    return (
        f"{what} than before ({found.compared} compared,{rare}"
        f" {len(found.new)} new, {len(found.gone)} gone)."
    )


def _as_text(found: Compared, unit: str, detail: int) -> str:
    lines = [
        f"Before: {_span(found.before)}",
        f"After:  {_span(found.after)}",
        *(f"Doubt:  {doubt}" for doubt in found.doubts),
        "",
    ]
    for each in found.slower:
        lines += [f"{each.times:.1f} times slower: {printable(each.after.text)}"]
        lines += [f"  before: {_cost(each.before, unit)}"]
        lines += [f"  after:  {_cost(each.after, unit)}", ""]
    if detail >= 2:
        for title, stats in (("New", found.new), ("Gone", found.gone)):
            lines += [f"{title}: {printable(stat.text)}" for stat in stats]
    lines.append(_summary(found))
    return "\n".join(lines) + "\n"


def _span(window: Window) -> str:
    first, last = window.first, window.last
    return (
        f"snapshot {first.number} ({words.moment(first.taken)}) to"
        f" {last.number} ({words.moment(last.taken)}),"
        f" {words.count(len(window.stats), 'statement')}"
    )


def _cost(stat: Stat, unit: str) -> str:
    cost = f"{mean(stat):.3f} ms and {per_call(stat):.1f} {unit} a call"
    return f"{cost}, {stat.calls} calls"


def _as_json(found: Compared) -> str:
    document = {
        "format": 1,
        "before": [found.before.first.number, found.before.last.number],
        "after": [found.after.first.number, found.after.last.number],
        "doubts": found.doubts,
        "compared": found.compared,
        "slower": [regression(each) for each in found.slower],
        "new": [stat.text for stat in found.new],
        "gone": [stat.text for stat in found.gone],
    }
    return json.dumps(document, indent=2) + "\n"


PERF = Subcommand(
    "perf",
    "Tell which queries cost more since the schema changed.",
    add_arguments,
    run,
    "2: also the statements that ran only before or only after. Default: 1.",
)
