"""The legacy API, `/v1/videos/…`: flat bodies, lists per product, `succeed` (kling-api §3)."""
