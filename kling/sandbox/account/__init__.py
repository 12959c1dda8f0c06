"""The account behind the credentials: its packs of units, its money, what was deducted, and how it tells of them."""
