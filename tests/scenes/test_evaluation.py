"""`make eval-scenes`: what it asks, what it prints, and when it fails."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from loopback import Deed, answering, http_answer, loopback
from openai_double import completion, scene

ROOT = Path(settings.BASE_DIR)
ANSWERS = ROOT / "benchmarks" / "scenes" / "answers"
NO_KEY = "writer not evaluated: no key"
RULES = (
    *("one_move", "same_shot", "risky_move", "quoted_text", "editing_verb", "claim", "avoided_word", "seconds"),
    *("keywords", "length", "negation", "negative_list", "reference_token", "control_characters"),
)


def evaluate(*arguments: str, key: str = "", **environment: str) -> tuple[int, str]:
    """Run the evaluation, with no more of an environment than is given."""
    process = subprocess.run(
        [sys.executable, "benchmarks/eval_scenes.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "OPENAI_API_KEY": key, "OPENAI_MODEL": "gpt-test", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in process.stderr, process.stderr
    return process.returncode, process.stdout


def few_answers(folder: Path) -> Path:
    """Two of the committed answers, so that what is printed after them comes soon."""
    for name in ("good-espresso-cup.json", "bad-refusal.json"):
        shutil.copy(ANSWERS / name, folder / name)
    return folder


def good_answer(line: socket.socket) -> None:
    body = completion({"scenes": [scene(0), scene(1), scene(2)]})
    body["usage"] = {"prompt_tokens": 1000, "completion_tokens": 400, "total_tokens": 1400}
    line.sendall(http_answer(body))


# The set.


def test_the_set_has_every_kind_of_product_and_of_description() -> None:
    products = tomllib.loads((ROOT / "benchmarks" / "scenes" / "products.toml").read_text())["products"]
    traits = {"as usual", "short", "long", "hostile", "not English"}

    assert len(products) >= 27
    assert {product["kind"] for product in products} == {"food", "fashion", "tech", "beauty", "tools", "furniture"}
    assert len({product["code"] for product in products}) == len(products)
    assert set(Counter((product["kind"], product["trait"]) for product in products).values()) == {1}
    assert {product["trait"] for product in products} == traits
    assert all(len(product["description"]) > 900 for product in products if product["trait"] == "long")


def test_the_answers_break_every_rule_and_name_it() -> None:
    answers = [json.loads(path.read_text()) for path in ANSWERS.glob("*.json")]
    broken = Counter(answer["breaks"] for answer in answers if "breaks" in answer)

    assert sum("breaks" not in answer for answer in answers) >= 8
    assert broken.total() >= 24
    assert set(RULES) <= set(broken)


# Without a key.


def test_without_a_key_linter_and_assembly_are_scored_and_the_writer_is_not() -> None:
    code, said = evaluate()

    assert code == 0, said
    assert said.splitlines()[-1] == NO_KEY
    assert "none misjudged" in said
    for rule in RULES:
        row = re.search(rf"^{rule} +(\d+) of \1 +100% +(\d+) of \2 +(\d+) of \3 +100%$", said, re.MULTILINE)
        assert row and int(row[2]) >= 1, said
    assert "language model" not in said and "cost" not in said


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("good-espresso-cup.json", {"breaks": "claim"}, "claim was not found, but nothing"),
        ("bad-seconds-digits.json", {"breaks": ""}, "it is good, but seconds was found"),
        ("bad-refusal.json", {"breaks": "cut_short"}, "cut_short was not found, but refusal"),
    ],
)
def test_a_misjudged_answer_is_named_and_fails(tmp_path: Path, name: str, changes: dict, words: str) -> None:
    answer = json.loads((ANSWERS / name).read_text()) | changes
    (tmp_path / name).write_text(json.dumps(answer))

    code, said = evaluate("--answers", str(tmp_path))

    assert code == 1
    assert f"misjudged: {name}: {words}" in said


# With a key.


def test_with_a_key_each_product_is_written_for_and_scored(tmp_path: Path) -> None:
    prices = {"OPENAI_INPUT_PRICE": "0.75", "OPENAI_OUTPUT_PRICE": "4.50", "KLING_CURRENCY": "EUR"}
    with loopback(good_answer) as openai:
        code, said = evaluate(
            *("--answers", str(few_answers(tmp_path))), key="sk-test", OPENAI_BASE_URL=openai.base_url, **prices
        )

    calls = len(openai.requests)
    assert code == 0, said
    assert calls >= 30
    assert "language model    stand-in-1" in said
    assert re.search(r"prompt template   \S+", said)
    assert "90 written, 0 default scenes" in said
    assert f"calls             {calls}\n" in said
    assert f"tokens            {calls * 1000} in, {calls * 400} out" in said
    assert f"cost              {calls * (1000 * 0.75 + 400 * 4.5) / 1e6:.4f} EUR" in said
    for rule in RULES:
        assert re.search(rf"^{rule} +\d+ of \d+ +\d+% +90 of 90 +100%$", said, re.MULTILINE), said
    assert NO_KEY not in said


def test_without_prices_the_cost_is_unknown_and_fewer_products_can_be_asked_for(tmp_path: Path) -> None:
    with loopback(good_answer) as openai:
        code, said = evaluate(
            *("--answers", str(few_answers(tmp_path)), "--most", "2"), key="sk-test", OPENAI_BASE_URL=openai.base_url
        )

    assert (code, len(openai.requests)) == (0, 2)
    assert "cost              unknown: OPENAI_INPUT_PRICE and OPENAI_OUTPUT_PRICE are not set" in said


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, "invalid_api_key", "OpenAI refused the API key"),
        (429, "insufficient_quota", "no credit left"),
        (404, "model_not_found", "OPENAI_MODEL"),
    ],
)
def test_what_every_product_would_meet_stops_it_with_a_sentence(
    tmp_path: Path, status: int, error: str, words: str
) -> None:
    refuse = answering(http_answer({"error": {"message": "no", "code": error}}, status=status))

    code, said, asked = against(refuse, tmp_path)

    assert (code, asked) == (1, 1)
    assert "stopped after 1 of 30 products: " in said.splitlines()[-1] and words in said.splitlines()[-1]
    assert "sk-test" not in said


def test_a_dead_openai_is_not_asked_thirty_times(tmp_path: Path) -> None:
    code, said, asked = against(answering(http_answer({}, status=503)), tmp_path)

    assert (code, asked) == (1, 4)
    assert "stopped after 3 of 30 products: OpenAI is not asked from" in said
    assert "0 written, 9 default scenes (6 down, 3 paused)" in said


def against(deed: Deed, folder: Path) -> tuple[int, str, int]:
    with loopback(deed) as openai:
        code, said = evaluate(
            *("--answers", str(few_answers(folder)), "--wait", "0"), key="sk-test", OPENAI_BASE_URL=openai.base_url
        )
    return code, said, len(openai.requests)
