"""How the camera moves: read from a prompt, and as a path over the photo."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class Move(StrEnum):
    GENTLE = "gentle"  # a small push-in, when the prompt names no move
    PUSH_IN = "push-in"
    PULL_BACK = "pull-back"
    PAN_LEFT = "pan-left"
    PAN_RIGHT = "pan-right"
    TILT_UP = "tilt-up"
    TILT_DOWN = "tilt-down"
    TRACK_LEFT = "track-left"
    TRACK_RIGHT = "track-right"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the camera sees: its middle and its size, in parts of the photo."""

    x: float = 0.5
    y: float = 0.5
    size: float = 1.0


# Every view holds the middle three quarters of the photo, so that the product never leaves the picture.
PATHS: dict[Move, tuple[View, View]] = {
    Move.GENTLE: (View(), View(size=0.93)),
    Move.PUSH_IN: (View(), View(size=0.86)),
    Move.PULL_BACK: (View(size=0.86), View()),
    Move.PAN_LEFT: (View(x=0.56, size=0.88), View(x=0.44, size=0.88)),
    Move.PAN_RIGHT: (View(x=0.44, size=0.88), View(x=0.56, size=0.88)),
    Move.TILT_UP: (View(y=0.56, size=0.88), View(y=0.44, size=0.88)),
    Move.TILT_DOWN: (View(y=0.44, size=0.88), View(y=0.56, size=0.88)),
    Move.TRACK_LEFT: (View(x=0.54, size=0.92), View(x=0.44, size=0.87)),
    Move.TRACK_RIGHT: (View(x=0.46, size=0.92), View(x=0.56, size=0.87)),
}


class _Kind(StrEnum):
    IN = "in"
    BACK = "back"
    PAN = "pan"
    TILT = "tilt"
    TRACK = "track"


# Words that stand between a verb and its direction and mean nothing here: "pushes slowly and steadily in".
_FILLER = re.compile(r"\b(?:(?!dolly\b)\w+ly|and|an?|the|very|so|just|ever|steady|slow|smooth|gentle|subtle)\b")
_STEERING = re.compile(r"\[[^\]]*\]")  # whatever is in square brackets is not for the camera
_GO = r"\b(?:mov|glid|drift|creep|inch|eas|float|edg|travel|sweep|fl[yi]|com|go)\w*"
_NEAR = r"(?:in|into|forward|forwards|toward|towards|closer|nearer)\b"
_FAR = r"(?:back|backward|backwards|out|away)\b"
_SIDE = r"(?:to )?(?:left|right|sideways|along|alongside|past|across|around|from left|from right)\b"

# Sure signs of a move anywhere in a prompt. "Pan" and "tilt" alone are not: a frying pan, a tilted lid.
_SURE = {
    _Kind.IN: rf"\b(?:push|zoom|doll)\w* {_NEAR}|\b(?:push|zoom|doll)ing\b|\bcrash zoom|{_GO} closer\b",
    _Kind.BACK: rf"\b(?:pull|zoom|doll|back|draw)\w* (?:{_FAR})",
    _Kind.PAN: r"\bpanning\b|\bpans? (?:to )?(?:left|right|across|over|shot|from|up|down)\b|\bcamera pan",
    _Kind.TILT: r"\btilt(?:s|ing)? (?:up|down|upward|downward|shot|from)|\bcrane (?:up|down|shot)|\bcamera tilt",
    _Kind.TRACK: r"\btracking\b|\bcamera track|\btracks? (?:to )?(?:left|right|along)\b|\b(?:truck|orbit)(?:s|ing)\b",
}
# What the same words and plainer ones mean when it is the camera that does it.
_CAMERA = {
    _Kind.IN: rf"\b(?:push|zoom|doll)\w*\b(?! {_FAR})|{_GO} {_NEAR}|\bapproach\w*|\bclos(?:es|ing) in\b",
    _Kind.BACK: rf"\b(?:pull|zoom|doll|back|draw)\w* {_FAR}|{_GO} {_FAR}|\bpull\w*|\b(?:retreat|withdraw|reced)\w*",
    _Kind.PAN: r"\bpan(?:s|ned|ning)?\b",
    _Kind.TILT: rf"\btilt\w*|\bcran(?:es?|ing)\b|\bris(?:es?|ing)\b|\bdescend\w*|{_GO} (?:up|down)",
    _Kind.TRACK: rf"\btrack\w*|\btruck\w*|\borbit\w*|\barc(?:s|ing)?\b|\bcircl\w+|\bslid\w+|{_GO} {_SIDE}",
}
_LOCKED = re.compile(r"\b(?:lock\w*|static|still|fixed|motionless|stationary)\b")
_TO_LEFT = re.compile(r"right to left|from right|\bleft(?! to)")
_TO_RIGHT = re.compile(r"left to right|from left|\bright(?! to)")
_UP = re.compile(r"from (?:base|bottom|below|foot)|bottom to top|\bup(?:ward|wards)?\b|\bris")
_DOWN = re.compile(r"from (?:top|above)|top to bottom|\bdown(?:ward|wards)?\b|\bdescend|\blower")


def read_move(prompt: str) -> Move:
    """Return the move that the prompt asks the camera for; what the product does is not the camera's."""
    text = _plain(prompt)
    for sentence in (part for part in re.split(r"[.;!?\n]", text) if "camera" in part):
        told = sentence[sentence.index("camera") :]
        if (move := _first_move(told, _CAMERA)) or (move := _first_move(sentence, _SURE)):
            return move
        if _LOCKED.search(told):
            return Move.GENTLE
    return _first_move(text, _SURE) or Move.GENTLE


def _plain(prompt: str) -> str:
    words = _STEERING.sub(" ", prompt.lower()).replace("-", " ").replace(",", " ")
    return re.sub(r"[ \t]+", " ", _FILLER.sub(" ", words))


def _first_move(text: str, signs: dict[_Kind, str]) -> Move | None:
    found = [(match.start(), kind) for kind, sign in signs.items() if (match := re.search(sign, text))]
    if not found:
        return None
    start, kind = min(found)
    return _directed(kind, text[start : start + 80])


def _directed(kind: _Kind, words: str) -> Move:
    match kind:
        case _Kind.IN:
            return Move.PUSH_IN
        case _Kind.BACK:
            return Move.PULL_BACK
        case _Kind.TRACK:
            return Move.TRACK_LEFT if _comes_first(_TO_LEFT, _TO_RIGHT, words) else Move.TRACK_RIGHT
        case _Kind.PAN if not re.search(r"\b(?:left|right)\b", words) and re.search(r"\b(?:up|down)", words):
            return Move.TILT_DOWN if _comes_first(_DOWN, _UP, words) else Move.TILT_UP
        case _Kind.PAN:
            return Move.PAN_LEFT if _comes_first(_TO_LEFT, _TO_RIGHT, words) else Move.PAN_RIGHT
        case _Kind.TILT:
            return Move.TILT_DOWN if _comes_first(_DOWN, _UP, words) else Move.TILT_UP
        case _:
            assert_never(kind)


def _comes_first(one: re.Pattern[str], other: re.Pattern[str], words: str) -> bool:
    ours, theirs = one.search(words), other.search(words)
    return ours is not None and (theirs is None or ours.start() < theirs.start())
