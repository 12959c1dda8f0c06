"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config.sign_in import sign_in
from productvideo.admin.home import show_home

handler403 = "productvideo.admin.access.refused"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", show_home),  # in the place of the admin's own index, under its name
    path("admin/people/", include("productvideo.admin.people_pages")),
    path("admin/", admin.site.urls),
    path("api/", include("productvideo.api.urls")),
    path("files/", include("productvideo.files.serving")),
    path("password/", include("productvideo.admin.passwords")),
    path("s/", include("productvideo.outside.views")),
    path("sign-in/<str:token>/", sign_in, name="sign-in"),
    path("webhooks/", include("productvideo.webhooks")),
]
