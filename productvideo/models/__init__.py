"""What the database remembers: products and their scenes, the videos, who may see them, our dealings with Kling."""

from productvideo.models.audit import AuditEntry
from productvideo.models.dealings import KlingAccount, Submission
from productvideo.models.event import VideoEvent
from productvideo.models.heartbeat import Heartbeat
from productvideo.models.share import Share
from productvideo.models.storyboard import Photo, Product, Scene, Writing
from productvideo.models.video import ProductVideo
from productvideo.models.visit import Visit

__all__ = [
    "AuditEntry",
    "Heartbeat",
    "KlingAccount",
    "Photo",
    "Product",
    "ProductVideo",
    "Scene",
    "Share",
    "Submission",
    "VideoEvent",
    "Visit",
    "Writing",
]
