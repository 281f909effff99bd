"""Which files a revision of Git does not have, or has otherwise."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from django_schemaguard.exceptions import UnknownName, UnusableFile


def changed_files(since: str) -> frozenset[Path]:
    """Return the files that were added or changed since a revision.

    What is not committed counts, whether Git knows the file or not.

    Raises:
        UnknownName: There is no such revision.
        UnusableFile: This is no Git repository, or Git is not installed.
    """
    git = shutil.which("git")
    if git is None:
        raise UnusableFile("Git is not installed.", "Lint --all instead.")
    root = _run(git, "rev-parse", "--show-toplevel")
    if root is None:
        raise UnusableFile(
            f"'{Path.cwd()}' is in no Git repository.", "Lint --all instead."
        )
    base = _run(git, "merge-base", "--end-of-options", since, "HEAD")
    if base is None:
        raise UnknownName(
            f"Git has no revision '{since}' that HEAD comes from.",
            "In CI, fetch the history of the target branch first.",
        )
    top = root.strip()
    changed = _run(
        git, "-C", top, "diff", "--name-only", "-z", "--diff-filter=d", base.strip()
    )
    new = _run(git, "-C", top, "ls-files", "--others", "--exclude-standard", "-z")
    names = f"{changed or ''}{new or ''}".split("\0")
    return frozenset(Path(top, name).resolve() for name in names if name)


def is_of(files: frozenset[Path], module: str) -> bool:
    """Return whether a module was loaded from one of the files."""
    source = getattr(sys.modules.get(module), "__file__", None)
    return source is not None and Path(source).resolve() in files


def _run(*words: str) -> str | None:
    """Return what a command prints, or None where it failed."""
    done = subprocess.run(  # noqa: S603 - words of our own, and a revision.
        words, capture_output=True, check=False, encoding="utf-8", timeout=60
    )
    return done.stdout if done.returncode == 0 else None
