from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from django_schemaguard.core.finding import Severity
from django_schemaguard.core.lint import Layer, Work
from django_schemaguard.core.lint_names import LINT_RULES
from django_schemaguard.lint import RULES, rules
from django_schemaguard.lint.rule import EVERY, Rule
from tests.lint.rules_page import PAGE, render

CODES = [
    *(f"SG{number}" for number in range(501, 518)),
    *(f"SG{number}" for number in range(520, 527)),
    *(f"SG{number}" for number in range(530, 539)),
    *(f"SG{number}" for number in range(540, 544)),
    *(f"SG{number}" for number in range(550, 554)),
    *(f"SG{number}" for number in range(560, 567)),
    *(f"SG{number}" for number in range(570, 572)),
    *(f"SG{number}" for number in range(580, 586)),
    *(f"SG{number}" for number in range(590, 592)),
]
HERE = Path(__file__).parent

each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.kind for rule in RULES])


def test_the_codes_are_those_of_the_design_in_order() -> None:
    assert [rule.code for rule in RULES] == CODES


def test_the_settings_know_every_rule() -> None:
    assert {rule.code: rule.kind for rule in RULES} == LINT_RULES


def test_each_rule_has_its_module_and_each_module_its_rule() -> None:
    folder = Path(rules.__file__).parent

    assert {path.stem for path in folder.glob("[!_]*.py")} == {
        rule.kind for rule in RULES
    }


@each_rule
def test_the_module_names_the_code_and_holds_the_rule(rule: Rule) -> None:
    module = importlib.import_module(f"django_schemaguard.lint.rules.{rule.kind}")

    assert vars(module)[rule.kind] is rule
    assert (module.__doc__ or "").startswith(f"{rule.code}: ")


@each_rule
def test_the_docstring_has_its_sections_in_order(rule: Rule) -> None:
    shape = r"[^\n]+\.\n\nWhy it matters:\n    .+\n\nFix:\n    .+"

    assert re.fullmatch(shape, rule.doc, re.DOTALL)


@each_rule
def test_the_rule_says_where_it_applies_and_what_to_do(rule: Rule) -> None:
    checks = (rule.on_operation, rule.on_migration, rule.on_run)

    assert sum(check is not None for check in checks) == 1
    assert rule.vendors
    assert rule.vendors <= EVERY
    assert rule.layers <= set(Layer)
    assert rule.hint.endswith(".")
    assert len(rule.hint) < 90


@each_rule
def test_the_rule_is_found_and_passed_over_in_a_test(rule: Rule) -> None:
    text = "".join(
        path.read_text(encoding="utf-8") for path in (HERE / "rules").glob("test_*.py")
    )

    assert f'"{rule.code}"' in text


def test_the_page_of_the_documentation_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert text == render(), "run 'python -m tests.lint.rules_page'"


@pytest.mark.parametrize(
    ("work", "rows", "severity"),
    [
        (Work.REWRITE, None, Severity.WARNING),
        (Work.REWRITE, 0, Severity.INFO),
        (Work.REWRITE, 9_999, Severity.INFO),
        (Work.REWRITE, 10_000, Severity.WARNING),
        (Work.REWRITE, 99_999, Severity.WARNING),
        (Work.REWRITE, 100_000, Severity.ERROR),
        (Work.SCAN, 99_999, Severity.INFO),
        (Work.SCAN, 999_999, Severity.WARNING),
        (Work.SCAN, 1_000_000, Severity.ERROR),
    ],
)
def test_the_severity_grows_with_the_table(
    work: Work, rows: int | None, severity: Severity
) -> None:
    assert work.severity(Severity.WARNING, rows) is severity
