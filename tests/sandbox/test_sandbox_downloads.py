"""Fetching films over HTTP: signed links, ranges, broken downloads, cut connections (§8)."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import requests
from sandbox_caller import Caller, Clock


@pytest.fixture
def url(kling: Caller, clock: Clock) -> str:
    task_id = kling.made()
    clock.forward(41)
    return kling.url(task_id)


def test_a_link_needs_no_credentials_and_gives_the_whole_film(kling: Caller, url: str) -> None:
    film = kling.fetch(url)

    assert (film.status_code, film.headers["Content-Type"]) == (200, "video/mp4")
    assert film.headers["Content-Length"] == str(len(film.content))
    assert film.headers["Accept-Ranges"] == "bytes"
    assert film.content[4:8] == b"ftyp"
    assert film.content.index(b"moov") < film.content.index(b"mdat")


def test_a_link_ends_thirty_days_after_the_task(kling: Caller, clock: Clock) -> None:
    task_id = kling.made()
    clock.forward(41)
    url, ended = kling.url(task_id), kling.task(task_id)["updated_at"] // 1000

    clock.now = ended + 2_592_000 - 1
    assert kling.fetch(url).status_code == 200
    clock.now = ended + 2_592_000
    assert kling.fetch(url).status_code == 403
    assert kling.task(task_id)["task_status"] == "succeed"


@pytest.mark.parametrize(("old", "new"), [("Signature=", "Signature=x"), ("Expires=", "Expires=9"), ("?", "?x=")])
def test_a_link_that_was_touched_is_refused(kling: Caller, url: str, old: str, new: str) -> None:
    assert kling.fetch(url.replace(old, new)).status_code == 403


def test_links_carry_the_name_by_which_the_client_called(kling: Caller, clock: Clock) -> None:
    task_id = kling.made()
    clock.forward(41)
    port = urlsplit(kling.base_url).port

    by_name = kling.call("GET", f"/v1/videos/image2video/{task_id}", headers={"Host": f"localhost:{port}"})
    by_rubbish = kling.call("GET", f"/v1/videos/image2video/{task_id}", headers={"Host": "a/b c"})

    hosts = [
        urlsplit(answer.json()["data"]["task_result"]["videos"][0]["url"]).netloc for answer in (by_name, by_rubbish)
    ]
    assert hosts == [f"localhost:{port}", f"127.0.0.1:{port}"]


def test_single_ranges_are_answered_in_part(kling: Caller, url: str) -> None:
    whole = kling.fetch(url).content

    def part(told: str) -> tuple[int, bytes]:
        answer = kling.fetch(url, Range=told)
        return answer.status_code, answer.content

    assert part("bytes=0-9") == (206, whole[:10])
    assert part("bytes=100-") == (206, whole[100:])
    assert part("bytes=-7") == (206, whole[-7:])
    assert part(f"bytes=5-{len(whole) * 2}") == (206, whole[5:])
    for odd in ("bytes=0-1,5-6", "bytes=9-3", "lines=1-2", "bytes=-"):
        assert part(odd) == (200, whole)


def test_a_range_outside_the_film_is_416(kling: Caller, url: str) -> None:
    size = len(kling.fetch(url).content)

    for told in (f"bytes={size}-", "bytes=-0"):
        answer = kling.fetch(url, Range=told)
        assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{size}")


def test_head_tells_the_size_and_sends_nothing(kling: Caller, url: str) -> None:
    head = kling.session.head(url, timeout=20)

    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(kling.fetch(url).content)


def test_a_film_that_is_not_made_yet_is_not_there(kling: Caller, clock: Clock, url: str) -> None:
    clock.forward(-41)

    assert kling.fetch(url).status_code == 404


def test_two_downloads_break_in_the_middle_and_the_third_is_whole(kling: Caller, clock: Clock) -> None:
    task_id = kling.made(prompt="The camera pans left. [broken download]")
    clock.forward(41)
    url = kling.url(task_id)

    for _ in range(2):
        with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
            kling.fetch(url)
    whole = kling.fetch(url)

    assert len(whole.content) == int(whole.headers["Content-Length"])
    assert kling.books()["broken_downloads"] == 2


def test_a_lost_answer_leaves_a_task_behind(kling: Caller) -> None:
    with pytest.raises(requests.exceptions.ConnectionError):
        kling.create(external_task_id="job-1", prompt="Push in. [lost answer]")

    assert kling.task("job-1")["task_status"] == "submitted"
    assert kling.create(external_task_id="job-1", prompt="Push in. [lost answer]").json()["code"] == 1201
    assert kling.books().items() >= {"made": 1, "lost_answers": 1, "repeats_refused": 1}.items()


def test_each_distinct_film_is_rendered_once(kling: Caller, clock: Clock) -> None:
    same = [kling.made(), kling.made(external_task_id="other"), kling.made(prompt="Camera dolly in. [slow]")]
    different = kling.made(prompt="Pan left.")
    clock.forward(300)
    urls = [kling.url(task_id) for task_id in same]

    def fetch(url: str) -> bytes:
        return requests.get(url, timeout=60).content

    with ThreadPoolExecutor(6) as pool:
        films = set(pool.map(fetch, urls * 4))

    assert len(films) == 1
    assert kling.books()["rendered"] == 1
    assert fetch(kling.url(different)) not in films
    assert kling.books()["rendered"] == 2


def test_a_client_that_hangs_up_in_the_middle_is_not_counted(kling: Caller) -> None:
    port = urlsplit(kling.base_url).port
    with socket.create_connection(("127.0.0.1", port or 0)) as line:
        line.sendall(b"POST /v1/videos/image2video HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{")

    assert kling.create().status_code == 200
    assert kling.books()["asked"] == 1


def test_one_connection_carries_many_requests(kling: Caller) -> None:
    with closing(HTTPConnection(urlsplit(kling.base_url).netloc, timeout=20)) as line:
        line.connect()
        socket_at_first = line.sock
        for method, path in (("GET", "/"), ("POST", "/v1/videos/image2video"), ("PUT", "/"), ("GET", "/files/1.mp4")):
            line.request(method, path, body=b"x" * 1000)
            line.getresponse().read()

        assert line.sock is socket_at_first
