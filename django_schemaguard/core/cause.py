"""Where each difference comes from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from django_schemaguard.core.advice import AUTO_FIX, Way, advice, of_script, of_unknown
from django_schemaguard.core.finding import Cause, Finding, Left
from django_schemaguard.core.history import Origins
from django_schemaguard.core.report import Attributed
from django_schemaguard.core.untold import from_script, from_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django_schemaguard.core.history import Script

Address: TypeAlias = tuple[str, str, str | None]

# Codes from here on are about the live state, of which no migration tells.
_LIVE = "SG4"
# With these, what no applied migration makes is of a model all the same.
_OF_MODELS = frozenset({Cause.UNRECORDED, Cause.UNMADE})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a project beside the state at its applied migrations.

    Attributes:
        at_leaves: Differences from the state at the latest migrations; None where
            every migration is applied. What differs from the applied ones only is
            the work of a migration that nobody recorded.
        at_models: Differences from the live models; None where no model changed.
            What differs from the migrations only is work that none makes yet.
        origins: Which migration made what.
        models: The model of each table at the latest migrations or of the live
            models, by its name.
        waiting: The pending migrations.
        whole: Pending migrations all of whose work is in the database.
        begun: Pending ones of whose work a part is, in the order of the plan.
        code: Migrations that run Python or SQL, of which no schema tells.
        ran: Migrations of which nothing is there, and which ran all the same.
        refused: `migrate` refuses to run, with `--fake`, too.
        unknown: Recorded migrations that are not on disk.
        scripts: What applied migrations do by SQL of their own, in order.
        applied: All applied migrations, in order.
    """

    at_leaves: tuple[Finding, ...] | None = None
    at_models: tuple[Finding, ...] | None = None
    origins: Origins = field(default_factory=Origins)
    models: Mapping[str, str] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    begun: tuple[str, ...] = ()
    code: frozenset[str] = frozenset()
    ran: frozenset[str] = frozenset()
    refused: bool = False
    unknown: tuple[str, ...] = ()
    scripts: tuple[Script, ...] = ()
    applied: tuple[str, ...] = ()

    def migration(self, finding: Finding) -> str | None:
        """Return the migration that makes what a finding is about."""
        if finding.expected is None:
            return finding.migration
        model, parts = finding.table.model, (finding.object, finding.field)
        return finding.migration or self.origins.of(model, *parts)

    def clears(self, finding: Finding) -> bool:
        """Return whether it says of a migration that ran that it did not."""
        return finding.cause is Cause.FAKE_APPLIED and finding.migration in self.ran


NO_EVIDENCE = Evidence()


def attribute(
    findings: Iterable[Finding], evidence: Evidence = NO_EVIDENCE
) -> tuple[Attributed, ...]:
    """Tell the cause of each finding, and what to do where that depends on it.

    What is there only because of a migration that is there, or a part of it, and not
    recorded is left out: the missing record is the one finding. So is that a migration
    was faked which ran.
    """
    findings = tuple(it for it in findings if not evidence.clears(it))
    judge = _Judge(findings, evidence)
    told = (judge.attributed(finding) for finding in findings)
    return tuple(it for it in told if not judge.follows_from_record(it))


def _address(finding: Finding) -> Address:
    """Return where and how something differs, whatever is expected there."""
    return (finding.code, finding.table.name, finding.object or finding.expected)


def _addresses(findings: Iterable[Finding] | None) -> frozenset[Address] | None:
    return None if findings is None else frozenset(map(_address, findings))


def _is_of_schema(told: Attributed) -> bool:
    own = told.finding.kind.startswith("migration_") or told.finding.code >= _LIVE
    return not own and told.cause in {Cause.DRIFT, Cause.UNDECLARED}


