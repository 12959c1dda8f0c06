"""Practice mode is unmistakable, says what steers it, and its videos can be removed, or made for real."""

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_account, make_complete_video, make_scene, make_staff, make_video
from kling_host import kling_host

from kling.sandbox.faults.steering import Steer
from productvideo.models import KlingAccount, ProductVideo
from productvideo.states import Stage

__all__ = ["kling_host"]
pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff(username="anna"))
    return client


@pytest.fixture
def sandbox() -> KlingAccount:
    return make_account(host="sandbox", simulated=True)


@pytest.fixture
def practised(sandbox: KlingAccount) -> ProductVideo:
    return make_complete_video(make_scene(takes=1), account=sandbox)


def page_of(staff: Client, video: ProductVideo) -> str:
    return staff.get(reverse("admin:productvideo_product_page", args=[video.product_id])).content.decode()


# Unmistakable.


def header(staff: Client) -> object:
    return staff.get(reverse("admin:productvideo_product_changelist")).context["environment"]


def test_the_header_of_every_page_says_practice(staff: Client) -> None:
    assert header(staff) == ["Practice", "warning"]


@pytest.mark.usefixtures("kling_host")
def test_the_header_says_nothing_with_real_keys(staff: Client) -> None:
    assert header(staff) is None


def test_the_product_s_page_lists_every_word_that_steers_it(staff: Client, practised: ProductVideo) -> None:
    html = page_of(staff, practised)

    assert all(f'data-steer="[{word}]"' in html for word in Steer)
    assert html.count("data-steer=") == len(Steer)


def test_the_product_s_page_says_how_to_go_live(staff: Client, practised: ProductVideo) -> None:
    html = page_of(staff, practised)

    assert "To go live" in html and "manage.py check_kling" in html


@pytest.mark.usefixtures("kling_host")
def test_practice_videos_keep_their_mark_beside_real_keys(staff: Client, practised: ProductVideo) -> None:
    html = page_of(staff, practised)

    assert "Practice: nothing is charged." in html
    assert "Some takes below are practice videos" in html


# For real.


@pytest.mark.usefixtures("kling_host")
def test_with_real_keys_a_practice_take_can_be_made_for_real(staff: Client, practised: ProductVideo) -> None:
    offered = page_of(staff, practised)
    form = {"seen": f"{practised.scene_id}:1:1", "units": "1.5", "practice": "no"}

    staff.post(reverse("admin:productvideo_video_retake", args=[practised.pk]), form, headers=HTMX)

    assert "Make it for real · 1.5 units · $0.21" in offered and "Retake" not in offered
    real = ProductVideo.objects.get(account__simulated=False)
    assert (real.prompt, real.settings, real.take) == (practised.prompt, practised.settings, 2)


def test_in_practice_nothing_is_offered_for_real(staff: Client, practised: ProductVideo) -> None:
    html = page_of(staff, practised)

    assert "Make it for real" not in html and "Retake · 1.5 units" in html


@pytest.mark.usefixtures("kling_host")
def test_a_real_take_is_not_offered_for_real(staff: Client) -> None:
    assert "Make it for real" not in page_of(staff, make_complete_video())


# Removing.


def remove(staff: Client, method: str) -> str:
    url = reverse("admin:productvideo_practice_remove")
    return getattr(staff, method)(url, follow=True).content.decode()


def test_before_removing_it_says_how_many_and_what_stays(staff: Client, practised: ProductVideo) -> None:
    make_video(practised.scene, practised.account, stage=Stage.RENDERING, task_id="t1")

    html = remove(staff, "get")

    assert "Remove 2 practice videos" in html and "1 of them is still being made" in html
    assert "nothing that was made with real keys is touched" in html
    assert ProductVideo.objects.count() == 2


def test_one_button_removes_them_all(staff: Client, practised: ProductVideo) -> None:
    real = make_complete_video(practised.scene)

    html = remove(staff, "post")

    assert "1 practice video was removed." in html
    assert list(ProductVideo.objects.all()) == [real]


@pytest.mark.usefixtures("kling_host")
def test_they_can_be_removed_with_real_keys_too(staff: Client, practised: ProductVideo) -> None:
    link = reverse("admin:productvideo_practice_remove")

    assert f'href="{link}"' in page_of(staff, practised)
    remove(staff, "post")
    assert not ProductVideo.objects.exists()


def test_without_practice_videos_there_is_nothing_to_press(staff: Client) -> None:
    assert "There are no practice videos." in remove(staff, "get")
    assert "There were no practice videos to remove." in remove(staff, "post")


def test_strangers_remove_nothing(client: Client, practised: ProductVideo) -> None:
    assert "/admin/login/" in client.post(reverse("admin:productvideo_practice_remove")).url
    assert ProductVideo.objects.filter(pk=practised.pk).exists()


def test_the_list_of_videos_marks_practice_and_leads_to_removing_it(client: Client, practised: ProductVideo) -> None:
    client.force_login(make_staff(is_superuser=True))
    url = reverse("admin:productvideo_productvideo_changelist")

    marked = client.get(url).content.decode()
    client.post(reverse("admin:productvideo_practice_remove"))
    make_complete_video()
    unmarked = client.get(url).content.decode()

    assert "Remove all practice videos" in marked and marked.count("practice\n") >= 1
    assert "Remove all practice videos" not in unmarked
