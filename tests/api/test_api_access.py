"""Who may ask, and how the API says no: always in JSON."""

import pytest
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

ADDRESSES = [
    ("post", "/api/ai/generate-scenes"),
    ("get", "/api/products/"),
    ("post", "/api/products/"),
    ("post", "/api/products/1/videos/"),
    ("get", "/api/videos/"),
    ("get", "/api/videos/00000000-0000-0000-0000-000000000000/"),
    ("get", "/api/nowhere/"),
]


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_a_stranger_gets_401(db: None, method: str, address: str) -> None:
    answer = getattr(APIClient(), method)(address)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert answer.json()["detail"]


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_who_is_not_staff_gets_403(db: None, method: str, address: str) -> None:
    client = APIClient()
    client.force_authenticate(User.objects.create_user("guest"))

    assert getattr(client, method)(address).status_code == 403


def test_a_token_opens_the_door(staff: User) -> None:
    client = APIClient(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=staff).key}")

    assert client.get("/api/videos/").status_code == 200


def test_a_wrong_token_does_not(staff: User) -> None:
    client = APIClient(HTTP_AUTHORIZATION="Token " + "0" * 40)

    assert client.get("/api/videos/").status_code == 401


def test_a_session_opens_the_door_and_posts_only_with_its_csrf_token(staff: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(staff)

    assert client.get("/api/videos/").status_code == 200
    assert client.post("/api/ai/generate-scenes", {}).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/api/",
        "/api/nowhere",
        "/api/videos/none/",
        "/api/products/x/",
        "/api/products/9/",
        "/api/products/999999999999999999999/",
        "/api/videos/a.b/",
    ],
)
def test_what_is_not_there_is_404_in_json(api: APIClient, address: str) -> None:
    answer = api.get(address)

    assert answer.status_code == 404
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/api/ai/generate-scenes"),
        ("delete", "/api/products/"),
        ("post", "/api/videos/"),
        ("put", "/api/videos/"),
    ],
)
def test_what_cannot_be_done_is_405(api: APIClient, method: str, address: str) -> None:
    assert getattr(api, method)(address).status_code == 405


@pytest.mark.parametrize("address", ["/api/ai/generate-scenes", "/api/products/", "/api/videos"])
def test_options_are_answered(api: APIClient, address: str) -> None:
    assert api.options(address).status_code == 200


def test_head_is_answered(api: APIClient) -> None:
    answer = api.head("/api/videos/")

    assert answer.status_code == 200
    assert not answer.content


def test_an_unknown_kind_of_body_is_415(api: APIClient) -> None:
    assert api.post("/api/ai/generate-scenes", b"<a/>", content_type="text/xml").status_code == 415
