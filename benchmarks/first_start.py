"""How long a person waits after `make run`: seconds to the first page and to three films, in a clone of its own."""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

from clones import Clone, status_of, wait_for  # noqa: E402

FILMS = "SELECT count(*) FROM productvideo_productvideo WHERE stage = 'complete'"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clone = Clone(Path(folder) / "clone")
        try:
            measure(clone)
        finally:
            clone.stop()


def measure(clone: Clone) -> None:
    began = time.monotonic()
    clone.start()
    wait_for(lambda: status_of(clone.address), seconds=120, what=lambda: clone.output)
    sys.stdout.write(f"first page after   {time.monotonic() - began:5.1f} s\n")
    wait_for(lambda: clone.ask(sql=FILMS) == [(3,)], seconds=240, what=lambda: clone.output)
    sys.stdout.write(f"three films after  {time.monotonic() - began:5.1f} s (12 to 25 s of them pretend to render)\n")
    began = time.monotonic()
    os.kill(clone.running.pid, signal.SIGTERM)
    clone.wait_until_gone()
    sys.stdout.write(f"all gone after     {time.monotonic() - began:5.1f} s\n")


if __name__ == "__main__":
    main()
