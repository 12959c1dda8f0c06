"""The library finds videos by what people know of them, keeps all of it in the address, and shows nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from factories import make_complete_video, make_person, make_product, make_scene, make_video
from library_reader import Library, make_film

from productvideo import services
from productvideo.admin.library.page import PER_PAGE
from productvideo.models import ProductVideo
from productvideo.querysets import now
from productvideo.roles import Role
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def films(anna: User) -> dict[str, ProductVideo]:
    """Three videos that differ in everything that can be asked for."""
    made = {
        "Dawn": make_film("Dawn", persona="Nord", product="Blue cup"),
        "Noon": make_film("Noon", persona="Sud", product="Red drill", simulated=True),
    }
    scene = make_scene(made["Noon"].product, title="Night")
    made["Night"] = make_video(scene, made["Noon"].account, stage=Stage.FAILED, due_at=None, model_name="kling-v3")
    for days, title in enumerate(("Night", "Noon", "Dawn"), start=1):
        ProductVideo.objects.filter(title=title).update(created_at=now() - timedelta(days=10 * days))
    for video in made.values():
        video.refresh_from_db()
    return made


def test_it_shows_every_video_newest_first(library: Library, films: dict[str, ProductVideo]) -> None:
    assert library.titles() == ["Night", "Noon", "Dawn"]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("persona={Dawn.persona_id}", ["Dawn"]),
        ("product={Noon.product_id}", ["Night", "Noon"]),
        ("status=failed", ["Night"]),
        ("status=complete", ["Noon", "Dawn"]),
        ("model=kling-v3", ["Night"]),
        ("model=kling-3.0", ["Night"]),
        ("model=kling-2.5-turbo", ["Noon", "Dawn"]),
        ("model=kling-9.9", []),
        ("kind=practice", ["Night", "Noon"]),
        ("kind=real", ["Dawn"]),
        ("from={Noon.created_at:%Y-%m-%d}", ["Night", "Noon"]),
        ("to={Noon.created_at:%Y-%m-%d}", ["Noon", "Dawn"]),
        ("from={Noon.created_at:%Y-%m-%d}&to={Noon.created_at:%Y-%m-%d}", ["Noon"]),
        ("product={Noon.product_id}&status=complete", ["Noon"]),
        ("persona={Dawn.persona_id}&kind=practice", []),
    ],
)
def test_each_filter_and_all_of_them_together(
    library: Library, films: dict[str, ProductVideo], query: str, titles: list[str]
) -> None:
    assert library.titles(query.format(**films)) == titles


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("daw", ["Dawn"]),
        ("BLUE", ["Dawn"]),
        ("sud", ["Night", "Noon"]),
        ("drill noon", ["Noon"]),
        ("drill dawn", []),
        ("{Dawn.task_id}", ["Dawn"]),
        ("{Night.pk}", ["Night"]),
        ("50% of_it", []),
        ("Dawn%00", ["Dawn"]),
    ],
)
def test_words_are_looked_for_in_title_product_persona_and_task(
    library: Library, films: dict[str, ProductVideo], text: str, titles: list[str]
) -> None:
    assert library.titles(f"q={text.format(**films)}") == titles


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("newest", ["Night", "Noon", "Dawn"]),
        ("oldest", ["Dawn", "Noon", "Night"]),
        ("persona", ["Dawn", "Night", "Noon"]),
        ("product", ["Dawn", "Night", "Noon"]),
        ("title", ["Dawn", "Night", "Noon"]),
        ("wait", ["Noon", "Dawn", "Night"]),
        ("quick", ["Night", "Dawn", "Noon"]),
        ("sideways", ["Night", "Noon", "Dawn"]),
    ],
)
def test_each_order(library: Library, films: dict[str, ProductVideo], order: str, titles: list[str]) -> None:
    for minutes, title in ((9, "Noon"), (5, "Dawn"), (1, "Night")):
        video = films[title]
        ended = video.created_at + timedelta(minutes=minutes)
        ProductVideo.objects.filter(pk=video.pk).update(finished_at=ended)

    assert library.titles(f"sort={order}") == titles


def test_a_video_that_is_not_finished_has_waited_until_now(library: Library) -> None:
    waiting, done = make_video(make_scene(title="Waiting")), make_film("Done")
    ProductVideo.objects.filter(pk=waiting.pk).update(created_at=now() - timedelta(hours=2))
    ProductVideo.objects.filter(pk=done.pk).update(
        created_at=now() - timedelta(hours=3), finished_at=now() - timedelta(hours=2)
    )

    assert library.titles("sort=wait") == ["Waiting", "Done"]


def test_every_filter_that_is_on_can_be_taken_back_alone(library: Library, films: dict[str, ProductVideo]) -> None:
    persona = films["Dawn"].persona_id

    html = library.html(f"persona={persona}&status=complete&q=cup&from=2026-01-01&sort=oldest&page=1&model=")

    assert f'href="?persona={persona}&amp;status=complete&amp;q=cup&amp;sort=oldest">From 1 Jan 2026' in html
    assert f'href="?persona={persona}&amp;q=cup&amp;from=2026-01-01&amp;sort=oldest">Status: complete' in html
    assert 'href="?status=complete&amp;q=cup&amp;from=2026-01-01&amp;sort=oldest">Persona: Nord' in html
    assert f'href="?persona={persona}&amp;status=complete&amp;from=2026-01-01&amp;sort=oldest">“cup”' in html


def test_the_form_shows_what_is_chosen(library: Library, films: dict[str, ProductVideo]) -> None:
    html = library.html(f"product={films['Dawn'].product_id}&from=2026-01-02&q=%22cup%22")

    assert f'<option value="{films["Dawn"].product_id}" selected>Blue cup</option>' in html
    assert 'name="from" value="2026-01-02"' in html
    assert 'name="q" value="&quot;cup&quot;"' in html


@pytest.mark.parametrize(
    "query",
    [
        "persona=anna",
        "persona=99999999999999999999",
        "product=-1",
        "status=done",
        "from=yesterday",
        "from=2026-02-30",
        "to=9999-12-31",
        "from=0001-01-01",
        "page=0",
        "page=99",
        "kind=both",
        "sort=",
    ],
)
def test_what_cannot_be_read_is_left_out(library: Library, films: dict[str, ProductVideo], query: str) -> None:
    assert library.titles(query) == ["Night", "Noon", "Dawn"]


def test_a_persona_that_is_gone_shows_nothing_and_can_be_taken_back(library: Library) -> None:
    make_film("Dawn")

    html = library.html("persona=999999")

    assert "No video matches all of this." in html
    assert 'href="?">A persona that is not there' in html


def test_an_empty_library_says_what_it_is_for(library: Library) -> None:
    html = library.html()

    assert "No videos yet." in html and "Make the first one" in html


def test_pages_go_through_all_and_keep_the_filters(library: Library) -> None:
    scene = make_scene(title="One")
    for _ in range(PER_PAGE + 2):
        make_video(scene)

    first, second = library.html("status=pending"), library.html("status=pending&page=2")

    assert first.count("<article") == PER_PAGE and second.count("<article") == 2
    assert 'rel="next" href="?status=pending&amp;page=2"' in first
    assert 'rel="prev" href="?status=pending&amp;page=1"' in second


def test_what_is_in_the_bin_is_not_there(library: Library, films: dict[str, ProductVideo]) -> None:
    services.put_into_bin(videos=[films["Noon"]])

    assert library.titles() == ["Night", "Dawn"]
    assert library.titles(page="bin") == ["Noon"]


def test_a_film_can_be_played_and_what_has_none_leads_to_its_page(
    library: Library, films: dict[str, ProductVideo]
) -> None:
    html = library.html()

    assert html.count("data-film=") == 2
    assert f'data-film="{films["Dawn"].url}"' in html
    assert "It failed, and nobody said why." in html
    for video in films.values():
        assert f'href="{reverse("admin:productvideo_video_take", args=[video.pk])}"' in html


def test_kling_s_own_link_is_not_on_it(library: Library) -> None:
    make_complete_video(source_url="https://kling.example/signed-secret")

    assert "signed-secret" not in library.html()


@pytest.mark.parametrize("role", list(Role))
def test_a_person_sees_the_videos_of_their_own_personas_only(client: Client, role: Role) -> None:
    mine, theirs = make_film("Mine", persona="Nord"), make_film("Theirs", persona="Sud")
    client.force_login(make_person(role, mine.persona))

    library = Library(client)

    assert library.titles() == ["Mine"]
    assert library.titles("persona=" + str(theirs.persona_id)) == []
    assert "Sud" not in library.html() and theirs.product.name not in library.html()


@pytest.mark.parametrize(
    ("role", "deeds"),
    [
        (Role.VIEWER, {"Download"}),
        (Role.EDITOR, {"Download", "Delete", "Share"}),
        (Role.SPENDER, {"Download", "Delete", "Share", "Retake: show the price"}),
    ],
)
def test_nobody_is_shown_a_button_that_they_may_not_press(client: Client, role: Role, deeds: set[str]) -> None:
    client.force_login(make_person(role, make_film("Mine").persona))

    html = Library(client).html()

    buttons = {"Download", "Delete", "Share", "Retake: show the price"}
    assert {deed for deed in buttons if f">{deed}</button>" in html} == deeds


def test_who_has_no_role_is_told_so_and_strangers_sign_in(client: Client) -> None:
    address = reverse("admin:productvideo_library")

    assert client.get(address).status_code == 302
    client.force_login(make_person())
    assert client.get(address).status_code == 403


def test_the_newest_products_can_be_chosen_and_an_older_one_stays_chosen(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("productvideo.admin.library.filters.MOST_PRODUCTS", 2)
    old, *_newer = [make_product(name=name) for name in ("Old", "Newer", "Newest")]

    assert ">Old</option>" not in library.html() and "find older ones by searching" in library.html()
    assert f'<option value="{old.pk}" selected>Old</option>' in library.html(f"product={old.pk}")


@pytest.mark.parametrize("asked", ["kling-v3", "kling-3.0"])
def test_a_model_is_listed_and_found_once_whichever_of_its_names_its_videos_have(library: Library, asked: str) -> None:
    make_video(make_scene(title="Legacy"), model_name="kling-v3")
    make_video(make_scene(title="New"), model_name="kling-3.0")
    make_video(make_scene(title="Other"), model_name="kling-v2-6")

    html = library.html(f"model={asked}")

    assert html.count('<option value="kling-v3" selected>Kling 3.0</option>') == 1
    assert 'value="kling-3.0"' not in html and "Model: Kling 3.0" in html
    assert sorted(library.titles(f"model={asked}")) == ["Legacy", "New"]
