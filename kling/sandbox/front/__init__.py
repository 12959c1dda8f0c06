"""The sandbox over HTTP on the loopback address: Kling's paths, films by link, and `/sandbox/...` beside them."""
