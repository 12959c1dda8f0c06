"""Comparing with Kling: our rows and our ledger beside Kling's own list, both ways.

Everything is read first, then compared, and only then mended, one difference after the other, by the moves that the
workers use too. So it can run at any time, beside workers and beside itself; and it never sends an order.
"""

from productvideo.reconcile.comparing import Comparison, compare
from productvideo.reconcile.findings import Finding, Kind, Verdict
from productvideo.reconcile.reading import NotComparableError

__all__ = ["Comparison", "Finding", "Kind", "NotComparableError", "Verdict", "compare"]
