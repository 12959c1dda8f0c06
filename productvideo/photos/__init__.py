"""What an uploaded picture must be, and what is made of it."""

from productvideo.photos.cleaning import CleanPhoto, PhotoError, clean_photo

__all__ = ["CleanPhoto", "PhotoError", "clean_photo"]
