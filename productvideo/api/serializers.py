"""What goes out: products with their scenes, and videos. Kling's own links and raw answers never do."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from productvideo.api.fields import FullURLField, full_url
from productvideo.models import Product, ProductVideo, Scene
from productvideo.services import Budget


class SceneSerializer(serializers.ModelSerializer[Scene]):
    """A scene; `version` and `takes` are what an approval names."""

    class Meta:
        model = Scene
        fields = ["id", "position", "title", "description", "prompt", "source", "version", "takes"]


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A product with its newest photo and its scenes; needs both prefetched."""

    photo_url = serializers.SerializerMethodField()
    scenes = SceneSerializer(many=True)

    class Meta:
        model = Product
        fields = [
            "id",
            "persona",
            "name",
            "description",
            "shape",
            "photo_url",
            "scenes",
            "scenes_source",
            "scenes_detail",
            "created_at",
        ]

    def get_photo_url(self, product: Product) -> str:
        photos = list(product.photos.all())
        return full_url(reverse("photo-file", args=[photos[-1].pk]), self.context["request"]) if photos else ""


class VideoSerializer(serializers.ModelSerializer[ProductVideo]):
    """A take, where it is, and what it cost; `simulated` says that it was made in practice mode."""

    url = FullURLField()
    thumbnail_url = FullURLField()
    units_estimated = serializers.FloatField()
    units_charged = serializers.FloatField()
    simulated = serializers.BooleanField(source="account.simulated")

    class Meta:
        model = ProductVideo
        fields = [
            "id",
            "persona",
            "product",
            "scene",
            "take",
            "title",
            "description",
            "prompt",
            "url",
            "thumbnail_url",
            "task_id",
            "status",
            "stage",
            "error_code",
            "error_message",
            "attention",
            "model_name",
            "mode",
            "duration",
            "sound",
            "loop",
            "units_estimated",
            "units_charged",
            "simulated",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


def plan_answer(plan: Any) -> dict[str, Any]:
    """Write a scene plan as JSON: three scenes, who wrote them, and why not OpenAI."""
    return {
        "scenes": [
            {"title": scene.title, "description": scene.description, "prompt": scene.prompt} for scene in plan.scenes
        ],
        "source": plan.source,
        "detail": plan.detail,
    }


def budget_answer(budget: Budget | None) -> dict[str, Any] | None:
    """Write a persona's month as JSON, null without a limit; `warning` is a sentence from 80 % on, else ""."""
    if budget is None:
        return None
    return {
        "limit": float(budget.limit),
        "used": float(budget.used),
        "left": float(budget.left),
        "warning": budget.warning,
    }
