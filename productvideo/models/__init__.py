"""What the database remembers: products and their scenes, the videos, and our dealings with Kling."""

from productvideo.models.dealings import KlingAccount, Submission
from productvideo.models.storyboard import Photo, Product, Scene, Writing
from productvideo.models.video import ProductVideo, VideoEvent

__all__ = ["KlingAccount", "Photo", "Product", "ProductVideo", "Scene", "Submission", "VideoEvent", "Writing"]