class _Judge:
    """Tells causes in the light of all findings and the evidence."""

    def __init__(self, findings: tuple[Finding, ...], evidence: Evidence) -> None:
        self._evidence = evidence
        self._at_leaves = _addresses(evidence.at_leaves)
        self._at_models = _addresses(evidence.at_models)
        self._faked = frozenset(
            finding.migration
            for finding in findings
            if finding.cause is Cause.FAKE_APPLIED
        )
        self._unrecorded = {*evidence.whole, *evidence.begun}
        waiting = (f.migration for f in findings if f.kind == "migration_unapplied")
        named = (it for it in waiting if it in self._unrecorded)
        self._first = next(iter((*evidence.begun, *named)), None)
        self._beyond_fixing = frozenset(
            self._evidence.migration(finding)
            for finding in findings
            if not (finding.fixable or finding.kind.startswith("migration_"))
        )

    def follows_from_record(self, told: Attributed) -> bool:
        """Return whether the finding that a record is missing says it already."""
        return (
            told.cause is Cause.UNRECORDED
            and not told.finding.kind.startswith("migration_")
            and told.migration in self._unrecorded
        )

    def attributed(self, finding: Finding) -> Attributed:
        if self._never_left(finding):
            finding = finding.as_drift()
        migration = self._evidence.migration(finding)
        cause = self._cause(finding, migration)
        if cause is Cause.UNRECORDED and migration is None:
            migration = self._maker(finding)
        if cause in _OF_MODELS:
            finding = self._of_its_model(finding)
        hint = advice(finding, cause, migration, self._way(migration))
        hint = self._in_order(finding, cause, hint)
        if finding.kind == "migration_fake_applied" and self._is_fixable(finding):
            hint = AUTO_FIX
        told = Attributed(finding, cause, migration, hint)
        return self._retold(told) if _is_of_schema(told) else told

    def _retold(self, told: Attributed) -> Attributed:
        """Return what was told in the light of what no state of the models tells."""
        known, finding = self._evidence, told.finding
        model = finding.table.model or known.models.get(finding.table.name)
        unknown = from_unknown(finding, model, known.unknown)
        if unknown:
            return Attributed(finding, Cause.UNKNOWN, unknown, of_unknown(unknown))
        script = from_script(finding, told.migration, known.scripts, known.applied)
        return replace(told, advice=of_script(told, script)) if script else told

    def _of_its_model(self, finding: Finding) -> Finding:
        """Return the finding about a table with the model that comes to use it."""
        model = finding.table.model or self._evidence.models.get(finding.table.name)
        return replace(finding, table=replace(finding.table, model=model))

    def _in_order(self, finding: Finding, cause: Cause, hint: str | None) -> str | None:
        """Return the hint with what has to be done before, lest `migrate` fails."""
        before = self._first
        if finding.kind == "migration_unapplied" and cause is Cause.PENDING:
            if self._evidence.refused:
                return "Settle SG703 first, then run 'manage.py migrate'."
            return (
                f"Settle '{before}' first, {self._then(finding)}." if before else hint
            )
        if cause is not Cause.UNRECORDED or before not in self._evidence.begun:
            return hint
        return (
            hint if before == finding.migration else f"Settle '{before}' first. {hint}"
        )

    def _then(self, pending: Finding) -> str:
        """Return how to go on once what has to be recorded first is."""
        app, _, name = (pending.migration or "").partition(".")
        if pending.migration not in self._evidence.code:
            return "then run 'manage.py migrate'"
        faked = f"run 'manage.py migrate --fake {app} {name}'"
        return f"then {faked} where its Python and SQL ran, else 'manage.py migrate'"

    def _never_left(self, finding: Finding) -> bool:
        """Return whether no change was made by which Django would have left it so."""
        origins, model = self._evidence.origins, finding.table.model
        if finding.left is None or model is None or finding.field is None:
            return False
        part = (model.lower(), finding.field)
        retyped = finding.left is Left.BY_RETYPING
        changed = origins.retyped if retyped else origins.altered
        return part in origins.made and part not in changed

    def _is_fixable(self, faked: Finding) -> bool:
        """Return whether `auto_fix` mends all that a migration left out."""
        beyond = self._beyond_fixing | self._evidence.code
        return faked.migration not in beyond

    def _way(self, migration: str | None) -> Way:
        refused = self._evidence.refused
        if migration not in self._evidence.whole:
            return Way.FINISH_AND_INSERT if refused else Way.FINISH
        if migration in self._evidence.code:
            return Way.LOOK
        return Way.INSERT if refused else Way.FAKE

    def _maker(self, finding: Finding) -> str | None:
        """Return the migration that makes what the finding calls an extra."""
        table, thing = finding.table, finding.object
        model = table.model or self._evidence.models.get(table.name)
        # A column of a foreign key is named after its field.
        parts = (thing, thing and thing.removesuffix("_id"))
        found = self._evidence.origins.of(model, *parts)
        if model is None or found in self._evidence.waiting:
            return found
        touching = self._evidence.origins.touching(model) & self._evidence.waiting
        return next(iter(touching)) if len(touching) == 1 else None

    def _cause(self, finding: Finding, migration: str | None) -> Cause:
        if finding.cause is Cause.PENDING and migration in self._unrecorded:
            return Cause.UNRECORDED
        if finding.kind.startswith("migration_") or finding.cause is not Cause.DRIFT:
            return finding.cause
        lacking = finding.expected is not None and finding.code < _LIVE
        if lacking and migration in self._faked:
            return Cause.FAKE_APPLIED
        return self._cause_of_difference(finding)

    def _cause_of_difference(self, finding: Finding) -> Cause:
        address = _address(finding)
        if finding.code >= _LIVE:
            return Cause.UNDECLARED if finding.expected is None else Cause.DRIFT
        if self._at_leaves is not None and address not in self._at_leaves:
            return Cause.UNRECORDED
        if self._at_models is not None and address not in self._at_models:
            return Cause.UNMADE
        return Cause.UNDECLARED if finding.expected is None else Cause.DRIFT
