from __future__ import annotations

import pytest

from django_schemaguard.core.command_lines import completed


@pytest.mark.parametrize(
    ("words", "full"),
    [
        ("schemaguard rollback 2", "schemaguard rollback 2 --database other"),
        ("schemaguard resume --rerun", "schemaguard resume --rerun --database other"),
        ("migrate --fake shop 0002", "migrate --fake shop 0002 --database other"),
        ("sqlmigrate shop 0002", "sqlmigrate shop 0002 --database other"),
        ("makemigrations shop", "makemigrations shop"),
        ("schemaguard sync --from a --to b", "schemaguard sync --from a --to b"),
        ("schemaguard validate --database x", "schemaguard validate --database x"),
    ],
)
def test_a_command_names_its_database(words: str, full: str) -> None:
    text = completed(f"Run 'manage.py {words}' to do it; see 'other'.", "other")
    assert text == f"Run 'manage.py {full}' to do it; see 'other'."
    assert completed(text, "other") == text


@pytest.mark.parametrize(
    ("words", "schemas", "full"),
    [
        ("schemaguard rollback 3", ("t_2",), "schemaguard rollback 3 --schema t_2"),
        ("schemaguard auto_fix", ("t_2",), "schemaguard auto_fix --schemas t_2"),
        ("schemaguard auto_fix", ("t_*",), 'schemaguard auto_fix --schemas "t_*"'),
        ("schemaguard history", ("t_*",), "schemaguard history"),
        ("migrate shop", ("t_2",), "schemaguard migrate shop --schemas t_2"),
        ("schemaguard ledger install", ("t_2",), "schemaguard ledger install"),
    ],
)
def test_a_command_names_its_schemas(
    words: str, schemas: tuple[str, ...], full: str
) -> None:
    text = completed(f"Run 'manage.py {words}'.", "default", schemas)
    assert text == f"Run 'manage.py {full}'."
    assert completed(text, "default", schemas) == text


def test_the_default_database_is_not_named() -> None:
    text = "Run 'manage.py schemaguard auto_fix'."
    assert completed(text, "default") == text
