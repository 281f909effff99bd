"""What pyproject.toml, the package and the documents say must agree."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import pytest

import django_schemaguard

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def read(name: str) -> str:
    """Return the text of a file of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_version_stands_in_one_place() -> None:
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert "version" not in PROJECT["project"]
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", django_schemaguard.__version__)


def test_the_installed_version_is_that_of_the_package() -> None:
    try:
        installed = version("django-schemaguard")
    except PackageNotFoundError:
        pytest.skip("django-schemaguard is not installed, but on the path")
    assert installed == django_schemaguard.__version__


def test_python_versions_agree() -> None:
    classifiers = PROJECT["project"]["classifiers"]
    prefix = "Programming Language :: Python :: 3."
    minors = [int(c.removeprefix(prefix)) for c in classifiers if c.startswith(prefix)]
    (oldest,) = re.findall(r"^>=3\.(\d+)$", PROJECT["project"]["requires-python"])

    assert minors == list(range(int(oldest), minors[-1] + 1))
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py3{oldest}"
    assert PROJECT["tool"]["mypy"]["python_version"] == f"3.{oldest}"
    factors = ",".join(f"3{minor}" for minor in minors)
    assert f"py{{{factors}}}-django52-" in read("tox.ini")


def test_drivers_are_extras_and_not_needed() -> None:
    needed = " ".join(PROJECT["project"]["dependencies"])
    assert "psycopg" not in needed
    assert "mysqlclient" not in needed
    # It compiles, so a fresh machine could not install the tests.
    tests = " ".join(PROJECT["project"]["optional-dependencies"]["test"])
    assert "mysqlclient" not in tests


def test_the_pytest_plugin_is_where_the_entry_point_says() -> None:
    (module,) = PROJECT["project"]["entry-points"]["pytest11"].values()
    assert find_spec(module) is not None


@pytest.mark.parametrize("name", sorted(ROOT.glob("*.md")), ids=lambda path: path.name)
def test_relative_links_of_the_documents_lead_somewhere(name: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", name.read_text("utf-8")):
        assert (ROOT / target).exists(), target


def test_the_readme_names_the_app_as_django_finds_it() -> None:
    (app,) = re.findall(r'^ +"(\w+)",$', read("README.md"), re.MULTILINE)
    assert find_spec(app) is not None
