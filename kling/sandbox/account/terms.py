"""What an account has and how it is counted: set by options at the start, changed by HTTP while the sandbox runs."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kling.sandbox.account.cash import Cash
from kling.sandbox.account.packs import Pack


class WrongTermsError(ValueError):
    """Something that an account cannot have; the text can be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`lag`: seconds by which packs are told as they were, and not as they are. `per_model`: the parallel limit is
    counted model by model. `cash_parallel`: the limit where money pays and no pack is online."""

    packs: tuple[Pack, ...] = ()
    lag: float = 0
    per_model: bool = False
    cash: Cash | None = None
    cash_parallel: int = 5

    def with_packs(self, packs: Sequence[Pack], *, now_ms: int) -> "Terms":
        """Return these terms with other packs, bought now; one that was there under its name stays the same pack."""
        known = {pack.name: pack for pack in self.packs}
        return replace(self, packs=tuple(_renewed(pack, known.get(pack.name), now_ms) for pack in packs))


def pack_id(key: str) -> str:
    """Return 32 hexadecimal digits, as Kling's ids of packs are (§7.1)."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _renewed(pack: Pack, old: Pack | None, now_ms: int) -> Pack:
    if old is None:
        return pack.bought(now_ms, pack_id=pack_id(pack.name))
    is_as_long = (pack.days, pack.starts_in) == (old.days, old.starts_in)
    return pack.bought(old.bought_ms if is_as_long else now_ms, pack_id=old.id)
