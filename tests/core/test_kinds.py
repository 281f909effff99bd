from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

from django_schemaguard.core import kinds
from django_schemaguard.core.finding import Finding
from django_schemaguard.core.kinds import KINDS
from tests.core.findings_page import PAGE, render

CODES = [
    *(f"SG{number}" for number in range(101, 114)),
    *(f"SG{number}" for number in range(201, 210)),
    *(f"SG{number}" for number in range(301, 307)),
    *(f"SG{number}" for number in range(401, 411)),
    *(f"SG{number}" for number in range(701, 709)),
    *(f"SG{number}" for number in range(801, 803)),
    *(f"SG{number}" for number in range(901, 905)),
]
NAMES = [kind.kind for kind in KINDS]

each_kind = pytest.mark.parametrize("kind", KINDS, ids=NAMES)


def names(folder: Path, pattern: str) -> set[str]:
    return {path.stem for path in folder.glob(pattern)}


def test_the_codes_are_those_of_the_contract_in_order():
    assert [kind.code for kind in KINDS] == CODES


def test_each_kind_has_its_module_and_each_module_its_kind():
    folder = Path(kinds.__file__).parent

    assert names(folder, "[!_]*.py") == set(NAMES)


def test_each_kind_has_its_test_file_and_each_test_file_its_kind():
    folder = Path(__file__).parent / "kinds"

    assert names(folder, "test_*.py") == {f"test_{name}" for name in NAMES}


@each_kind
def test_the_module_names_the_code_and_holds_the_kind(kind):
    module = importlib.import_module(f"django_schemaguard.core.kinds.{kind.kind}")

    assert vars(module)[kind.__name__] is kind
    assert (module.__doc__ or "").startswith(f"{kind.code}: ")


@each_kind
def test_the_kind_is_a_frozen_value(kind):
    assert issubclass(kind, Finding)
    assert kind.__dataclass_params__.frozen
    assert "__slots__" in vars(kind)


@each_kind
def test_the_docstring_has_its_sections_in_order(kind):
    shape = r"[^\n]+\.\n\nWhy it matters:\n    .+\n\nFix:\n    .+"

    assert re.fullmatch(shape, inspect.getdoc(kind), re.DOTALL)


def test_the_page_of_the_documentation_is_up_to_date():
    text = PAGE.read_text(encoding="utf-8")

    assert text == render(), "run 'python -m tests.core.findings_page'"


def test_the_page_has_one_section_for_each_kind():
    text = PAGE.read_text(encoding="utf-8")
    sections = re.findall(r"^\((sg\d+)\)=\n## (SG\d+) (\w+)$", text, re.MULTILINE)

    assert sections == [(kind.code.lower(), kind.code, kind.kind) for kind in KINDS]
