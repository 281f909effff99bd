"""The other direction: accept what the database has."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.writer import MigrationWriter

from django_schemaguard.core.finding import Cause, Effect, Severity
from django_schemaguard.core.kinds.comment import Comment
from django_schemaguard.core.kinds.nullability import Nullability
from django_schemaguard.core.kinds.type_mismatch import TypeMismatch
from django_schemaguard.repair.homes import MigrationFile, NotWritable, home
from django_schemaguard.repair.planning import validated
from django_schemaguard.repair.sources import sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django_schemaguard.backends.repair import Source, Sources
    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.report import Verdict
    from django_schemaguard.pipeline import Job

ADOPTED = frozenset({Cause.DRIFT, Cause.FAKE_APPLIED, Cause.UNDECLARED})
NAME = "schemaguard_adopt"
_TEXTS = frozenset({"CharField", "SlugField"})
_LENGTH = re.compile(r"^[a-z ]+\((\d+)\)$")

# A rule that some rows break may be meant; nobody means these.
_BREAKING = frozenset(
    {Effect.QUERIES_FAIL, Effect.SOME_QUERIES_FAIL, Effect.INSERTS_FAIL}
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a model has to say to agree with the database.

    Attributes:
        options: Of the field; with an empty `field`, of the model's Meta.
    """

    app: str
    model: str
    field: str
    options: tuple[tuple[str, object], ...]

    @property
    def advice(self) -> str:
        """What to write into the model, as one line."""
        values = ", ".join(f"{name}={value!r}" for name, value in self.options)
        place = f".{self.field}" if self.field else ".Meta"
        return f"Set {values} on {self.app}.{self.model}{place}."


@dataclass(frozen=True, slots=True)
class Adoption:
    """How the project accepts what its databases have.

    Attributes:
        changes: For the models; `files` makes the migrations that go with them.
        waivers: Entries of IGNORE, for what no model can say.
        left: What breaks the application, and why it is not accepted; one line each.
    """

    changes: tuple[Change, ...]
    files: tuple[MigrationFile, ...]
    waivers: tuple[Mapping[str, str], ...]
    left: tuple[str, ...] = ()


def adopt(aliases: Iterable[str], job: Job, reason: str) -> Adoption:
    """Work out how the project says what its databases hold; write nothing.

    What options of a field can say becomes a change of the model, with a migration
    that makes it everywhere. All else becomes a waiver: an object too many, one that
    is accepted as missing, a stricter rule, and what belongs to a package. What makes
    queries or every INSERT fail is not accepted: a waiver would only hide it.

    Args:
        aliases: The databases.
        job: How they are validated.
        reason: Why it is accepted, for the waivers.

    Raises:
        DatabaseUnreachable: A database cannot be connected to.
        DatabaseUnreadable: A database cannot be read in full.
    """
    loader = MigrationLoader(None)
    changes: dict[tuple[str, str, str], _Draft] = {}
    waivers: dict[tuple[tuple[str, str], ...], None] = {}
    left: dict[str, None] = {}
    for alias in aliases:
        report = validated(alias, job)
        found = sources(connections[alias], job)
        pending = any(v.cause is Cause.PENDING for v in report.verdicts)
        for verdict in report.verdicts:
            if verdict.cause not in ADOPTED:
                continue
            finding = verdict.finding
            draft = None if pending else _draft(finding, found)
            if draft is not None and _writable(loader, draft.change.app):
                change = draft.change
                key = (change.app, change.model, change.field)
                changes[key] = draft.after(changes.get(key))
            elif _breaks(verdict):
                left[f"{finding.message} {_sentence(finding.effect_text)}"] = None
            else:
                waivers[tuple(_waiver(finding, reason).items())] = None
    return Adoption(
        tuple(draft.change for draft in changes.values()),
        tuple(_files(loader, changes.values())),
        tuple(dict(waiver) for waiver in waivers),
        tuple(left),
    )


def _breaks(verdict: Verdict) -> bool:
    failing = verdict.finding.effect in _BREAKING
    return failing and verdict.finding.severity is Severity.ERROR


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


