"""What kling/README.md tells is what the library does."""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import kling
from kling.sandbox.credentials import Credentials
from kling.sandbox.front.server import running
from kling.sandbox.sandbox import Options

ROOT = Path(kling.__file__).parent.parent
README = (ROOT / "kling" / "README.md").read_text()
API_KEY = "api-key-kling-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"


def rows(title: str) -> list[list[str]]:
    """Return the cells of the first table below a title."""
    below = README.split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip().replace("`", "") for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_the_quick_start_makes_a_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    [code] = re.findall(r"```python\n(.*?)```", README, re.S)
    (tmp_path / "cup.png").write_bytes((ROOT / "productvideo" / "demo" / "espresso-cup.png").read_bytes())
    monkeypatch.chdir(tmp_path)
    options = Options(
        credentials=Credentials(api_keys=frozenset([API_KEY])), render_seconds=(0.2, 0.4), quick_clips=True
    )

    with running(options) as server:
        code = code.replace("api-key-kling-…", API_KEY).replace("https://api-singapore.klingai.com", server.base_url)
        exec(compile(code.replace("time.sleep(5)", "time.sleep(0.2)"), "README.md", "exec"), {})  # as a reader would

    units, link = capsys.readouterr().out.splitlines()
    assert units == "1.5 units"
    assert link.startswith(f"{server.base_url}/")


def test_the_error_table_has_every_code_with_its_error() -> None:
    told = {int(code): (int(status), error) for status, code, error, *_ in rows("Errors")}

    assert told == {code: (row.http_status, row.error.__name__) for code, row in kling.MEANINGS.items()}


def test_the_error_table_says_when_trying_again_helps() -> None:
    for _, code, _, _, on_create, on_read in rows("Errors"):
        meaning = kling.MEANINGS[int(code)]
        assert on_create.startswith("stop") is not meaning.helps_to_create_again
        assert on_read.startswith("stop") is not meaning.helps_to_read_again


def listed(rates: Mapping[kling.Mode, Decimal]) -> str:
    return ", ".join(f"{mode} {rate}" for mode, rate in rates.items())


def test_the_table_of_models_has_every_live_name_with_its_prices() -> None:
    told: dict[str, list[str]] = {}
    for legacy, new, *rest in rows("Models"):
        told |= {name: rest for name in (legacy, new) if name != "–"}

    assert set(told) == set(kling.MODELS)
    for name, (_, silent, sounding, _, others) in told.items():
        model = kling.MODELS[name]
        if not model.always_sounds:
            assert silent == listed(model.silent)
        assert sounding == (listed(model.sounding) or "–")
        rates = {"with_voice": model.with_voice, "with_video": model.with_video, "motion": model.motion}
        assert others == ("; ".join(f"{kind} {listed(row)}" for kind, row in rates.items() if row) or "–")


def test_every_ended_model_is_named_with_its_successor() -> None:
    for ended in kling.ENDED.values():
        assert f"`{ended.name}` (use `{ended.successor}`)" in README
