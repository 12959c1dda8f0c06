"""`.env.example` and the settings tell the same story."""

import ast
import re
from itertools import pairwise
from pathlib import Path

from config.clone import BASE_DIR

READERS = {"str", "int", "bool", "float", "list", "url", "read_number", "read_switch", "read_address"}


def read_variables() -> set[str]:
    """The names that settings.py reads: the first argument of every reading call."""
    calls = [node for node in ast.walk(ast.parse(_text("config/settings.py"))) if isinstance(node, ast.Call)]
    first = [(call.func, call.args[0]) for call in calls if call.args]
    return {
        str(argument.value)
        for function, argument in first
        if isinstance(argument, ast.Constant)
        and (function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")) in READERS
        and re.fullmatch("[A-Z][A-Z_]+", str(argument.value))
    }


def explained_variables() -> dict[str, str]:
    """The names in .env.example, each with the comment line above it."""
    lines = _text(".env.example").splitlines()
    return {
        line.partition("=")[0]: above for above, line in pairwise(lines) if "=" in line and not line.startswith("#")
    }


def _text(name: str) -> str:
    return (Path(BASE_DIR) / name).read_text()


def test_env_example_names_every_variable_that_is_read_and_no_other():
    assert set(explained_variables()) == read_variables()


def test_every_variable_has_its_sentence():
    without = [name for name, above in explained_variables().items() if not re.match(r"# .+\.$", above)]

    assert without == []


def test_only_the_settings_read_the_environment():
    sources = [
        path for app in ("config", "kling", "personas", "productvideo") for path in (BASE_DIR / app).rglob("*.py")
    ]

    reading = {
        path.relative_to(BASE_DIR).as_posix()
        for path in sources
        if re.search(r"os\.environ(\.get\(|\[)|os\.getenv\(", path.read_text())
    }

    assert reading == set()
