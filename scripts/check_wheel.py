"""Build the wheel, install it into a new project, and follow the README there."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "django_schemaguard"


def main() -> None:
    """Check the wheel's files, then a site made with it."""
    with tempfile.TemporaryDirectory() as directory:
        wheel = build(Path(directory, "dist"))
        check_files(wheel)
        check_site(wheel, Path(directory))
    print(f"{wheel.name}: installs and works in a new project.")


def build(target: Path) -> Path:
    """Return the path of a newly built wheel."""
    run(sys.executable, "-m", "build", "--wheel", "--outdir", target, ROOT)
    (wheel,) = target.glob("*.whl")
    return wheel


def check_files(wheel: Path) -> None:
    """The wheel holds the package, all of it, and nothing else."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    source = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / PACKAGE).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    expect(names == source, f"files differ: {sorted(names ^ source)}")
    expect(f"{PACKAGE}/py.typed" in names, "py.typed is missing")


def check_site(wheel: Path, directory: Path) -> None:
    """A new project works by the README's own lines."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    app = find(r'^ +("django_schemaguard"),$', readme)
    command = find(r"^python manage\.py (schemaguard validate)$", readme).split()
    environment = directory / "venv"
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if sys.platform == "win32" else "bin")
    python = scripts / "python"
    run(python, "-m", "pip", "install", "--quiet", wheel)
    run(scripts / "django-admin", "startproject", "site_of_mine", directory)

    settings = directory / "site_of_mine" / "settings.py"
    text = settings.read_text(encoding="utf-8")
    apps = "INSTALLED_APPS = ["
    settings.write_text(text.replace(apps, f"{apps}\n    {app},"), encoding="utf-8")
    manage = (python, "-W", "error", directory / "manage.py")
    run(*manage, "check", "--fail-level", "INFO")
    run(*manage, "migrate", "--verbosity", "0")

    sound = run(*manage, *command)
    expect("Database schema validation passed" in sound, sound)
    with sqlite3.connect(directory / "db.sqlite3") as connection:
        connection.execute("DROP TABLE django_session")
    damaged = run(*manage, *command, code=1)
    expect("django_session" in damaged, damaged)
    expect("SG101" in run(*manage, "schemaguard", "explain", "SG101"), "explain")


def find(pattern: str, text: str) -> str:
    """Return what the pattern's group finds in the text."""
    found = re.search(pattern, text, re.MULTILINE)
    expect(found is not None, f"README has no line like {pattern}")
    return found[1]


def run(*command: object, code: int = 0) -> str:
    """Run a command, expect its exit code, and return what it said."""
    words = [str(word) for word in command]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    said = done.stdout + done.stderr
    expect(done.returncode == code, f"{words} gave {done.returncode}:\n{said}")
    return said


def expect(fact: bool, otherwise: str) -> None:
    """Stop with a message unless the fact holds."""
    if not fact:
        sys.exit(f"check_wheel: {otherwise}")


if __name__ == "__main__":
    main()
