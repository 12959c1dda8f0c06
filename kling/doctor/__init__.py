"""What `check_kling` looks at, each part in a module of its own; nothing here can spend anything.

What Kling is asked is in `kling.probe`, and is free.
"""

from kling.doctor.checkup import examine
from kling.doctor.findings import Check

__all__ = ["Check", "examine"]
