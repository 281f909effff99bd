"""Bring both sides into the server's own words, so that they can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django_schemaguard.backends.base import Answer, Backend, Question, Role
from django_schemaguard.core.expression import normal_text
from django_schemaguard.core.expressions_of import (
    Place,
    change_expressions,
    expressions_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import Expression, Schema, Table, Traits


@dataclass(frozen=True, slots=True)
class _Couple:
    """An expected table, the table found, and a row source for both texts."""

    expected: Table
    actual: Table
    source: Table
    types: Mapping[str, str]
    name: str
    asked: dict[tuple[Place, str], Question] = field(default_factory=dict)

    def question(self, place: Place, expression: Expression) -> Question:
        """Return what to ask the server about one expression."""
        key = (place, expression.sql)
        found = self.asked.get(key)
        if found is None:
            kind = self.types.get((place.column or "").lower())
            found = Question(self.source, self.name, place.role, expression.sql, kind)
            self.asked[key] = found
        return found


def settle(
    backend: Backend,
    connection: BaseDatabaseWrapper,
    expected: Schema,
    actual: Schema,
) -> tuple[Schema, Schema]:
    """Return both schemas with types and expressions in one spelling.

    Only what the text does not settle is put to the server, in one call of
    `Backend.answer`.
    """
    expected = _with_types(expected, backend.canonical_type)
    actual = _with_types(actual, backend.canonical_type)
    couples = tuple(_couples(expected, actual))
    differing = tuple(filter(_differ, couples))
    questions: dict[Question, None] = {}
    for couple in couples:
        questions.update(dict.fromkeys(_type_questions(couple, actual.traits)))
    for couple in differing:
        questions.update(dict.fromkeys(_questions(couple)))
    if not questions:
        return expected, actual
    answers = backend.answer(connection, questions)
    ours: dict[int, Table] = {}
    theirs: dict[int, Table] = {}
    for couple in differing:
        ours[id(couple.expected)] = _answered(couple, couple.expected, answers)
        theirs[id(couple.actual)] = _answered(couple, couple.actual, answers)
    for couple in couples:
        table = ours.get(id(couple.expected), couple.expected)
        ours[id(couple.expected)] = _same_types(table, couple, answers, actual.traits)
    return _replaced(expected, ours), _replaced(actual, theirs)


def _with_types(schema: Schema, canonical: Callable[[str], str]) -> Schema:
    names = {c.type for table in schema for c in table.columns}
    known = {name: canonical(name) for name in names}
    if all(name == spelled for name, spelled in known.items()):
        return schema
    return replace(
        schema,
        tables=tuple(
            replace(
                table,
                columns=tuple(
                    c if known[c.type] == c.type else c.retyped(known[c.type])
                    for c in table.columns
                ),
            )
            for table in schema
        ),
    )


def _replaced(schema: Schema, tables: Mapping[int, Table]) -> Schema:
    return replace(schema, tables=tuple(tables.get(id(t), t) for t in schema.tables))


def _couples(expected: Schema, actual: Schema) -> Iterator[_Couple]:
    fold = actual.traits.key
    for table in expected:
        found = actual.table(table.name, table.namespace)
        if found is None:
            continue
        there = {fold(column.name) for column in found.columns}
        lost = tuple(c for c in table.columns if fold(c.name) not in there)
        source = replace(found, columns=found.columns + lost) if lost else found
        # PostgreSQL alone tells Name from name, and then both have one type or the
        # texts differ anyway.
        types = {column.name.lower(): column.type for column in source.columns}
        yield _Couple(table, found, source, types, str(found.ref))


def _texts(table: Table) -> frozenset[tuple[Place, str]]:
    return frozenset((place, normal_text(e.sql)) for place, e in expressions_of(table))


def _differ(couple: _Couple) -> bool:
    """Return whether the texts alone leave anything open."""
    if couple.expected.partial:
        return False
    return not _texts(couple.expected) <= _texts(couple.actual)


def _questions(couple: _Couple) -> Iterator[Question]:
    for table in (couple.expected, couple.actual):
        for place, expression in expressions_of(table):
            if expression.problem is None:
                yield couple.question(place, expression)


def _differing_types(couple: _Couple, traits: Traits) -> Iterable[tuple[str, str, str]]:
    theirs = {traits.key(column.name): column for column in couple.actual.columns}
    for column in couple.expected.columns:
        found = theirs.get(traits.key(column.name))
        if found and column.type and found.type != column.type:
            yield column.name, column.type, found.type


def _type_question(couple: _Couple, name: str) -> Question:
    return Question(couple.source, couple.name, Role.TYPE, name)


def _type_questions(couple: _Couple, traits: Traits) -> Iterator[Question]:
    for _, ours, theirs in _differing_types(couple, traits):
        yield _type_question(couple, ours)
        yield _type_question(couple, theirs)


def _same_types(
    table: Table,
    couple: _Couple,
    answers: Mapping[Question, Answer],
    traits: Traits,
) -> Table:
    """Return the table with types that the server takes for the actual ones."""
    equal: dict[str, str] = {}
    for name, ours, theirs in _differing_types(couple, traits):
        one = answers[_type_question(couple, ours)].canonical
        if one is not None and one == answers[_type_question(couple, theirs)].canonical:
            equal[name] = theirs
    if not equal:
        return table
    return replace(
        table,
        columns=tuple(
            c.retyped(equal[c.name]) if c.name in equal else c for c in table.columns
        ),
    )


def _answered(
    couple: _Couple, table: Table, answers: Mapping[Question, Answer]
) -> Table:
    def change(place: Place, expression: Expression) -> Expression:
        if expression.problem is not None:
            return expression
        answer = answers[couple.question(place, expression)]
        return replace(expression, canonical=answer.canonical, problem=answer.problem)

    return change_expressions(table, change)
