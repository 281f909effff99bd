"""JUnit XML: a suite for each database, a test case for each migration."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django_schemaguard.reporters.lint import words
from django_schemaguard.reporters.look import printable
from django_schemaguard.reporters.words import count

if TYPE_CHECKING:
    from django_schemaguard.core.lint import LintedDatabase, LintFinding, LintReport
    from django_schemaguard.reporters.look import Look


def render(report: LintReport, look: Look) -> str:
    """Return the document; ASCII only.

    A case fails on a finding at or above the fail level; those below stand in its
    output. Rules that could not be judged are a skipped case.
    """
    root = Element("testsuites", name="schemaguard lint")
    for database in report.databases:
        _suite(root, database, look)
    for what in ("tests", "failures", "errors", "skipped"):
        root.set(what, str(sum(int(suite.get(what, 0)) for suite in root)))
    indent(root)
    text: bytes = tostring(root, encoding="us-ascii", xml_declaration=True)
    return text.decode("ascii") + "\n"


def _suite(root: Element, database: LintedDatabase, look: Look) -> None:
    suite = SubElement(root, "testsuite", name=printable(database.alias))
    if database.error is not None:
        case = _case(suite, database, "lint")
        error = SubElement(case, "error", message=printable(words.failure(database)))
        error.text = printable(f"{database.error} {database.hint}".strip())
    _cases(suite, database, look)
    for each in database.judgement.unjudged:
        names = ", ".join(each.codes)
        case = _case(suite, database, f"not judged: {names} {each.migration}".strip())
        SubElement(case, "skipped", message=printable(each.reason))
    suite.set("tests", str(len(suite)))
    counted = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    for word, tag in counted.items():
        suite.set(word, str(sum(case.find(tag) is not None for case in suite)))


def _cases(suite: Element, database: LintedDatabase, look: Look) -> None:
    judged = database.judgement
    found: dict[str, list[LintFinding]] = {name: [] for name in judged.migrations}
    for finding in judged.findings:
        found.setdefault(words.heading(finding.migration), []).append(finding)
    for name, findings in found.items():
        level = look.level
        failed = [f for f in findings if level is not None and f.severity >= level]
        passed = [f for f in findings if f not in failed]
        case = _case(suite, database, name)
        if failed:
            message = count(len(failed), "finding")
            SubElement(case, "failure", message=message).text = _lines(failed)
        if passed:
            SubElement(case, "system-out").text = _lines(passed)


def _case(suite: Element, database: LintedDatabase, name: str) -> Element:
    owner = printable(f"schemaguard.lint.{database.alias}")
    return SubElement(suite, "testcase", classname=owner, name=printable(name))


def _lines(findings: list[LintFinding]) -> str:
    return "\n".join(printable(_line(finding)) for finding in findings)


def _line(finding: LintFinding) -> str:
    place = finding.location
    where = f"{place.path}:{place.line}: " if place else ""
    severity = finding.severity.word
    return f"{where}{severity}: {finding.code} {words.advice(finding)}"
