"""Handing out files: who may have them, which bytes, and what the browser is told about them."""

import gzip
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.http import HttpResponseBase
from django.test import Client
from factories import make_complete_video, make_photo, make_product, make_staff, make_video
from rest_framework.authtoken.models import Token

from productvideo.files.ranges import ByteRange, UnsatisfiableRangeError, wanted_range
from productvideo.models import ProductVideo

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 4


@pytest.fixture
def video() -> ProductVideo:
    return make_complete_video(content=CONTENT)


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def body(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_staff_get_the_whole_film(staff: Client, video: ProductVideo) -> None:
    response = staff.get(video.url)

    assert (response.status_code, response["Content-Type"]) == (200, "video/mp4")
    assert response["Accept-Ranges"] == "bytes"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"].startswith("private")
    assert response["Content-Length"] == str(len(CONTENT))
    assert body(response) == CONTENT


def test_a_poster_and_a_photo_are_handed_out_as_jpeg(staff: Client, video: ProductVideo) -> None:
    photo = make_photo(make_product())

    for url in (video.thumbnail_url, f"/files/photos/{photo.pk}.jpg"):
        response = staff.get(url)
        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
        assert body(response).startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("header", "start", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, 1023),
        ("bytes=-24", 1000, 1023),
        ("bytes=-9999", 0, 1023),
        ("bytes=1000-9999", 1000, 1023),
        ("bytes=0-0", 0, 0),
        ("Bytes = 5-6", 5, 6),
        ("bytes=0-99999999999999999999999999999999999999", 0, 1023),
    ],
)
def test_a_single_range_is_answered_with_exactly_those_bytes(
    staff: Client, video: ProductVideo, header: str, start: int, last: int
) -> None:
    response = staff.get(video.url, headers={"range": header})

    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{last}/1024"
    assert response["Content-Length"] == str(last - start + 1)
    assert body(response) == CONTENT[start : last + 1]


@pytest.mark.parametrize(
    "header",
    [
        *("bytes=1024-", "bytes=5000-6000", "bytes=-0", "bytes=9-3", "bytes=-", "bytes=a-b", "bytes"),
        *("items=0-1", "nonsense", "bytes=1-2-3", "bytes=,", "bytes=" + "9" * 5000 + "-", "bytes=٣-٤"),
    ],
)
def test_a_range_that_cannot_be_is_refused(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        wanted_range(header, size=1024)


def test_a_refused_range_says_how_long_the_file_is(staff: Client, video: ProductVideo) -> None:
    response = staff.get(video.url, headers={"range": "bytes=5000-"})

    assert (response.status_code, response["Content-Range"]) == (416, "bytes */1024")


def test_several_ranges_at_once_get_the_whole_file() -> None:
    assert wanted_range("bytes=0-1, 5-6", size=1024) is None


def test_an_empty_file_has_no_range_at_all() -> None:
    with pytest.raises(UnsatisfiableRangeError):
        wanted_range("bytes=-5", size=0)


def test_a_range_knows_its_last_byte() -> None:
    assert wanted_range("bytes=2-4", size=9) == ByteRange(start=2, length=3)


def test_head_tells_the_length_and_sends_nothing(staff: Client, video: ProductVideo) -> None:
    response = staff.head(video.url, headers={"range": "bytes=0-9"})

    assert (response.status_code, response["Content-Length"]) == (200, "1024")
    assert body(response) == b""


def test_what_the_browser_has_already_is_not_sent_again(staff: Client, video: ProductVideo) -> None:
    etag = staff.get(video.url)["ETag"]

    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response = staff.get(video.url, headers={"if-none-match": known})
        assert (response.status_code, response["ETag"], body(response)) == (304, etag, b"")
    assert staff.get(video.url, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_range_of_another_file_gets_the_whole_one(staff: Client, video: ProductVideo) -> None:
    etag = f'"{video.sha256}"'

    same = staff.get(video.url, headers={"range": "bytes=0-9", "if-range": etag})
    other = staff.get(video.url, headers={"range": "bytes=0-9", "if-range": '"other"'})

    assert (same.status_code, other.status_code) == (206, 200)


def test_a_film_is_never_packed(staff: Client, video: ProductVideo) -> None:
    response = staff.get(video.url, headers={"accept-encoding": "gzip"})

    assert response["Content-Encoding"] == "identity"
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(body(response))


def test_a_download_has_a_name_that_explains_itself(staff: Client) -> None:
    video = make_complete_video(title="Slow push-in: the “rim”")
    video.persona.name, video.product.name = "Kaffee/Haus", "Tasse Größe 2"
    video.persona.save()
    video.product.save()

    shown = staff.get(video.url)["Content-Disposition"]
    kept = staff.get(video.url, {"download": "1"})["Content-Disposition"]

    assert shown.startswith("inline")
    assert kept == "attachment; filename*=utf-8''kaffeehaus_tasse-gr%C3%B6%C3%9Fe-2_slow-push-in-the-rim_take1.mp4"


def test_a_token_opens_files_too(client: Client, video: ProductVideo) -> None:
    token = Token.objects.create(user=make_staff())

    response = client.get(video.url, headers={"authorization": f"Token {token.key}"})

    assert response.status_code == 200


@pytest.mark.parametrize("authorization", [{}, {"authorization": "Token wrong"}, {"authorization": "Token"}])
def test_strangers_learn_nothing_not_even_what_exists(
    client: Client, video: ProductVideo, authorization: dict[str, str]
) -> None:
    existing = client.get(video.url, headers=authorization)
    missing = client.get(f"/files/videos/{uuid4()}.mp4", headers=authorization)

    assert (existing.status_code, existing["WWW-Authenticate"]) == (401, "Token")
    assert (missing.status_code, missing.content) == (401, existing.content)


def test_people_who_are_not_staff_are_refused(client: Client, video: ProductVideo) -> None:
    outsider = make_staff(is_staff=False)
    token = Token.objects.create(user=outsider)
    client.force_login(outsider)

    assert client.get(video.url).status_code == 403
    assert Client().get(video.url, headers={"authorization": f"Token {token.key}"}).status_code == 403


def test_somebody_who_left_is_refused(client: Client, video: ProductVideo) -> None:
    token = Token.objects.create(user=make_staff(is_active=False))

    assert client.get(video.url, headers={"authorization": f"Token {token.key}"}).status_code == 401


def test_what_is_not_there_is_not_found(staff: Client, video: ProductVideo) -> None:
    unfinished = make_video()
    default_storage.delete(video.file.name)

    for url in (f"/files/videos/{unfinished.pk}.mp4", f"/files/videos/{uuid4()}.mp4", "/files/photos/999999.jpg"):
        assert staff.get(url).status_code == 404
    assert staff.get(video.url).status_code == 404


def test_a_video_without_a_poster_has_none_to_show(staff: Client, video: ProductVideo) -> None:
    ProductVideo.objects.filter(pk=video.pk).update(poster="", thumbnail_url="")

    assert staff.get(f"/files/posters/{video.pk}.jpg").status_code == 404


def test_files_are_only_read(staff: Client, video: ProductVideo) -> None:
    assert staff.post(video.url).status_code == 405


def test_the_stored_file_is_closed_when_the_player_goes_away(staff: Client, video: ProductVideo) -> None:
    response = staff.get(video.url)
    next(iter(response.streaming_content))

    response.close()  # an unclosed file would be a ResourceWarning, and warnings are errors here