@dataclass(frozen=True, slots=True)
class _Draft:
    change: Change
    source: Source

    def after(self, other: _Draft | None) -> _Draft:
        """Return this change, with those of another one to the same field."""
        if other is None:
            return self
        options = dict((*other.change.options, *self.change.options))
        return replace(
            self, change=replace(self.change, options=tuple(options.items()))
        )


def _writable(loader: MigrationLoader, app: str) -> bool:
    try:
        home(loader, app, NAME)
    except NotWritable:
        return False
    return True


def _waiver(finding: Finding, reason: str) -> dict[str, str]:
    told = {"code": finding.code, "table": str(finding.table.name)}
    if finding.object:
        told["object"] = finding.object
    return {**told, "reason": reason}


def _draft(finding: Finding, found: Sources) -> _Draft | None:
    """Return what the model would have to say; None where it cannot."""
    source = found.of(finding.table)
    if source is None or source.model._meta.auto_created:  # noqa: SLF001
        return None
    options = _options(finding, source)
    if options is None:
        return None
    meta = source.model._meta  # noqa: SLF001
    name, model = finding.field or "", meta.object_name or ""
    return _Draft(Change(meta.app_label, model, name, options), source)


def _options(finding: Finding, source: Source) -> tuple[tuple[str, object], ...] | None:
    match finding:
        case Nullability():
            return (("null", finding.actual_column.nullable),)
        case Comment(column=None):
            return (("db_table_comment", finding.found),)
        case Comment():
            return (("db_comment", finding.found or None),)
        case TypeMismatch():
            return _length(finding, source)
        case _:
            return None


def _length(
    finding: TypeMismatch, source: Source
) -> tuple[tuple[str, object], ...] | None:
    """Return the length of a text; other types take more than an option."""
    theirs = _LENGTH.match(finding.actual_column.type)
    ours = _LENGTH.match(finding.expected_column.type)
    field: Any = source.field(finding.expected_column.name)
    lengths = theirs and ours and getattr(field, "max_length", None)
    if not theirs or not lengths or field.get_internal_type() not in _TEXTS:
        return None
    return (("max_length", int(theirs.group(1))),)


def _files(
    loader: MigrationLoader, drafts: Iterable[_Draft]
) -> Iterator[MigrationFile]:
    by_app: dict[str, list[_Draft]] = {}
    for draft in drafts:
        by_app.setdefault(draft.change.app, []).append(draft)
    for app, group in sorted(by_app.items()):
        place = home(loader, app, NAME)
        imports: set[str] = {"from django.db import migrations"}
        operations = [_operation(it.change, it.source, imports) for it in group]
        content = _TEXT.format(
            imports=_imports(imports),
            leaf=place.leaf,
            operations="\n".join(operations),
        )
        yield MigrationFile(app, place.path, content)


def _imports(imports: set[str]) -> str:
    models = "from django.db import models"
    if models in imports:
        ours = {"from django.db import migrations", models}
        imports = {*(imports - ours), "from django.db import migrations, models"}
    return "\n".join(sorted(imports))


_TEXT = '''\
"""Says what a database already holds.

Written by "manage.py schemaguard auto_fix --adopt". Where the database is so already
the statements change nothing; other databases become the same.
"""

{imports}


class Migration(migrations.Migration):
    dependencies = [{leaf!r}]

    operations = [
{operations}
    ]
'''


def _operation(change: Change, source: Source, imports: set[str]) -> str:
    if not change.field:
        ((_, text),) = change.options
        return (
            "        migrations.AlterModelTableComment(\n"
            f"            {change.model.lower()!r}, {text!r}\n"
            "        ),"
        )
    named: Any = source.model._meta.get_field(change.field)  # noqa: SLF001
    field = named.clone()
    for name, value in change.options:
        setattr(field, name, value)
    text, needed = MigrationWriter.serialize(field)
    imports |= needed
    return (
        "        migrations.AlterField(\n"
        f"            {change.model.lower()!r}, {change.field!r}, {text}\n"
        "        ),"
    )
