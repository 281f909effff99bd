"""Read and write the files that a project keeps: one clear line where that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.exceptions import UnusableFile

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> str:
    """Return the text of a file.

    Raises:
        UnusableFile: It cannot be read, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnusableFile(f"Cannot read '{path}': {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UnusableFile(f"Cannot read '{path}': it is no UTF-8 text.") from error


def write(path: Path, text: str) -> None:
    """Write a text to a file, as it is.

    Raises:
        UnusableFile: It cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UnusableFile(f"Cannot write '{path}': {error.strerror}.") from error
