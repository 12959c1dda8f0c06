"""The library's page as a person reads it, and films to find there."""

import re

from django.test import Client
from django.urls import reverse
from factories import make_account, make_complete_video, make_persona, make_product, make_scene

from productvideo.models import ProductVideo


class Library:
    """The page as a person reads it: which titles it shows, in which order."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def html(self, query: str = "", page: str = "library") -> str:
        answer = self.client.get(f"{reverse(f'admin:productvideo_{page}')}?{query}")
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def titles(self, query: str = "", page: str = "library") -> list[str]:
        return re.findall(r"<strong>(.*?) · take", self.html(query, page))


def make_film(title: str, *, persona: str = "", product: str = "", simulated: bool = False) -> ProductVideo:
    """Return a finished video of a product and a persona with these names."""
    owner = make_persona(name=persona) if persona else make_persona()
    scene = make_scene(make_product(owner, **({"name": product} if product else {})), title=title, takes=1)
    account = make_account(host="sandbox", simulated=True) if simulated else make_account()
    return make_complete_video(scene, account=account)
