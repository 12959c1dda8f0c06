"""What goes out: products with their scenes, and videos. Kling's own links and raw answers never do."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from productvideo import services
from productvideo.api.fields import FullURLField, full_url
from productvideo.models import Product, ProductVideo, Scene
from productvideo.scenes import ScenePlan
from productvideo.scenes.lint import Finding
from productvideo.services import Budget


class SceneSerializer(serializers.ModelSerializer[Scene]):
    """A scene; `version` and `takes` are what an approval names. Needs `findings` in its context, by scenes' ids."""

    findings = serializers.SerializerMethodField()

    class Meta:
        model = Scene
        fields = [
            "id",
            "position",
            "title",
            "description",
            "prompt",
            "source",
            "source_detail",
            "source_cause",
            "findings",
            "version",
            "takes",
        ]

    def get_findings(self, scene: Scene) -> list[dict[str, Any]]:
        return findings_answer(self.context["findings"][scene.pk])


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A product with its newest photo and its scenes; needs both prefetched, and the scenes' findings as context."""

    photo_url = serializers.SerializerMethodField()
    scenes = SceneSerializer(many=True)

    class Meta:
        model = Product
        fields = [
            "id",
            "persona",
            "name",
            "description",
            "plan",
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


def plan_answer(plan: ScenePlan, product: Product) -> dict[str, Any]:
    """Write a scene plan as JSON: its scenes, who wrote them, why not OpenAI, and what asking took."""
    prompts = [scene.prompt for scene in plan.scenes]
    return {
        "scenes": [
            {
                "title": scene.title,
                "description": scene.description,
                "prompt": scene.prompt,
                "source": scene.source,
                "source_detail": scene.detail,
                "source_cause": plan.cause if scene.source == "fallback" else "",
                "findings": findings_answer(
                    services.findings_in(
                        product,
                        scene.prompt,
                        negative_prompt=scene.negative_prompt,
                        others=prompts[:number] + prompts[number + 1 :],
                    )
                ),
            }
            for number, scene in enumerate(plan.scenes)
        ],
        "source": plan.source,
        "detail": plan.detail,
        "cause": plan.cause,
        "plan": plan.plan,
        "usage": asdict(plan.usage),
    }


def findings_answer(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Write advice as JSON; `mended` is the whole new text of `field`, null where only a person can mend it."""
    return [
        {"rule": found.rule, "sentence": found.sentence, "mended": found.mended, "field": found.field}
        for found in findings
    ]


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
