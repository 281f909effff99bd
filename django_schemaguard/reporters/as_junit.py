"""JUnit XML: a suite for each database, a test case for each kind of finding."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django_schemaguard.core.kinds import KINDS
from django_schemaguard.reporters import words
from django_schemaguard.reporters.look import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_schemaguard.core.report import DatabaseReport, Report, Verdict
    from django_schemaguard.core.schema import Skip
    from django_schemaguard.reporters.look import Look


def render(report: Report, look: Look) -> str:
    """Return the document; ASCII only.

    A case fails on a finding at or above the fail level; those below stand in its
    output. What was not compared is a skipped case of its own.
    """
    root = Element("testsuites", name="schemaguard")
    for database in report.databases:
        _suite(root, database, look)
    for what in ("tests", "failures", "errors", "skipped"):
        root.set(what, str(sum(int(suite.get(what, 0)) for suite in root)))
    indent(root)
    document: bytes = tostring(root, encoding="us-ascii", xml_declaration=True)
    return document.decode("ascii") + "\n"


def _suite(root: Element, database: DatabaseReport, look: Look) -> None:
    suite = SubElement(root, "testsuite", name=printable(database.alias))
    if database.error is None:
        _cases(suite, database, look)
    else:
        case = _case(suite, database, "connection")
        error = SubElement(case, "error", message=printable(words.failure(database)))
        error.text = _lines(database.error, database.hint)
    counted = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.set("tests", str(len(suite)))
    for word, tag in counted.items():
        suite.set(word, str(sum(case.find(tag) is not None for case in suite)))
    suite.set("time", f"{database.seconds:.3f}")


def _cases(suite: Element, database: DatabaseReport, look: Look) -> None:
    found: dict[tuple[str, str], list[Verdict]] = {
        (kind.code, kind.kind): [] for kind in KINDS
    }
    for verdict in database.verdicts:
        name = (verdict.finding.code, verdict.finding.kind)
        found.setdefault(name, []).append(verdict)
    for (code, kind), verdicts in found.items():
        _kind(_case(suite, database, f"{code} {kind}"), verdicts, look)
    for skip in database.skips:
        _skip(suite, database, skip)


def _kind(case: Element, verdicts: Sequence[Verdict], look: Look) -> None:
    level = look.level
    failed = [v for v in verdicts if level is not None and v.severity >= level]
    passed = [v for v in verdicts if v not in failed]
    if failed:
        message = words.count(len(failed), "finding")
        failure = SubElement(case, "failure", message=message)
        failure.text = _lines(*map(_line, failed))
    if passed:
        SubElement(case, "system-out").text = _lines(*map(_line, passed))


def _skip(suite: Element, database: DatabaseReport, skip: Skip) -> None:
    case = _case(suite, database, f"not compared: {words.subject(skip)}")
    SubElement(case, "skipped", message=printable(skip.reason))


def _case(suite: Element, database: DatabaseReport, name: str) -> Element:
    owner = printable(f"schemaguard.{database.alias}")
    return SubElement(suite, "testcase", classname=owner, name=printable(name))


def _line(verdict: Verdict) -> str:
    place = verdict.location
    where = f"{place.path}:{place.line}: " if place else ""
    return f"{where}{verdict.severity.word}: {words.advice(verdict)}"


def _lines(*lines: str) -> str:
    return "\n".join(printable(line) for line in lines if line)
