"""Many films come as one zip file: whole, named so that each explains itself, and never all in memory."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from factories import make_complete_video, make_person, make_persona, make_product, make_scene, make_video
from library_reader import make_film

from productvideo.files.zipping import zip_of
from productvideo.models import ProductVideo
from productvideo.roles import Role
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


def download(client: Client, *videos: ProductVideo) -> StreamingHttpResponse:
    address = reverse("admin:productvideo_library_download")
    answer = client.post(address, {"video": [video.pk for video in videos]}, headers={"Accept-Encoding": "gzip"})
    assert isinstance(answer, StreamingHttpResponse), answer.status_code
    return answer


def read(answer: StreamingHttpResponse) -> zipfile.ZipFile:
    content = b"".join(answer)  # type: ignore[arg-type]
    assert len(content) == int(answer["Content-Length"])
    return zipfile.ZipFile(io.BytesIO(content))


def test_the_films_are_in_it_as_they_are_and_its_length_is_known_before(staff: Client) -> None:
    product = make_product(make_persona(name="Nord"), name="Blue cup")
    first = make_complete_video(make_scene(product, title="Push-in"), b"first" * 1000)
    second = make_complete_video(make_scene(product, title="Turn"), b"second" * 1000)

    answer = download(staff, first, second)
    films = read(answer)

    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith("attachment")
    assert films.namelist() == ["nord_blue-cup_push-in_take1.mp4", "nord_blue-cup_turn_take1.mp4"]
    assert films.read("nord_blue-cup_turn_take1.mp4") == b"second" * 1000
    assert {info.compress_type for info in films.infolist()} == {zipfile.ZIP_STORED}
    assert films.testzip() is None


def test_two_films_of_one_name_get_names_of_their_own(staff: Client) -> None:
    product = make_product(make_persona(name="Nord"), name="Cup")
    films = [
        make_complete_video(make_scene(product, title=title), title.encode()) for title in ("Turn", "turn", "TURN")
    ]

    names = read(download(staff, *films)).namelist()

    assert names == ["nord_cup_turn_take1.mp4", "nord_cup_turn_take1 (2).mp4", "nord_cup_turn_take1 (3).mp4"]


def test_what_has_no_film_is_left_out_and_named_inside(staff: Client) -> None:
    there, lost = make_complete_video(content=b"there"), make_film("Lost")
    making, failed = make_video(), make_video(stage=Stage.FAILED, due_at=None)
    default_storage.delete(str(lost.file.name))

    films = read(download(staff, there, lost, making, failed))

    assert len(films.namelist()) == 2
    told = films.read("not in here.txt").decode().splitlines()
    assert told == [
        f"{lost.product} · {lost}: its file is not in the storage",
        f"{making.product} · {making}: it is still being made",
        f"{failed.product} · {failed}: it failed, there is no film",
    ]


def test_a_large_film_does_not_lie_in_memory(staff: Client) -> None:
    video = make_complete_video()
    size = 60 * 1024 * 1024
    with Path(default_storage.path(str(video.file.name))).open("r+b") as film:
        film.truncate(size)
    tracemalloc.start()

    sent = sum(len(block) for block in zip_of([video]))

    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent > size
    assert most < 4 * 1024 * 1024


def test_without_any_film_the_page_says_so(staff: Client) -> None:
    address = reverse("admin:productvideo_library_download")

    waiting = staff.post(address, {"video": make_video().pk}, follow=True).content.decode()
    nothing = staff.post(address, {"video": "nonsense"}, follow=True).content.decode()

    assert "None of the selected videos has a film yet." in waiting
    assert "Nothing was selected." in nothing


def test_the_films_of_other_personas_are_not_in_it(client: Client) -> None:
    mine, theirs = make_film("Mine"), make_film("Theirs")
    client.force_login(make_person(Role.VIEWER, mine.persona))

    names = read(download(client, mine, theirs)).namelist()

    assert len(names) == 1 and "mine" in names[0]
