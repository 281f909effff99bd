"""Run a client program of the server, the password out of sight."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from django_schemaguard.deploy.dumps.failure import BackupFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_VERSION_SECONDS = 30


def find(*names: str) -> str:
    """Return the path of the first program that is installed.

    Raises:
        BackupFailed: None is.
    """
    for name in names:
        path = shutil.which(name)
        if path is not None:
            return path
    raise BackupFailed(
        f"The backup needs the program '{names[0]}', which is not installed.",
        "Install the client of the server, or run without --backup.",
    )


def version(program: str, pattern: str) -> tuple[int, ...]:
    """Return the version that a program says it has; empty if it says none."""
    said = subprocess.run(  # noqa: S603  A program found by `find`.
        [program, "--version"],
        capture_output=True,
        check=False,
        text=True,
        timeout=_VERSION_SECONDS,
    ).stdout
    found = re.search(pattern, said)
    return tuple(map(int, found.group(1).split("."))) if found else ()


def run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    secret: str,
    output: Path | None = None,
) -> None:
    """Run a program to its end.

    Args:
        arguments: The program and what it is given; never a password.
        environment: All of it.
        secret: Blotted out of what the program says.
        output: Where its standard output goes.

    Raises:
        BackupFailed: It failed; with the last line that it said.
    """
    done = _run(arguments, environment, output)
    if done.returncode == 0:
        return
    lines = [line for line in done.stderr.decode(errors="replace").splitlines() if line]
    said = lines[-1] if lines else f"exit code {done.returncode}"
    if secret:
        said = said.replace(secret, "***")
    name = arguments[0].rpartition("/")[2]
    raise BackupFailed(f"The backup failed ({name}): {said.rstrip('.')}.")


def _run(
    arguments: Sequence[str], environment: Mapping[str, str], output: Path | None
) -> subprocess.CompletedProcess[bytes]:
    if output is None:
        return subprocess.run(  # noqa: S603
            arguments,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
    with output.open("wb") as stream:
        return subprocess.run(  # noqa: S603
            arguments,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.PIPE,
            check=False,
        )
