"""A walk along the tokens of one statement."""

from __future__ import annotations

from django_schemaguard.backends.sqlite.tokens import (
    NotUnderstood,
    Token,
    closing,
    split,
    text_of,
    tokenize,
    without_parentheses,
)


class Cursor:
    """Takes tokens one after the other.

    Each method that takes raises NotUnderstood where something else stands.

    Attributes:
        position: Of the token that comes next.
    """

    def __init__(self, sql: str) -> None:
        self._tokens = tokenize(sql)
        self.position = 0

    @property
    def ended(self) -> bool:
        """Whether no token is left."""
        return self.position >= len(self._tokens)

    def at(self, *words: str, ahead: int = 0) -> bool:
        """Return whether one of these keywords or signs comes next."""
        position = self.position + ahead
        return position < len(self._tokens) and self._tokens[position].says(*words)

    def next(self) -> Token:
        """Take any token."""
        if self.ended:
            raise NotUnderstood("the statement ends early")
        self.position += 1
        return self._tokens[self.position - 1]

    def accept(self, word: str) -> bool:
        """Take the word if it comes next; return whether it did."""
        found = self.at(word)
        self.position += found
        return found

    def expect(self, word: str) -> None:
        """Take the word."""
        token = self.next()
        if not token.says(word):
            raise NotUnderstood(f"'{token.text}' instead of {word}")

    def name(self) -> str:
        """Take a name; return it unquoted."""
        token = self.next()
        if token.name is None:
            raise NotUnderstood(f"'{token.text}' instead of a name")
        return token.name

    def names(self) -> tuple[str, ...]:
        """Take a list of names in parentheses."""
        names = []
        for part in split(self.parenthesized()):
            if not part or part[0].name is None:
                raise NotUnderstood("a list of columns holds another thing")
            names.append(part[0].name)
        return tuple(names)

    def expression(self) -> str:
        """Take an expression in parentheses; return it without them."""
        return text_of(without_parentheses(self.parenthesized()))

    def parenthesized(self) -> tuple[Token, ...]:
        """Take what stands in parentheses; return it without them."""
        self.expect("(")
        opening = self.position - 1
        end = closing(self._tokens, opening)
        self.position = end + 1
        return self._tokens[opening + 1 : end]

    def since(self, position: int) -> str:
        """Return the text of the tokens taken since a position."""
        return text_of(self._tokens[position : self.position])
