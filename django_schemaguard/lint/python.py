"""What the Python code of a migration uses, read from its source."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import resolve_name
from typing import Any, TypeAlias

from django.db.models import Model

from django_schemaguard.lint.live import Unknown

Code: TypeAlias = "Callable[..., object] | partial[object]"


def models_used(code: Code) -> tuple[str, ...]:
    """Return the models of the live code that a function uses, each once.

    Functions of the same module that it calls are looked into.

    Raises:
        Unknown: There is no source.
    """
    found: dict[str, None] = {}
    for function, tree in _functions(code):
        scope = function.__globals__ | _imported(function, tree)
        for name in sorted(_names(tree)):
            if _is_live(scope.get(name)):
                found[name] = None
    return tuple(found)


def unbatched(code: Code) -> tuple[str, ...]:
    """Return how a function changes or loads all rows of a model at once.

    Raises:
        Unknown: There is no source.
    """
    found: dict[str, None] = {}
    for _, tree in _functions(code):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _on_all(node, {"update", "delete"}):
                called: Any = node.func
                found[f"calls {called.attr}() on all rows of a model"] = None
            elif isinstance(node, ast.For) and _is_all(node.iter) and _saves(node):
                found["loads all rows of a model to save them one by one"] = None
    return tuple(found)


def _names(tree: ast.AST) -> set[str]:
    """Return the names that are read, and not given a value, in a function."""
    nodes = list(ast.walk(tree))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    return {node.id for node in names} - own


def _functions(code: Code) -> Iterator[tuple[Any, ast.AST]]:
    """Yield a function and those of its module that it calls, with their trees."""
    start = code.func if isinstance(code, partial) else code
    waiting, seen = [inspect.unwrap(start)], set[int]()
    while waiting:
        function: Any = waiting.pop()
        if id(function) in seen or not inspect.isfunction(function):
            continue
        seen.add(id(function))
        tree = _tree(function)
        yield function, tree
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                other = function.__globals__.get(node.func.id)
                if getattr(other, "__module__", None) == function.__module__:
                    waiting.append(other)


def _tree(function: Any) -> ast.AST:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError) as error:
        raise Unknown("the source of its Python code cannot be read") from error


def _imported(function: Any, tree: ast.AST) -> dict[str, object]:
    """Return what a function itself imports, as far as it is loaded."""
    found: dict[str, object] = {}
    package = function.__globals__.get("__package__") or ""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            name = "." * node.level + (node.module or "")
            try:
                module = sys.modules.get(resolve_name(name, package))
            except ImportError:  # Beyond the top: it fails when it runs.
                continue
            for each in node.names:
                found[each.asname or each.name] = getattr(module, each.name, None)
    return found


def _is_live(thing: object) -> bool:
    return (
        inspect.isclass(thing)
        and issubclass(thing, Model)
        and not thing._meta.abstract  # noqa: SLF001
        and thing.__module__ != "__fake__"
    )


def _is_manager(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in {
        "objects",
        "_default_manager",
        "_base_manager",
    }


def _is_all(node: ast.AST) -> bool:
    """Return whether an expression is `Model.objects.all()`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (node.func.attr == "all" and _is_manager(_without_alias(node.func.value)))
            or (node.func.attr == "using" and _is_manager(node.func.value))
        )
    )


def _without_alias(node: ast.AST) -> ast.AST:
    """Return what `.using(alias)` is called on, if it is."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"using", "db_manager"}
    ):
        return node.func.value
    return node


def _on_all(node: ast.Call, names: set[str]) -> bool:
    called = node.func
    if not isinstance(called, ast.Attribute) or called.attr not in names:
        return False
    return _is_manager(_without_alias(called.value)) or _is_all(called.value)


def _saves(loop: ast.For) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "save"
        for node in ast.walk(loop)
    )
