"""The library stands alone: without the application around it, on any system, with its types."""

import subprocess
import sys
from pathlib import Path

import kling

ROOT = Path(kling.__file__).parent.parent


def said_by(code: str) -> str:
    """Return what a fresh Python prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_it_brings_nothing_of_the_application_along() -> None:
    others = {"django", "rest_framework", "celery", "av", "PIL", "config", "productvideo", "personas", "kling.sandbox"}

    assert said_by(f"import sys, kling; print({others} & set(sys.modules))") == "set()"


def test_it_works_where_there_are_no_clocks_of_unix() -> None:
    without = "import time; [delattr(time, name) for name in dir(time) if name.startswith(('CLOCK_', 'clock_'))]"

    assert said_by(f"{without}; import kling; print(59 < kling.Deadline(60).remaining() <= 60)") == "True"


def test_its_types_reach_whoever_installs_it() -> None:
    assert (ROOT / "kling" / "py.typed").is_file()
