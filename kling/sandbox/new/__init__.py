"""The new API, `/{product}/{model}` and `/tasks`: API keys only, cursors, `succeeded` (kling-api §3N)."""
