"""What an uploaded picture must be, what is made of it, and the shape that it is brought to."""

from productvideo.photos.cleaning import CleanPhoto, PhotoError, clean_photo
from productvideo.photos.shaping import AS_IT_IS, Fill, Framing, shape_photo

__all__ = ["AS_IT_IS", "CleanPhoto", "Fill", "Framing", "PhotoError", "clean_photo", "shape_photo"]
