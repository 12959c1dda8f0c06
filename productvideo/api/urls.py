"""The addresses of the API, each with and without its last slash."""

from django.urls import re_path
from rest_framework.routers import SimpleRouter

from productvideo.api.views import AIViewSet, NowhereView, ProductViewSet, VideoViewSet

app_name = "api"


class EitherSlashRouter(SimpleRouter):
    """A POST cannot follow the redirect that a missing slash usually gets."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"


router = EitherSlashRouter()
router.register("ai", AIViewSet, basename="ai")
router.register("products", ProductViewSet, basename="product")
router.register("videos", VideoViewSet, basename="video")
urlpatterns = [*router.urls, re_path(r"", NowhereView.as_view(), name="nowhere")]
