"""Users, groups and API tokens, on unfold's forms, for superusers; and the form to sign in with."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from rest_framework.authtoken.admin import TokenAdmin
from rest_framework.authtoken.models import TokenProxy
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from productvideo.admin.passwords import SignInForm

admin.site.login_form = SignInForm
admin.site.unregister([User, Group, TokenProxy])


@admin.register(User)
class StillreelUserAdmin(UserAdmin[User], ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_per_page = 50


@admin.register(Group)
class StillreelGroupAdmin(GroupAdmin, ModelAdmin):
    list_per_page = 50


@admin.register(TokenProxy)
class StillreelTokenAdmin(TokenAdmin, ModelAdmin):
    list_display = ("user", "created")  # not the key: it is a password
    autocomplete_fields = ("user",)
    list_select_related = ("user",)
    list_per_page = 50
