"""Names of tables, columns and objects that Django and the servers take."""

from __future__ import annotations

from hypothesis import strategies as st

_ODD = (
    "select",
    "Two Words",
    "CamelCase",
    "größe",
    "it's",
    "a.b",
    "semi;colon",
    "x); DROP TABLE users; --",
    "/* no comment */",
    "-- nor this",
    "back\\slash",
    "[bold]markup[/bold]",
    "{brace}",
    "$1",
    "?",
    ":name",
    "#hash",
    "tab\tand\nline",
    "\x1b[31mred",
    "日本語の列",
    "e\u0301 is two",
    "\u202eright to left",
    "sixty_three_bytes_and_more_" + "ö" * 30,
    "x" * 63,
)
# Django's own quote_name() escapes neither, and doubles no percent sign.
_NEVER = '"`%'


def names(vendor: str) -> st.SearchStrategy[str]:
    """Return odd names, none with the character that quotes names."""
    longest = 60 if vendor == "mysql" else 80
    letters = st.characters(
        codec="utf-8",
        # MariaDB keeps names in three bytes a character.
        max_codepoint=0xFFFF if vendor == "mysql" else None,
        exclude_categories=("Cs", "Cc", "Cn", "Co"),
        exclude_characters=_NEVER,
    )
    anything = st.text(letters, min_size=1, max_size=longest).map(str.strip)
    odd = st.sampled_from([name for name in _ODD if len(name) <= longest])
    others = st.sampled_from(
        {
            "mysql": ('dou"ble', "$dollar"),
            "sqlite": ("back`tick", "🐘"),
            "postgresql": ("back`tick", "🐘"),
        }[vendor]
    )
    return st.one_of(odd, others, anything.filter(bool))


_TEXTS = (
    "",
    "a",
    "it's",
    "100%",
    "a\\b",
    "ö🐘",
    "line\nbreak",
    "%s",
    "--",
    "NULL",
    "'",
)


def texts() -> st.SearchStrategy[str]:
    """Return values that defaults and conditions hold."""
    letters = st.characters(codec="utf-8", exclude_characters="\x00")
    return st.one_of(st.sampled_from(_TEXTS), st.text(letters, max_size=8))
