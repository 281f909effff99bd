"""The page on repairs says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from django_schemaguard.core.kinds import KINDS
from django_schemaguard.repair.planning import ORDER
from tests.repair import damages

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "repairs.md"
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| (\w+) \| (\w+) \| (\w+) \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_every_repair_has_a_row_in_the_order_of_running() -> None:
    assert tuple(row[0] for row in ROWS) == ORDER


def test_codes_exist() -> None:
    codes = {kind.code for kind in KINDS}
    named = {code for row in ROWS for code in row[1].split(", ")}
    assert named <= codes
    assert {kind.code for kind in KINDS if kind.additive} <= named


def test_options_are_named() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for option in ("--backfill", "--invent", "--keep-default", "--accept-rewrite"):
        assert f"`{option}`" in text


def test_the_laws_mend_what_is_said_to_be_mended() -> None:
    assert {row[0] for row in ROWS} == {*damages.MENDED}
    for name, _, *words in ROWS:
        vendors = ("postgresql", "mariadb", "sqlite")
        said = {v for v, word in zip(vendors, words, strict=True) if word != "no"}
        assert said == damages.MENDED[name], name
