"""`manage.py generate_videos`: what it refuses, what it says, and how it ends."""

import json
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from factories import jpeg, make_persona, make_video
from kling_host import Answer, KlingHost, kling_host, refusal, yes

import kling
from personas.models import Persona
from productvideo.management.commands.generate_videos import Command
from productvideo.models import KlingAccount, Product, ProductVideo, Writing
from productvideo.oneshot import follow

__all__ = ["kling_host"]


@dataclass
class Ended:
    """How a run ended and what it printed."""

    status: Any
    out: str
    err: str


@pytest.fixture
def photo(tmp_path: Path, db: None) -> Path:
    path = tmp_path / "cup.jpg"
    path.write_bytes(jpeg())
    return path


@pytest.fixture(autouse=True)
def in_a_hurry(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KLING_POLL_SECONDS = 0.1
    monkeypatch.setattr(follow, "REST", 0.02)


Run = Callable[..., Ended]


@pytest.fixture
def run(photo: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command with usual words and these options; the last of two equal ones counts."""

    def run_with(*more: str) -> Ended:
        words = ["--image", str(photo), "--name", "Espresso cup", "--description", "A small cup."]
        with pytest.raises(SystemExit) as ended:
            call_command("generate_videos", *words, *more)
        return Ended(ended.value.code, *capfd.readouterr())

    return run_with


def nothing_was_made() -> bool:
    return not (Persona.objects.exists() or Product.objects.exists() or ProductVideo.objects.exists())


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (["--image", "/nowhere/cup.jpg"], "/nowhere/cup.jpg"),
        (["--image", "/"], "cannot be read"),
        (["--image", __file__], "not a picture"),
        (["--name", "  "], "name"),
        (["--name", "n" * 201], "201"),
        (["--name", "\udcff"], "name"),
        (["--description", ""], "description"),
        (["--description", "d" * 5001], "5001"),
        (["--persona", " "], "persona"),
        (["--persona", "p" * 101], "persona"),
        (["--plan", "opera"], "packshot"),
        (["--model", "kling-v9"], "kling-v9"),
        (["--model", "kling-v1"], "2026-09-15"),
        (["--model", "kling-3.0-turbo"], "Make an API key"),  # with a key pair
        (["--model", "kling-o1", "--duration", "7"], "5 and 10"),
        (["--model", "kling-o1", "--mode", "4k"], "std and pro"),
        (["--mode", "4k"], "4k"),
        (["--mode", "ultra"], "--mode"),
        (["--duration", "7"], "5 and 10"),
        (["--duration", "five"], "--duration"),
        (["--max-units", "4.49"], "4.5 units"),
        (["--max-units", "NaN"], "--max-units"),
        (["--max-units", "lots"], "--max-units"),
        (["--dry-run", "--max-units", "1"], "4.5 units"),
        (["--colour", "red"], "--colour"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing_behind(
    run: Run, kling_host: KlingHost, more: list[str], named: str
) -> None:
    ended = run(*more, "--json")

    assert (ended.status, ended.out) == (2, "")
    assert named in ended.err
    assert ended.err.count("\n") == 1
    assert nothing_was_made()
    assert not KlingAccount.objects.exists()
    assert not kling_host.reads
    assert not kling_host.creates


def test_half_a_key_pair_is_bad_input(run: Run, settings: Any) -> None:
    settings.PRACTICE_MODE = False
    settings.KLING_API_KEY = "a" * 32

    ended = run()

    assert (ended.status, ended.out) == (2, "")
    assert "KLING_API_SECRET" in ended.err
    assert nothing_was_made()


def test_the_plan_is_followed_and_advice_and_reasons_are_told(run: Run, kling_host: KlingHost) -> None:
    make_persona(name="Nord", words_to_avoid="camera")

    ended = run("--plan", "tech", "--persona", "Nord", "--json", "--no-wait")

    told = json.loads(ended.out)
    assert told["plan"] == Product.objects.get().plan == Writing.objects.get().plan == "tech"
    assert [scene["source_cause"] for scene in told["scenes"]] == ["no_key"] * 3
    assert {finding["rule"] for scene in told["scenes"] for finding in scene["findings"]} == {"avoided_word"}
    assert ended.err.count("Scene: ") == ended.err.count("Advice: ") == 3
    assert ended.err.count("OPENAI_API_KEY is not set") == 1


def test_a_price_above_the_personas_limit_is_refused(run: Run, kling_host: KlingHost) -> None:
    make_persona(name="Small", monthly_units=Decimal(4))

    ended = run("--persona", "Small")

    assert (ended.status, ended.out) == (2, "")
    assert "4 of 4 units left" in ended.err
    assert not Product.objects.exists()


@pytest.mark.parametrize(("limit", "warns"), [("5.62", True), ("5.63", False)])
def test_from_80_percent_of_the_personas_month_on_it_is_said_beside_the_price(
    run: Run, kling_host: KlingHost, limit: str, warns: bool
) -> None:
    make_persona(name="Nord", monthly_units=Decimal(limit))

    ended = run("--persona", "Nord", "--dry-run")

    assert ended.status == 0
    assert ("This brings Nord to 4.5 of 5.62 units for this month (80 %)." in ended.err) is warns


def test_a_dry_run_shows_the_price_and_makes_nothing(run: Run, kling_host: KlingHost) -> None:
    ended = run("--dry-run", "--model", "kling-v3", "--mode", "pro", "--duration", "3")

    assert ended.status == 0
    assert "7.2 units · $1.01 list price" in ended.out
    assert nothing_was_made()
    assert not kling_host.reads


@pytest.mark.parametrize("name", kling.MODELS)
def test_every_live_model_can_be_named_and_the_help_names_it(run: Run, name: str) -> None:
    told = json.loads(run("--dry-run", "--json", "--model", name).out)

    assert (told["model_name"], told["duration"], told["sound"]) == (name, 5, name == "kling-3.0-turbo")
    assert re.search(rf"[ ,]{re.escape(name)}[ ,]", Command().create_parser("manage.py", "x").format_help())


def test_what_cannot_be_left_out_is_said_with_the_price(run: Run) -> None:
    ended = run("--dry-run", "--model", "kling-3.0-turbo")

    assert "for 3 videos of 5 s by kling-3.0-turbo in mode std, with sound." in ended.out


def test_with_a_key_pair_the_name_that_is_sent_is_told(run: Run, kling_host: KlingHost) -> None:
    assert json.loads(run("--dry-run", "--json", "--model", "kling-3.0").out)["model_name"] == "kling-v3"


def test_the_scenes_are_written_and_judged_for_the_model_that_was_named(run: Run, kling_host: KlingHost) -> None:
    told = json.loads(run("--no-wait", "--json", "--model", "kling-v3-omni").out)

    assert [scene["findings"] for scene in told["scenes"]] == [[], [], []]
    assert all(30 <= len(scene["prompt"].split()) <= 60 for scene in told["scenes"])
    assert not any(Product.objects.get().scenes.values_list("negative_prompt", flat=True))


def test_a_dry_run_in_json_is_one_object(run: Run, kling_host: KlingHost) -> None:
    ended = run("--dry-run", "--json", "--max-units", "4.5")

    told = json.loads(ended.out)
    assert (told["units"], told["money"], told["currency"]) == (4.5, 0.63, "USD")
    assert (told["videos"], told["scenes_source"]) == ([], None)


def test_without_waiting_three_videos_are_queued_and_nothing_is_sent(run: Run, kling_host: KlingHost) -> None:
    ended = run("--no-wait", "--json")

    told = json.loads(ended.out)
    assert ended.status == 0
    assert told["scenes_source"] == "fallback"
    assert [video["status"] for video in told["videos"]] == ["pending"] * 3
    assert [video["units"] for video in told["videos"]] == [1.5] * 3
    assert {(video["url"], video["path"], video["error"], video["task_id"]) for video in told["videos"]} == {
        ("", None, None, "")
    }
    assert Persona.objects.get().name == "Default"
    assert not kling_host.creates


def test_a_known_persona_is_used_again(run: Run, kling_host: KlingHost) -> None:
    persona = make_persona(name="Anna")

    run("--no-wait", "--persona", " Anna ")

    assert Product.objects.get().persona == persona
    assert Persona.objects.count() == 1


def test_the_price_is_told_before_anything_is_sent(
    run: Run, kling_host: KlingHost, capfd: pytest.CaptureFixture[str]
) -> None:
    told_first = []

    def look() -> Answer:
        told_first.append(capfd.readouterr().out)
        return refusal(400, 1200)

    kling_host.next_creates.extend([look] * 3)

    run()

    assert "4.5 units · $0.63 list price" in told_first[0]


def test_a_clear_refusal_of_the_keys_makes_nothing(run: Run, kling_host: KlingHost) -> None:
    kling_host.next_reads.append(refusal(401, 1002))

    ended = run("--json")

    assert ended.status == 1
    assert "KLING_API_KEY" in ended.err
    assert json.loads(ended.out)["videos"] == []
    assert "Nothing was made." in json.loads(ended.out)["error"]
    assert nothing_was_made()


def test_a_paused_account_ends_it_soon_and_leaves_the_videos_queued(run: Run, kling_host: KlingHost) -> None:
    kling_host.next_creates.append(refusal(429, 1102, "Account balance not enough"))

    ended = run("--json")

    assert ended.status == 1
    assert "paused" in ended.err
    assert "no units left" in ended.err
    assert "make run" in ended.err
    assert [video.stage for video in ProductVideo.objects.all()] == ["queued"] * 3
    assert len(kling_host.creates) == 1
    assert "no units left" in json.loads(ended.out)["error"]


def test_a_failed_video_is_said_with_its_reason(run: Run, kling_host: KlingHost) -> None:
    def failing() -> Answer:
        task = kling_host.make_task(kling_host.creates[-1]["external_task_id"])
        kling_host.fail(task, "the lens was dirty")
        return yes(task)

    kling_host.next_creates.extend([failing] * 3)

    ended = run("--json")

    told = json.loads(ended.out)
    assert ended.status == 1
    assert [video["status"] for video in told["videos"]] == ["failed"] * 3
    assert all("the lens was dirty" in video["error"] for video in told["videos"])
    assert [video["units"] for video in told["videos"]] == [0.0] * 3
    assert all(video["task_id"] for video in told["videos"])
    assert ended.err.count("the lens was dirty") == 3


def test_for_people_each_video_has_its_line(run: Run, kling_host: KlingHost) -> None:
    kling_host.next_creates.extend([refusal(400, 1301, "no such pictures")] * 3)

    ended = run()

    price, *videos = ended.out.splitlines()
    assert price.startswith("Price: 4.5 units")
    assert len(videos) == 3
    assert all("failed. Kling's content rules" in line for line in videos)


def test_a_download_that_our_own_rules_refuse_does_not_wait_in_silence(run: Run, kling_host: KlingHost) -> None:
    def ready() -> Answer:
        task = kling_host.make_task(kling_host.creates[-1]["external_task_id"])
        kling_host.succeed(task, url="http://127.0.0.1:9/film.mp4")
        return yes(task)

    kling_host.next_creates.extend([ready] * 3)

    ended = run()

    assert ended.status == 1
    assert "ALLOW_PRIVATE_DOWNLOADS" in ended.err
    assert [video.stage for video in ProductVideo.objects.all()] == ["storing"] * 3


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_being_stopped_leaves_the_videos_and_says_how_to_go_on(
    run: Run, kling_host: KlingHost, number: signal.Signals, status: int
) -> None:
    before = signal.getsignal(number)
    kling_host.next_creates.append(lambda: signal.raise_signal(number) or refusal(500, 5000))

    ended = run("--json")

    assert ended.status == status
    assert "make run" in ended.err
    assert [video.stage for video in ProductVideo.objects.all()].count("queued") == 2
    assert len(json.loads(ended.out)["videos"]) == 3
    assert signal.getsignal(number) == before


def test_work_of_others_is_done_beside_ours(run: Run, kling_host: KlingHost) -> None:
    make_video()
    kling_host.next_creates.extend([refusal(400, 1301)] * 4)

    ended = run("--json")

    assert len(kling_host.creates) == 4
    assert len(json.loads(ended.out)["videos"]) == 3
