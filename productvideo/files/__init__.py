"""Handing out stored films, posters and photos to whoever may see them."""
