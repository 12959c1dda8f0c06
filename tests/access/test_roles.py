"""The roles are groups that a migration makes; what people could do before, they still can."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from factories import make_person

from productvideo.roles import Role, give, role_of

pytestmark = pytest.mark.django_db

BEFORE = [("productvideo", "0010_library"), ("personas", "0003_members")]
AFTER = [("productvideo", "0011_roles")]
SPENDS = "productvideo.approve_productvideo"


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.VIEWER, {"productvideo.view_productvideo"}),
        (Role.EDITOR, {"productvideo.change_scene", "productvideo.share_productvideo"}),
        (Role.SPENDER, {SPENDS, "productvideo.delete_productvideo"}),
        (Role.MANAGER, {SPENDS, "personas.change_persona"}),
    ],
)
def test_a_role_gives_what_it_says_and_all_that_the_smaller_ones_give(role: Role, may: set[str]) -> None:
    person = make_person()

    give(person, role)

    given = User.objects.get(pk=person.pk).get_all_permissions()
    assert may <= given
    smaller = list(Role)[: list(Role).index(role)]
    for one in smaller:
        assert {
            f"{p.content_type.app_label}.{p.codename}" for p in Group.objects.get(name=one).permissions.all()
        } < given


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_only_spenders_and_managers_may_spend(role: Role) -> None:
    person = make_person()

    give(person, role)

    assert not User.objects.get(pk=person.pk).has_perm(SPENDS)


def test_a_person_has_one_role_at_a_time() -> None:
    person = make_person()
    give(person, Role.MANAGER)

    give(person, Role.VIEWER)

    assert role_of(person) is Role.VIEWER
    assert not User.objects.get(pk=person.pk).has_perm(SPENDS)


@pytest.mark.django_db(transaction=True)
def test_who_was_staff_before_there_were_roles_may_still_buy_for_all_personas() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    try:
        old: Any = executor.loader.project_state(BEFORE).apps
        person = old.get_model("auth", "User").objects.create(username="early", is_staff=True)
        persona = old.get_model("personas", "Persona").objects.create(name="House")
        MigrationExecutor(connection).migrate(AFTER)
        now = User.objects.get(pk=person.pk)
        assert now.has_perm(SPENDS)
        assert list(now.personas.values_list("pk", flat=True)) == [persona.pk]
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
