"""`make run` with callbacks switched on: the practice Kling calls the run itself, and its calls are taken."""

import json
import urllib.request
from typing import Any

import pytest
from clones import Clone, wait_for

pytestmark = pytest.mark.journey

SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="
STAGES = "SELECT stage FROM productvideo_productvideo"


def callbacks(clone: Clone) -> list[dict[str, Any]]:
    port = json.loads((clone.folder / "var" / "ports.json").read_text())["sandbox"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/sandbox/callbacks", timeout=10) as answer:
        return list(json.load(answer))


@pytest.mark.parametrize("secret", ["", SECRET])
def test_with_nothing_but_the_switch_callbacks_come_and_are_taken(clone: Clone, secret: str) -> None:
    (clone.folder / ".env").write_text(f"KLING_CALLBACKS=true\nPUBLIC_URL=\nKLING_WEBHOOK_SECRET={secret}\n")
    clone.start("--render-seconds", "1", "3")
    clone.wait_until_ready()

    wait_for(
        lambda: [stage for (stage,) in clone.ask(sql=STAGES)] == ["complete"] * 3,
        seconds=90,
        what=lambda: f"{clone.ask(sql=STAGES)}\n{clone.output}",
    )

    noted = wait_for(lambda: len(found := callbacks(clone)) == 6 and found, seconds=20, what=lambda: clone.output)
    assert {(each["origin"], each["outcome"]) for each in noted} == {(clone.address, "delivered")}
    assert sorted(each["status"] for each in noted) == ["processing"] * 3 + ["succeed"] * 3
    ((called_at,),) = clone.ask(sql="SELECT called_back_at FROM productvideo_klingaccount")
    assert called_at
    books = clone.sandbox_books()
    assert (books["made"], books["paid_twice"]) == (3, 0)
    assert "PUBLIC_URL is empty" not in clone.output
    assert "/webhooks/kling/" not in clone.output.replace("/webhooks/kling/***/", "")
