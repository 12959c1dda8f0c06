"""The door for people: pages of our own for products, ordinary unfold pages for the rest."""

from productvideo.admin import dealings, log, people, personas, products, shares, storyboard, videos, visiting

__all__ = ["dealings", "log", "people", "personas", "products", "shares", "storyboard", "videos", "visiting"]
