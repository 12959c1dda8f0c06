"""Photos and scenes to look at; scenes are edited on their product's page."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from productvideo.admin import badges
from productvideo.admin.badges import badge
from productvideo.admin.own import OnlyOwn
from productvideo.admin.readonly import ReadOnlyAdmin
from productvideo.models import Photo, Scene


@admin.register(Photo)
class PhotoAdmin(OnlyOwn, ReadOnlyAdmin):
    members = "product__persona__members"
    list_display = ("picture", "product", "width", "height", "created_at")
    list_display_links = ("picture", "product")
    list_select_related = ("product",)
    search_fields = ("product__name", "sha256")
    fields = ("picture", "product", "width", "height", "sha256", "created_at")

    @admin.display(description=_("photo"))
    def picture(self, photo: Photo) -> str:
        return render_to_string("stillreel/cells/photo.html", {"photo": photo})


@admin.register(Scene)
class SceneAdmin(OnlyOwn, ReadOnlyAdmin):
    members = "product__persona__members"
    list_display = ("title", "product", "written_by", "version", "takes", "updated_at")
    list_filter = ("source",)
    list_select_related = ("product",)
    search_fields = ("title", "prompt", "product__name")

    @badge(looks=badges.SOURCES, description=_("written by"), ordering="source")
    def written_by(self, scene: Scene) -> tuple[str, str]:
        return scene.source, scene.get_source_display()
