"""What the tutorial shows is what happens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What differs from one machine or moment to the next.
VARYING = [(r"\d+\.\d\d s\b", "N s"), (r"\bsqlite 3[.\d]+", "sqlite 3.N")]

pytestmark = pytest.mark.slow


class Tutorial:
    """The tutorial's steps, taken in a copy of the example shop."""

    def __init__(self, shop: Path) -> None:
        ignored = shutil.ignore_patterns(".venv", "__pycache__", "*.sqlite3")
        shutil.copytree(ROOT / "example_project", shop, ignore=ignored)
        self.shop = shop
        self.code = 0
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "shop_site.settings",
            "NO_COLOR": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": str(ROOT),
        }
        self.environment.pop("DATABASE_URL", None)

    def take(self, language: str, block: str) -> str:
        """Do what a block says; return it with the output that this gave."""
        if language == "python":
            self.add_setting(block)
            return block
        commands = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
        return "".join(f"$ {command}\n{self.run(command)}" for command in commands)

    def add_setting(self, entry: str) -> None:
        """Add an entry to SCHEMAGUARD."""
        path = self.shop / "shop_site" / "settings.py"
        opening = "SCHEMAGUARD = {\n"
        text = path.read_text(encoding="utf-8")
        assert opening in text
        path.write_text(text.replace(opening, opening + entry), encoding="utf-8")

    def run(self, command: str) -> str:
        """Return what a command prints."""
        done = subprocess.run(
            ["/bin/sh", "-c", f"(exit {self.code}); {command}"],
            capture_output=True,
            check=False,
            cwd=self.shop,
            encoding="utf-8",
            env=self.environment,
            timeout=120,
        )
        self.code = done.returncode
        return done.stdout + done.stderr


def settled(text: str) -> str:
    """Return the text without what varies."""
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text)
    return text


def test_the_tutorial_shows_what_happens(tmp_path: Path) -> None:
    tutorial = Tutorial(tmp_path / "example_project")
    blocks = BLOCK.findall((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"))

    taken = [tutorial.take(language, block) for language, block in blocks]

    told = [settled(block) for _, block in blocks]
    assert [settled(block) for block in taken] == told
    assert len(told) > 5
