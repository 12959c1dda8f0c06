"""People who approve while everything breaks: little by little, twice at once, and again whenever no answer came."""

import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Answer = tuple[int, dict[str, Any]]
NO_ANSWER = 0
AT_ONCE = 3
PATIENCE = 1.0  # seconds until somebody who got no answer tries again


class Customers(threading.Thread):
    """Asks for every scene of every product once, by the API, however often that takes."""

    def __init__(self, *, address: str, token: str, products: list[str], seconds: float, seed: int) -> None:
        super().__init__(daemon=True)
        self.address, self.token = address, token
        self.waiting = {product: number * seconds / len(products) for number, product in enumerate(products)}
        self.chance = random.Random(seed)
        self.bought: dict[str, frozenset[str]] = {}  # what an answer has promised, by product
        self.sold: set[str] = set()  # products with a 201
        self.answers: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.storm_is_over = threading.Event()
        self.told_to_stop = threading.Event()

    def run(self) -> None:
        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as hands:
            while not self.told_to_stop.wait(0.2) and (self.waiting or not self.storm_is_over.is_set()):
                due = [product for product, at in self.waiting.items() if at <= time.monotonic() - began]
                for product in due[:1] or self._somebody_again():
                    self._ask(product, hands)

    @property
    def is_served(self) -> bool:
        return not self.waiting

    def _somebody_again(self) -> list[str]:
        """A request that was answered comes again now and then: the person did not see the answer."""
        if not self.bought or self.chance.random() > 0.2:
            return []
        return [self.chance.choice(list(self.bought))]

    def _ask(self, product: str, hands: ThreadPoolExecutor) -> None:
        times = self.chance.choice([1, 2, AT_ONCE])
        answers = list(hands.map(self._post, [product] * times))
        if max(answers, key=lambda answer: answer[0])[0] in (NO_ANSWER, 500):
            self.told_to_stop.wait(PATIENCE)
        for status, body in answers:
            self.answers[f"HTTP {status}" if status else "no answer"] += 1
            if status in (201, 409) and body.get("videos"):
                self._remember(product, frozenset(video["id"] for video in body["videos"]), is_new=status == 201)

    def _remember(self, product: str, videos: frozenset[str], *, is_new: bool) -> None:
        self.waiting.pop(product, None)
        known = self.bought.setdefault(product, videos)
        if known != videos:
            self.complaints.append(f"Product {product} was sold as {sorted(known)} and then as {sorted(videos)}.")
        if is_new and product in self.sold:
            self.complaints.append(f"Product {product} was sold twice.")
        if is_new:
            self.sold.add(product)

    def _post(self, product: str) -> Answer:
        request = urllib.request.Request(
            f"{self.address}/api/products/{product}/videos/",
            data=b"{}",
            headers={"Authorization": f"Token {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, dict(json.load(answer))
        except urllib.error.HTTPError as refusal:
            return refusal.code, _body_of(refusal)
        except (OSError, ValueError):
            return NO_ANSWER, {}


def _body_of(refusal: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        return dict(json.load(refusal))
    except (OSError, ValueError):
        return {}
