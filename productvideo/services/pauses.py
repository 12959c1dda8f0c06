"""Ending a pause of sending: somebody has mended its reason at Kling, and need not wait for the next try."""

from __future__ import annotations

from productvideo import accounts


def try_again_now() -> bool:
    """Let the account in use try to send again at once; False if it was not paused.

    It buys nothing by itself: what waits is sent as it would have been later, once, or is refused again.
    """
    account = accounts.current_account()
    was_paused = account.end_pause()
    if was_paused:
        account.bring_list_forward()
    return was_paused
