"""Everything that the documents name exists."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import resolve

from productvideo.models import ProductVideo

ROOT = Path(__file__).resolve().parent.parent
SPECIFICATION = (ROOT / "docs" / "specification.md").read_text()
ROWS = [line for line in SPECIFICATION.splitlines() if line.startswith("| ") and "---" not in line][1:]
NAMED = sorted(set(re.findall(r"`([^`]+)`", "\n".join(row.split("|", 2)[2] for row in ROWS))))


@pytest.mark.parametrize("name", NAMED)
def test_each_thing_that_the_specification_names_exists(name: str) -> None:
    if "::" in name:
        path, test = name.split("::")
        tree = ast.parse((ROOT / path).read_text())
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    elif name.startswith("manage.py "):
        assert name.removeprefix("manage.py ") in get_commands()
    elif "/" in name and (address := re.match(r"(?:GET |POST )?(/\S*)", name)):
        as_written = address[1]
        number = "01234567-89ab-cdef-0123-456789abcdef" if "/videos/{id}" in as_written else "1"
        assert resolve(as_written.replace("{id}", number)).url_name != "nowhere"
    elif name in ("submit", "check", "collect"):
        assert f"def {name}(" in (ROOT / "productvideo" / "tasks.py").read_text()
    elif name != "detail" and not name.startswith("celery "):
        assert (ROOT / name).exists()


def test_each_test_that_the_failure_table_names_exists() -> None:
    named = re.findall(r"`(tests/[^`]+?)(?:::([^`]+))?`", (ROOT / "docs" / "reliability.md").read_text())

    assert len(named) > 50
    missing = [(path, test) for path, test in named if not _is_there(path, test)]
    assert missing == []


def _is_there(path: str, test: str) -> bool:
    return (ROOT / path).is_dir() or f"def {test or 'test_'}" in (ROOT / path).read_text()


def test_every_row_of_the_specification_names_a_module_and_a_test() -> None:
    without = [row for row in ROWS if "::" not in row or not re.search(r"`[\w/]+\.(py|md)`", row)]

    assert len(ROWS) >= 25
    assert without == []


def test_product_video_has_the_columns_that_were_asked_for() -> None:
    names = {field.name for field in ProductVideo._meta.get_fields()}

    asked = {"id", "persona", "title", "description", "prompt", "url", "thumbnail_url", "task_id", "status"}
    assert asked | {"created_at", "updated_at"} <= names


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", *(p.name for p in (ROOT / "docs").glob("*.md"))])
def test_every_link_between_our_pages_leads_somewhere(page: str) -> None:
    path = ROOT / page if (ROOT / page).exists() else ROOT / "docs" / page

    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        assert target.startswith("https://") or (path.parent / target).exists(), target
