"""Each address of the API: understand the request, ask one service, answer."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet, ViewSet

from personas.models import Persona
from productvideo import scenes, services
from productvideo.api.access import MayDo
from productvideo.api.pages import NewestFirst
from productvideo.api.parsers import PatientJSONParser, require_bounded
from productvideo.api.refusals import answer_refusal
from productvideo.api.requests import ApprovalRequest, ProductRequest, SceneRequest, ScenesRequest, VideoQuery
from productvideo.api.serializers import (
    ProductSerializer,
    SceneSerializer,
    VideoSerializer,
    budget_answer,
    plan_answer,
)
from productvideo.models import Product, ProductVideo, Scene
from productvideo.prices import quote

ANSWERED_WITHIN = 28.0  # seconds from the request's coming to default scenes, whatever OpenAI does
LONGEST_WRITING = 25.0
SCENES = 3  # whatever the product, and whoever writes them


class Door(APIView):
    """What all of the API shares; `needs` names the permission for each thing that can be asked."""

    permission_classes = [MayDo]
    needs: Mapping[str, str] = {}
    parser_classes = [PatientJSONParser, FormParser, MultiPartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require_bounded(request)

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return answer_refusal

    @property
    def user(self) -> User | None:
        return self.request.user if isinstance(self.request.user, User) else None

    def read(self, form: type[BaseSerializer[Any]], **context: Any) -> dict[str, Any]:
        """Return what the request's body says; raise ValidationError, field by field."""
        said = form(data=self.request.data, context={"request": self.request, **context})
        said.is_valid(raise_exception=True)
        words: dict[str, Any] = said.validated_data
        return words


class AIViewSet(Door, ViewSet):
    """Ideas that are stored nowhere and cost no units."""

    needs = {"generate_scenes": "productvideo.change_scene"}

    @action(detail=False, methods=["post"], url_path="generate-scenes")
    def generate_scenes(self, request: Request) -> Response:  # noqa: ARG002
        began = time.monotonic()
        wish = self.read(ScenesRequest)
        product = Product(
            persona=wish.get("persona") or Persona(),
            name=wish["product_name"],
            description=wish["product_description"],
            plan=wish.get("plan") or "",
        )
        photo = wish.get("image")
        left = ANSWERED_WITHIN - (time.monotonic() - began)
        plan = scenes.write_scenes(
            services.brief_for(product, image=photo.content if photo else None),
            count=SCENES,
            deadline=max(1.0, min(LONGEST_WRITING, left)),
        )
        return Response(plan_answer(plan, product))


class ProductViewSet(Door, ListModelMixin, RetrieveModelMixin, GenericViewSet[Product]):
    """Products with their scenes; making one writes its scenes, approving one spends."""

    needs = {
        "list": "productvideo.view_product",
        "retrieve": "productvideo.view_product",
        "create": "productvideo.add_product",
        "scenes": "productvideo.change_scene",
        "videos": "productvideo.approve_productvideo",
    }
    serializer_class = ProductSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Product]:
        mine = Product.objects.visible_to(self.request.user)
        return mine.select_related("persona").prefetch_related("photos", "scenes")

    def get_serializer(self, *found: Any, **options: Any) -> Any:
        """Read the advice on the scenes of all products on a page at once."""
        products = [product for rows in found for product in (rows if isinstance(rows, list) else [rows])]
        scenes = [scene for product in products for scene in product.scenes.all()]
        context = {**self.get_serializer_context(), "findings": services.findings_among(scenes)}
        return ProductSerializer(*found, context=context, **options)

    def create(self, request: Request) -> Response:  # noqa: ARG002
        wish = self.read(ProductRequest)
        product = services.create_product(
            persona=wish["persona"],
            name=wish["name"],
            description=wish["description"],
            photo_file=wish["photo"],
            framing=wish["framing"],
            plan=wish.get("plan") or "",
            by=self.user,
        )
        services.plan_scenes(product=product)
        return Response(self.get_serializer(self.get_queryset().get(pk=product.pk)).data, status=201)

    @action(detail=True, methods=["patch"], url_path=r"scenes/(?P<scene_id>[0-9]{1,18})")
    def scenes(self, request: Request, pk: str, scene_id: str) -> Response:  # noqa: ARG002
        scene = get_object_or_404(
            Scene.objects.select_related("product__persona"), pk=scene_id, product=self.get_object()
        )
        wish = self.read(SceneRequest)
        words = {name: wish.get(name, getattr(scene, name)) for name in ("title", "description", "prompt")}
        services.save_scene(scene=scene, version=wish["version"], by=self.user, **words)
        context = {"findings": {scene.pk: services.findings_on(scene)}}
        changes = services.taken_out(words["prompt"])
        return Response({**SceneSerializer(scene, context=context).data, "changes": changes})

    @action(detail=True, methods=["post"], url_path="videos")
    def videos(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        product = self.get_object()
        wish = self.read(ApprovalRequest, product=product)
        videos = services.approve(product=product, by=self.user, **wish)
        price = quote(wish["settings"], clips=len(videos))
        made = ProductVideo.objects.for_list().filter(pk__in=[video.pk for video in videos]).order_by("scene")
        answer = {
            "videos": VideoSerializer(made, many=True, context=self.get_serializer_context()).data,
            "units": float(price.units),
            "money": float(price.money),
            "currency": price.currency,
            "budget": budget_answer(services.budget_of(product.persona, simulated=videos[0].account.simulated)),
        }
        return Response(answer, status=201)


class VideoViewSet(Door, ListModelMixin, RetrieveModelMixin, GenericViewSet[ProductVideo]):
    """Every video that is not in the bin, newest first; `?persona=`, `?product=` and `?status=` narrow the list."""

    needs = {"list": "productvideo.view_productvideo", "retrieve": "productvideo.view_productvideo"}
    serializer_class = VideoSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[ProductVideo]:
        videos = ProductVideo.objects.kept().visible_to(self.request.user).for_list()
        if self.action != "list":
            return videos
        query = VideoQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return videos.filter(**query.validated_data)

    def destroy(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Put a video into the bin; one that is being made is only hidden, and saved and charged all the same."""
        if not request.user.has_perm("productvideo.change_productvideo"):
            raise PermissionDenied
        services.put_into_bin(videos=[self.get_object()], by=self.user)
        return Response(status=204)


class NowhereView(Door):
    """An address that does not exist says so in JSON too."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("There is nothing at this address.")
