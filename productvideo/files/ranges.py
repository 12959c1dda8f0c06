"""Which bytes of a file a request asks for: single Range requests of HTTP (RFC 9110 §14)."""

import re
from dataclasses import dataclass

SINGLE_RANGE = re.compile(r"\s*bytes\s*=\s*([0-9]*)-([0-9]*)\s*", re.IGNORECASE)
SEVERAL_RANGES = re.compile(r"\s*bytes\s*=\s*[0-9]*-[0-9]*(\s*,\s*[0-9]*-[0-9]*)+\s*", re.IGNORECASE)


class UnsatisfiableRangeError(ValueError):
    """No byte of the file answers this Range header, or nobody can read it: 416."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """`length` bytes from `start`."""

    start: int
    length: int

    @property
    def last(self) -> int:
        return self.start + self.length - 1


def wanted_range(header: str, *, size: int) -> ByteRange | None:
    """Read a Range header for a file of `size` bytes; None means the whole file.

    Several ranges at once are answered with the whole file, as RFC 9110 allows: no player asks for them. A header
    that cannot be read is refused like one outside of the file, so that a wrong request is noticed.
    """
    if not header or SEVERAL_RANGES.fullmatch(header):
        return None
    found = SINGLE_RANGE.fullmatch(header)
    if not found or found.groups() == ("", ""):
        raise UnsatisfiableRangeError
    return _from_numbers(*(_number(text) for text in found.groups()), size=size)


def _from_numbers(first: int | None, last: int | None, *, size: int) -> ByteRange:
    if first is None:  # "-n": the last n bytes
        length = min(last or 0, size)
        start = size - length
    else:
        start = first
        length = (size - 1 if last is None else min(last, size - 1)) - start + 1
    if length <= 0:
        raise UnsatisfiableRangeError
    return ByteRange(start=start, length=length)


def _number(text: str) -> int | None:
    # int() refuses thousands of digits; twenty are more than any file has bytes.
    return int(text.lstrip("0")[:20] or "0") if text else None
