"""`manage.py sweep_files`: by hand, what beat has done every night."""

import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from factories import make_photo, make_product

pytestmark = pytest.mark.django_db
NAME = f"photos/{'0' * 64}.jpg"


@pytest.fixture
def unowned(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    make_photo(make_product())
    path = tmp_path / NAME
    path.write_bytes(b"x")
    os.utime(path, (0, 0))
    return path


def said(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("sweep_files", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_it_names_what_it_removes(unowned: Path) -> None:
    assert said() == [NAME, "1 file that nobody owns was removed."]

    assert not unowned.exists()
    assert said() == ["0 files that nobody owns were removed."]


def test_a_dry_run_only_names_it(unowned: Path) -> None:
    assert said("--dry-run") == [NAME, "1 file that nobody owns would be removed."]

    assert unowned.exists()
