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
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What differs from one machine or moment to the next.
VARYING = [(r"\d+\.\d\d s\b", "N s"), (r"\bsqlite 3[.\d]+", "sqlite 3.N")]

pytestmark = pytest.mark.slow


def steps(text: str) -> list[tuple[str, str]]:
    """Return each command with the output that the text shows below it."""
    found = []
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def settled(text: str) -> str:
    """Return the text without what varies."""
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text)
    return text


def test_the_tutorial_shows_what_happens(tmp_path: Path) -> None:
    shop = tmp_path / "example_project"
    ignored = shutil.ignore_patterns(".venv", "__pycache__", "*.sqlite3")
    shutil.copytree(ROOT / "example_project", shop, ignore=ignored)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "shop_site.settings",
        "NO_COLOR": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("DATABASE_URL", None)
    told = steps((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"))
    assert told
    code = 0
    for command, output in told:
        done = subprocess.run(
            ["/bin/sh", "-c", f"(exit {code}); {command}"],
            capture_output=True,
            check=False,
            cwd=shop,
            encoding="utf-8",
            env=environment,
            timeout=120,
        )
        code = done.returncode
        assert (command, settled(done.stdout + done.stderr)) == (
            command,
            settled(output),
        )
