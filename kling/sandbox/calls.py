"""The calls of Kling's that the sandbox answers, told apart by method and path."""

from enum import StrEnum


class Call(StrEnum):
    """A call, by the name under which the books count it."""

    CREATE = "creates"
    LIST = "list reads"
    LOOK_UP = "look-ups"
    COSTS = "cost reads"


READS = (Call.LIST, Call.LOOK_UP, Call.COSTS)


def read_call(method: str, parts: list[str]) -> Call | None:
    """Return which call this is; None for everything else, wrong methods too."""
    match method, parts:
        case "POST", ["v1", "videos", "image2video"]:
            return Call.CREATE
        case "GET", ["v1", "videos", "image2video"]:
            return Call.LIST
        case "GET", ["v1", "videos", "image2video", _]:
            return Call.LOOK_UP
        case "GET", ["account", "costs"]:
            return Call.COSTS
        case _:
            return None


def is_path(parts: list[str]) -> bool:
    """Say whether Kling has this path, for some method."""
    return any(read_call(method, parts) for method in ("GET", "POST"))
