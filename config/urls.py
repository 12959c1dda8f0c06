"""Every address of the site."""

from django.contrib import admin
from django.urls import path

from config.sign_in import sign_in

urlpatterns = [
    path("admin/", admin.site.urls),
    path("sign-in/<str:token>/", sign_in, name="sign-in"),
]
