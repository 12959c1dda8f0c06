"""What a worker does to videos: submit, check, collect, and tell who approved them. Each does what is due now, may
run anywhere, any number of times at once, and returns how many it touched. At night it sweeps the storage, too."""

from productvideo.pipeline.check import check
from productvideo.pipeline.collect import collect
from productvideo.pipeline.submit import submit
from productvideo.pipeline.sweep import sweep
from productvideo.pipeline.tell import tell

__all__ = ["check", "collect", "submit", "sweep", "tell"]
