"""The first start makes somebody to sign in and, in practice mode only, the demo; later starts make nothing."""

import pytest
from django.contrib.auth.models import User

from config import first_start, password
from personas.models import Persona
from productvideo import demo
from productvideo.models import Product, ProductVideo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = str(tmp_path / "media")


def test_admin_can_sign_in_with_the_password_in_the_file(client):
    first_start.make_first_user()

    written = password.password_file().read_text().strip()

    assert client.login(username="admin", password=written)
    assert password.password_file().stat().st_mode & 0o777 == 0o600
    assert User.objects.get().is_superuser


def test_practice_mode_starts_with_three_approved_videos_of_default_scenes():
    first_start.make_first_user()

    videos = ProductVideo.objects.all()

    assert len({video.prompt for video in videos}) == 3
    assert {(video.stage, video.account.simulated, video.scene.source) for video in videos} == {
        ("queued", True, "fallback")
    }
    assert (demo.PHOTO.parent / "README.md").read_text().count("CC0") == 1


def test_with_a_real_key_there_is_no_demo(settings):
    settings.PRACTICE_MODE = False

    first_start.make_first_user()

    assert User.objects.count() == 1
    assert not Product.objects.exists() and not Persona.objects.exists()


def test_a_later_start_changes_nothing():
    first_start.make_first_user()
    before = password.password_file().read_text()

    first_start.make_first_user()

    assert password.password_file().read_text() == before
    assert ProductVideo.objects.count() == 3


def test_a_first_start_that_breaks_off_is_made_whole_the_next_time(monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(demo, "PHOTO", demo.PHOTO.with_name("gone.png"))
        with pytest.raises(FileNotFoundError):
            first_start.make_first_user()
    assert not User.objects.exists()

    first_start.make_first_user()

    assert ProductVideo.objects.count() == 3


def test_make_password_replaces_the_password_and_nothing_else(client):
    admin = password.set_admin_password()
    old = password.password_file().read_text().strip()

    password.set_admin_password()

    assert not client.login(username="admin", password=old)
    assert User.objects.get() == admin
