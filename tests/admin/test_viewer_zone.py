"""Times are shown in the viewer's zone."""

import pytest
from django.test import Client
from factories import make_video

from productvideo.models import VideoEvent


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "shown"), [("Asia/Tokyo", "9 p.m."), ("America/New_York", "7 a.m."), ("../etc", "noon"), ("", "noon")]
)
def test_times_are_those_on_the_viewer_s_wall(admin_client: Client, zone: str, shown: str) -> None:
    VideoEvent.objects.create(video=make_video(), to_stage="queued", why="Approved.", who="mira")
    VideoEvent.objects.update(at="2026-11-22T12:00:00Z")
    admin_client.cookies["timezone"] = zone

    page = admin_client.get("/admin/productvideo/videoevent/").content.decode()

    assert shown in page
