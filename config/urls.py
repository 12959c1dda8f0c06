"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from config.sign_in import sign_in
from productvideo.admin.products import home

handler403 = "productvideo.admin.access.refused"
urlpatterns = [
    path("", home, name="home"),
    path("admin/", admin.site.urls),
    path("api/", include("productvideo.api.urls")),
    path("files/", include("productvideo.files.serving")),
    path("s/", include("productvideo.outside.views")),
    path("sign-in/<str:token>/", sign_in, name="sign-in"),
]
