"""Run a command on a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def on_a_terminal(
    command: list[str], answer: str, *, env: Mapping[str, str], cwd: Path
) -> str:
    """Answer the question that a command asks; return all that it shows."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command,
        env={**env, "TERM": "dumb", "COLUMNS": "200"},
        cwd=cwd,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown, sent, end = "", False, time.monotonic() + 30
    while time.monotonic() < end:
        ready, _, _ = select.select([ours], [], [], 0.2)
        try:
            data = os.read(ours, 65536) if ready else b""
        except OSError:  # The other end is closed.
            break
        shown += data.decode()
        if not sent and "[y/N] " in shown:
            os.write(ours, f"{answer}\n".encode())
            sent = True
    process.wait(30)
    os.close(ours)
    return shown
