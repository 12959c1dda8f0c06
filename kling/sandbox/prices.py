"""How Kling writes what something cost."""

from decimal import Decimal


def amount_text(amount: Decimal) -> str:
    """Return an amount as Kling writes it: as few decimals as possible."""
    return f"{amount.normalize():f}"
