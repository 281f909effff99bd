"""The journal: what was run against a database, statement by statement.

The tables stand in every database that is written to, so that a statement and its
entry commit together; always name the alias with `using`.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from django_schemaguard._typing import override


class Run(models.Model):
    """One run of a command that writes to the database."""

    class Status(models.TextChoices):
        """How a run stands; all but RUNNING are final, NEEDS_RESUME until resumed."""

        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED_CLEAN = "failed_clean", "failed, nothing changed"
        REVERTED = "reverted", "failed, put back"
        REVERT_BLOCKED = "revert_blocked", "failed, partly put back"
        NEEDS_RESUME = "needs_resume", "stopped half-way"
        INTERRUPTED = "interrupted", "cut short, settled since"
        ROLLED_BACK = "rolled_back", "undone"

    command = models.CharField(max_length=20)
    status = models.CharField(
        max_length=20, choices=Status, default=Status.RUNNING, db_index=True
    )
    alias = models.CharField(max_length=100)
    vendor = models.CharField(max_length=20)
    server_version = models.CharField(max_length=100, blank=True)
    database = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=200, blank=True)
    host = models.CharField(max_length=200, blank=True)
    os_pid = models.BigIntegerField(null=True)
    backend_pid = models.BigIntegerField(null=True)
    app_version = models.CharField(max_length=50)
    django_version = models.CharField(max_length=50)
    arguments = models.JSONField(default=list)
    plan = models.JSONField(default=list)
    plan_hash = models.CharField(max_length=100, blank=True)
    schema_before = models.CharField(max_length=100, blank=True)
    schema_after = models.CharField(max_length=100, blank=True)
    applied_before = models.JSONField(default=list)
    lint = models.JSONField(default=list)
    backup = models.JSONField(default=dict)
    lock = models.JSONField(default=dict)
    revertible = models.BooleanField(default=False)
    revert_reason = models.TextField(blank=True)
    reverts = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="reverted_by"
    )
    error = models.JSONField(default=dict)
    started = models.DateTimeField(default=timezone.now)
    heartbeat = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)

    @override
    def __str__(self) -> str:
        return f"{self.command} {self.pk}"

    @property
    def is_of_migrations(self) -> bool:
        """Whether it migrates, or undoes a run that did; fetch it with `reverts`."""
        undone = self.reverts.command if self.reverts is not None else ""
        return "migrate" in {self.command, undone}


class Step(models.Model):
    """One stage of a run: what commits as one."""

    class Status(models.TextChoices):
        """How a step stands. Between INTENT and the rest lies the statement."""

        INTENT = "intent", "begun"
        DONE = "done", "done"
        FAILED = "failed", "failed"
        ROLLED_BACK = "rolled_back", "undone"
        ADOPTED = "adopted", "taken for done"
        ABANDONED = "abandoned", "given up"

    run = models.ForeignKey(Run, models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()
    status = models.CharField(max_length=20, choices=Status, default=Status.INTENT)
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=10, blank=True)
    app = models.CharField(max_length=100, blank=True)
    migration = models.CharField(max_length=255, blank=True)
    operation = models.PositiveIntegerField(null=True)
    object_type = models.CharField(max_length=20, blank=True)
    object_schema = models.CharField(max_length=100, blank=True)
    object_table = models.CharField(max_length=255, blank=True)
    object_name = models.CharField(max_length=255, blank=True)
    atomic = models.BooleanField(default=True)
    statements = models.JSONField(default=list)
    reverse = models.JSONField(default=list)
    guard = models.JSONField(default=dict)
    definition_before = models.TextField(blank=True)
    definition_after = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    waited_ms = models.PositiveBigIntegerField(default=0)
    duration_ms = models.PositiveBigIntegerField(default=0)
    rows_estimate = models.BigIntegerField(null=True)
    error = models.JSONField(default=dict)
    started = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ("run", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("run", "position"), name="schemaguard_step_position"
            ),
        )

    @override
    def __str__(self) -> str:
        if self.migration:
            number = self.operation
            part = "" if number is None else f", operation {number + 1}"
            return f"{self.kind} {self.app}.{self.migration}{part}"
        return f"{self.kind} {self.object_table}.{self.object_name}".rstrip(".")


class SchemaVersion(models.Model):
    """The schema of a database from one moment on."""

    fingerprint = models.CharField(max_length=100)
    applied = models.JSONField(default=list)
    app_version = models.CharField(max_length=50)
    django_version = models.CharField(max_length=50)
    server_version = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=20)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="versions")
    recorded = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ("-pk",)

    @override
    def __str__(self) -> str:
        return self.fingerprint


class QuerySnapshot(models.Model):
    """What the server had counted of its statements at one moment.

    `slower` holds those that cost more than before the last change of the schema;
    NULL where that could not be told yet.
    """

    alias = models.CharField(max_length=100)
    schema_version = models.CharField(max_length=100)
    server_version = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=20)
    stats_reset = models.DateTimeField(null=True)
    evicted = models.BigIntegerField(null=True)
    hidden = models.PositiveBigIntegerField(default=0)
    slower = models.JSONField(null=True)
    taken = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ("pk",)

    @override
    def __str__(self) -> str:
        return f"{self.alias} {self.taken:%Y-%m-%d %H:%M:%S}"


class QueryStat(models.Model):
    """One statement of a snapshot, counted since the server began to."""

    snapshot = models.ForeignKey(QuerySnapshot, models.CASCADE, related_name="stats")
    fingerprint = models.CharField(max_length=40)
    text = models.TextField()
    calls = models.BigIntegerField()
    total_ms = models.FloatField()
    squares = models.FloatField()
    rows = models.BigIntegerField()
    blocks = models.BigIntegerField()
    since = models.DateTimeField(null=True)

    class Meta:
        ordering = ("snapshot", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("snapshot", "fingerprint"), name="schemaguard_querystat_once"
            ),
        )

    @override
    def __str__(self) -> str:
        return self.text
