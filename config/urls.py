"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config.sign_in import sign_in
from productvideo.admin.home import show_home

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", show_home),  # in the place of the admin's own index, under its name
    path("admin/", admin.site.urls),
    path("api/", include("productvideo.api.urls")),
    path("files/", include("productvideo.files.serving")),
    path("s/", include("productvideo.outside.views")),
    path("sign-in/<str:token>/", sign_in, name="sign-in"),
]
