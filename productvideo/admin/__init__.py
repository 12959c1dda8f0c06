"""The door for people: pages of our own for products, ordinary unfold pages for the rest."""

from productvideo.admin import dealings, people, personas, products, storyboard, videos, visiting

__all__ = ["dealings", "people", "personas", "products", "storyboard", "videos", "visiting"]
