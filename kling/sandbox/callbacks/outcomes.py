"""What can become of a delivery."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of a delivery, by the words of the books."""

    DELIVERED = "delivered"
    REFUSED = "refused"  # any answer but 2xx, a redirect too
    TIMED_OUT = "timed out"
    UNREACHABLE = "unreachable"
    LOST = "lost"  # on request
    OUTSIDE = "outside this machine"
    NO_ADDRESS = "no http address"


@dataclass(frozen=True, slots=True)
class Result:
    outcome: Outcome
    status: int | None = None  # of the answer
