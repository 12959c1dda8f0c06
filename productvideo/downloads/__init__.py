"""Kling's file -> ours: streamed, bounded, and never from a private network unless a setting allows it."""

from productvideo.downloads.streaming import Download, DownloadError, TakenOverError, download

__all__ = ["Download", "DownloadError", "TakenOverError", "download"]
