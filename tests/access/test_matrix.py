"""Every address × every role × member or not × GET, POST and PATCH, compared with the table in doors.py."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from doors import DOORS, GONE, NO, NOBODY, OPEN, STAFF, SUPER, Door
from factories import (
    make_account,
    make_complete_video,
    make_person,
    make_persona,
    make_photo,
    make_product,
    make_scene,
    make_staff,
)
from rest_framework.authtoken.models import Token

from personas.models import Persona
from productvideo import services
from productvideo.models import AuditEntry, KlingAccount, Submission, VideoEvent, Writing
from productvideo.roles import Role
from productvideo.states import Stage

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "patch")
LADDER = [OPEN, STAFF, *Role, SUPER]
NAMED = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def addresses(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Walk the site's addresses, as routes."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + re.sub(r"<app_label>[^)]*", "<app_label>…", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from addresses(pattern.url_patterns, route)


@pytest.fixture(autouse=True)
def quickly(settings: Any) -> Iterator[None]:
    """Thousands of requests: no session rows, and nothing said of what is refused."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def persona() -> Persona:
    return make_persona(name="House")


@pytest.fixture
def things(persona: Persona) -> dict[str, Any]:
    """One row of everything, all of one persona, by the names that routes give them."""
    scene = make_scene(make_product(persona))
    video = make_complete_video(scene, account=make_account(host="sandbox", simulated=True))
    person = make_person(Role.VIEWER, persona)
    event = VideoEvent.objects.create(video=video, to_stage=Stage.COMPLETE, why="Saved.", who="stillreel")
    order = Submission.objects.create(
        video_id=video.pk, host="h", persona_key=persona.pk, persona="House", units_estimated=1
    )
    rows = {
        "productvideo/product": scene.product,
        "productvideo/productvideo": video,
        "productvideo/photo": make_photo(scene.product),
        "productvideo/scene": scene,
        "productvideo/videoevent": event,
        "productvideo/submission": order,
        "productvideo/writing": Writing.objects.create(product=scene.product, plan="food", template_version="1"),
        "productvideo/auditentry": AuditEntry.objects.create(kind="bin", who="anna", subject="x", persona=persona),
        "productvideo/klingaccount": KlingAccount.objects.get(),
        "personas/persona": persona,
        "auth/user": person,
        "auth/group": Group.objects.get(name=Role.VIEWER),
        "authtoken/tokenproxy": Token.objects.create(user=person),
    }
    return {
        "product_id": scene.product_id,
        "scene_id": scene.pk,
        "video_id": video.pk,
        "photo_id": video.photo_id,
        "person_id": person.pk,
        "id": person.pk,
        "token": services.share_video(video=video).token,
        "uidb64": "MQ",
        "app_label": "productvideo",
        "content_type_id": 1,
        "url": "nowhere",
        **{model: row.user_id if isinstance(row, Token) else row.pk for model, row in rows.items()},
    }


def address(route: str, things: dict[str, Any]) -> str:
    """Return the address of a route, with the rows that it names."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name == "pk":
            name = "product_id" if "products" in route else "video_id"
        if name == "object_id" and route.endswith("<path:object_id>/"):
            return "x"
        if name == "object_id":
            name = next((model for model in things if route.startswith(f"admin/{model}/")), "product_id")
        return str(things[name])

    path = NAMED.sub(value, route)
    return "/" + path.replace("/?$", "/").replace("^", "").replace("$", "")


def people(persona: Persona) -> list[tuple[str, bool, User | AnonymousUser]]:
    """Return everybody who might come: the step of the ladder, whether a member, and the person."""
    staff = [
        (step, is_member, make_person(step if isinstance(step, Role) else None, *([persona] if is_member else [])))
        for step in (STAFF, *Role)
        for is_member in (True, False)
    ]
    return [(OPEN, False, AnonymousUser()), *staff, (SUPER, True, make_staff())]


def allowed(door: Door, asked: str, step: str, *, is_member: bool) -> set[str]:
    """Return what may happen."""
    if asked == OPEN:
        return {"in"}
    if step == OPEN:
        return {"sign in"} | ({"no such method"} if asked == NO else {"not there"} if asked == GONE else set())
    if asked == NO:
        return {"no such method", "forbidden", "not there"}
    if asked == GONE:
        return {"not there"}
    is_out_of_sight = door.own and not is_member
    is_too_much = asked == NOBODY or LADDER.index(step) < LADDER.index(asked)
    if is_too_much:
        return {door.too_little, door.unseen} if is_out_of_sight else {door.too_little}
    return {door.unseen} if is_out_of_sight else {"in"}


def what_happens(client: Client, user: User | AnonymousUser, method: str, path: str, said: dict[str, Any]) -> str:
    client.cookies.clear()
    if isinstance(user, User):
        client.force_login(user)
    response = getattr(client, method)(path, said)
    if response.status_code == 302 and response.url.startswith("/admin/") and not isinstance(user, User):
        return "sign in"
    return {401: "sign in", 403: "forbidden", 404: "not there", 405: "no such method"}.get(response.status_code, "in")


def test_every_address_has_its_line_in_the_table_and_no_line_is_left_over() -> None:
    there = set(addresses())

    assert there - DOORS.keys() == set(), "Say in tests/access/doors.py who may open these."
    assert DOORS.keys() - there == set()


@pytest.mark.parametrize("route", DOORS)
def test_an_address_lets_in_whom_the_table_names_and_nobody_else(
    client: Client, route: str, persona: Persona, things: dict[str, Any]
) -> None:
    door, path, wrong = DOORS[route], address(route, things), []
    said = {"seen": things["photo_id"]}  # a form names the photo that it shows
    everybody = people(persona)

    for method in METHODS:
        asked = getattr(door, method)
        if method == "patch" and asked == NO:
            continue
        for step, is_member, user in everybody:
            with transaction.atomic():
                happened = what_happens(client, user, method, path, said)
                transaction.set_rollback(True)
            if happened not in allowed(door, asked, step, is_member=is_member):
                wrong.append(f"{method} by {step}{' (member)' if is_member else ''}: {happened}")

    assert not wrong, "\n".join(wrong)
