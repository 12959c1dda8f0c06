"""Resource packs: units, for how long they last, and how many tasks they let run (kling-api §5.1, §7.1)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

_DAY_MS = 24 * 3600 * 1000


class PackType(StrEnum):
    """What the units of a pack pay for; those of one type never pay for another (§4.3)."""

    VIDEO = "video"
    IMAGE = "image"


class PackStatus(StrEnum):
    """Kling's words (§7.1)."""

    COMING = "toBeOnline"
    ONLINE = "online"
    EXPIRED = "expired"
    USED_UP = "runOut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """`days` count from the moment it begins, `starts_in` days after it was bought."""

    name: str
    units: Decimal
    parallel: int
    days: float = 365
    starts_in: float = 0
    type: PackType = PackType.VIDEO
    id: str = ""
    bought_ms: int = 0

    @property
    def begins_ms(self) -> int:
        return self.bought_ms + int(self.starts_in * _DAY_MS)

    @property
    def ends_ms(self) -> int:
        return self.begins_ms + int(self.days * _DAY_MS)

    def bought(self, at_ms: int, *, pack_id: str) -> "Pack":
        """Return the pack as the account has it from this moment on."""
        return replace(self, bought_ms=at_ms, id=pack_id)

    def lasts_at(self, moment_ms: int) -> bool:
        """Say whether it has begun and not ended."""
        return self.begins_ms <= moment_ms < self.ends_ms

    def status(self, moment_ms: int, *, left: Decimal) -> PackStatus:
        if moment_ms < self.begins_ms:
            return PackStatus.COMING
        if moment_ms >= self.ends_ms:
            return PackStatus.EXPIRED
        return PackStatus.ONLINE if left > 0 else PackStatus.USED_UP


def type_by_name(name: str) -> PackType:
    """Return what a pack is for by its name, which is in the pattern `Trial-Image-100Units-9Con-1Months`."""
    return PackType.IMAGE if "image" in name.lower() else PackType.VIDEO


def practice_pack(units: Decimal, parallel: int) -> Pack:
    """Return the one pack of an account that nothing else was told of."""
    return Pack(name=f"Practice-Video-{units:f}Units-{parallel}Con-12Months", units=units, parallel=parallel)


def for_videos(packs: Iterable[Pack]) -> list[Pack]:
    """Return the packs that pay for videos, in the order in which they do: the one that ends first is used first."""
    return sorted((pack for pack in packs if pack.type is PackType.VIDEO), key=lambda pack: pack.ends_ms)
