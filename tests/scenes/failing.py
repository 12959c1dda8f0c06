"""What the tests of the circuit share: how time passes for it, and the failures that open it."""

import json
from pathlib import Path

from productvideo.scenes import circuit, trouble


def pass_time(file: Path, *, seconds: float) -> None:
    state = json.loads(file.read_text())
    for name in ("failed_at", "until", "trying_until"):
        state[name] = max(0.0, state[name] - seconds)
    file.write_text(json.dumps(state))


def is_open() -> bool:
    return circuit.open_trouble() is not None


def fail_for_good() -> None:
    circuit.record(trouble.SLOW, waited=25.0)
