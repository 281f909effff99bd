"""What a migrate run is asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django_schemaguard.core.rules import Mode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django_schemaguard.deploy.stages import Stage
    from django_schemaguard.pipeline import Job


def _quiet(line: str) -> None:
    del line


@dataclass(frozen=True, slots=True)
class Request:
    """One run of migrate on one database.

    Attributes:
        alias: The database.
        job: Settings, mode and limits, for the validation before and after.
        app: Label; None for all apps.
        migration: Name or unique beginning, or "zero"; None for the latest.
        stage: Only what is due then; None for everything.
        names: Only these of them, as "app.name"; None for all.
        fake: Record without running.
        fake_initial: Record initial migrations whose tables are there, as they are
            to be.
        run_syncdb: Make the tables of apps without migrations.
        single_transaction: All migrations or none.
        put_back: After a failure, return to the migrations applied before.
        backup: Folder to back up to before anything is changed; None for no backup.
        allow: Codes of lint rules that may not stop the run.
        lock_timeout: Longest wait of one statement for a lock, in seconds.
        deadline: Longest wait for locks in the whole run, in seconds.
        wait: Wait for another run to end, up to the deadline.
        interactive: Receivers of pre_migrate and post_migrate may ask.
        verbosity: Django's, for the same receivers.
        traceback: Say where each error arose, frame by frame.
        say: Is told each line of progress.
        arguments: The command line, for the journal.
    """

    alias: str
    job: Job
    app: str | None = None
    migration: str | None = None
    stage: Stage | None = None
    names: frozenset[str] | None = None
    fake: bool = False
    fake_initial: bool = False
    run_syncdb: bool = False
    single_transaction: bool = False
    put_back: bool = True
    backup: Path | None = None
    allow: frozenset[str] = frozenset()
    lock_timeout: float = 0.5
    deadline: float = 60.0
    wait: bool = True
    interactive: bool = False
    verbosity: int = 0
    traceback: bool = False
    say: Callable[[str], None] = field(default=_quiet)
    arguments: tuple[str, ...] = ()

    @property
    def strict(self) -> bool:
        """Whether blocking lint rules stop the run."""
        return self.job.mode is Mode.PRODUCTION
