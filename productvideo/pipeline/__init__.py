"""What a worker does to videos: submit, check, collect. Each does what is due now, may run anywhere, any number of
times at once, and returns how many videos it touched."""

from productvideo.pipeline.check import check
from productvideo.pipeline.collect import collect
from productvideo.pipeline.submit import submit

__all__ = ["check", "collect", "submit"]
