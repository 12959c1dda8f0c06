"""Who may open which address: the written table. Every address of the site has its line here.

A line says who may GET, POST and PATCH an address: the smallest role, or one of the words below. `own` means that the
address names something of a persona, which for those who are not its members is not there.
"""

from __future__ import annotations

from dataclasses import dataclass

from productvideo.roles import Role

V, E, S, M = Role.VIEWER, Role.EDITOR, Role.SPENDER, Role.MANAGER
OPEN = "everybody"  # also strangers
STAFF = "staff"  # whoever may sign in, with or without a role
SUPER = "superusers"
NOBODY = "nobody"  # 403 for superusers too
GONE = "not there"  # 404 for everybody who may come in at all
NO = "no such method"


@dataclass(frozen=True, slots=True)
class Door:
    """One address."""

    get: str = NO
    post: str = NO
    patch: str = NO
    own: bool = False
    too_little: str = "forbidden"  # what those are told whose role is too small
    unseen: str = "not there"  # and those who are not members


def own(get: str = NO, post: str = NO, patch: str = NO) -> Door:
    return Door(get, post, patch, own=True)


def listed(
    model: str, see: str, *, own: bool = True, add: str = NOBODY, change: str = NOBODY, delete: str = NOBODY
) -> dict[str, Door]:
    """Return the doors of a model's ordinary admin pages."""
    row = f"admin/{model}/<path:object_id>"
    return {
        f"admin/{model}/": Door(see, see),
        f"admin/{model}/add/": Door(add, add),
        f"{row}/change/": Door(see, change, own=own),
        f"{row}/delete/": Door(delete, delete, own=own),
        f"{row}/history/": Door(see, see, own=own),
        f"{row}/": Door(STAFF, STAFF),  # leads to the page of change
    }


def many(which: str, *, own: bool) -> dict[str, Door]:
    """Return the doors of the page with many products: of all, or of those that were dropped together."""
    page = f"admin/productvideo/product/{which}"
    return {
        page: Door(V, own=own),
        f"{page}price/": Door(NO, S),
        f"{page}progress/": Door(V),
        f"{page}approve/": Door(S, S, own=own),
    }


VIDEOS = "admin/productvideo/productvideo/"
PRODUCT = "admin/productvideo/product/<int:product_id>/"
SCENE = f"{PRODUCT}scenes/<int:scene_id>/"
VIDEO = "admin/productvideo/product/videos/<uuid:video_id>/"
DOORS: dict[str, Door] = {
    # The frame around it all.
    "": Door(STAFF, STAFF),
    "sign-in/<str:token>/": Door(GONE),
    "admin/": Door(STAFF),
    "admin/^(?P<app_label>…)/$": Door(V, V, too_little="not there"),
    "admin/search/": Door(STAFF, STAFF),
    "admin/autocomplete/": Door(NOBODY),
    "admin/jsi18n/": Door(STAFF),
    "admin/r/<path:content_type_id>/<path:object_id>/": Door(GONE, GONE),
    "admin/login/": Door(OPEN, OPEN),
    "admin/logout/": Door(NO, STAFF),
    "admin/password_change/": Door(STAFF, STAFF),
    "admin/password_change/done/": Door(STAFF),
    "admin/(?P<url>.*)$": Door(GONE, GONE),
    "password/forgotten/": Door(OPEN, OPEN),
    "password/forgotten/sent/": Door(OPEN),
    "password/<str:uidb64>/<str:token>/": Door(OPEN, OPEN),
    # Links that were shared.
    "s/<str:token>/": Door(OPEN),
    "s/<str:token>/<uuid:video_id>.mp4": Door(OPEN),
    "s/<str:token>/<uuid:video_id>.jpg": Door(OPEN),
    # What Kling calls, with a token of ours; any other is not there.
    "webhooks/kling/<str:token>/": Door(NO, GONE),
    # Files.
    "files/videos/<uuid:video_id>.mp4": own(STAFF),
    "files/posters/<uuid:video_id>.jpg": own(STAFF),
    "files/photos/<int:photo_id>.jpg": own(STAFF),
    # The API.
    "api/^ai/generate-scenes/?$": Door(NO, E),
    "api/^products/?$": Door(V, E),
    "api/^products/(?P<pk>[^/.]+)/?$": own(V),
    "api/^products/(?P<pk>[^/.]+)/scenes/(?P<scene_id>[0-9]{1,18})/?$": own(patch=E),
    "api/^products/(?P<pk>[^/.]+)/videos/?$": own(post=S),
    "api/^videos/?$": Door(V),
    "api/^videos/(?P<pk>[^/.]+)/?$": own(V),
    "api/": Door(GONE, GONE),
    # A product, and what the buttons on its page do.
    "admin/productvideo/product/new/": Door(E, E),
    "admin/productvideo/product/new/one-of-several/": Door(E, E),
    PRODUCT: own(V),
    f"{PRODUCT}live/": own(V),
    f"{PRODUCT}storyboard/": own(V),
    f"{PRODUCT}shape/": own(post=E),
    f"{PRODUCT}follow-photo/": own(post=E),
    f"{PRODUCT}write-scenes/": own(post=E),
    f"{PRODUCT}scenes/again/": own(post=E),
    f"{PRODUCT}scenes/add/": own(post=E),
    f"{PRODUCT}plan/": own(post=E),
    f"{PRODUCT}price/": own(S),
    f"{PRODUCT}credit/": own(post=S),
    f"{PRODUCT}approve/": own(S, S),
    SCENE: own(E, E),
    f"{SCENE}again/": own(post=E),
    f"{SCENE}mend/": own(post=E),
    f"{SCENE}rewrite/": own(post=E),
    f"{SCENE}drop/": own(post=E),
    f"{SCENE}bring-back/": own(post=E),
    f"{VIDEO}take/": own(V),
    f"{VIDEO}choose/": own(post=E),
    f"{VIDEO}retake/": own(post=S),
    f"{VIDEO}cancel/": own(post=S),
    f"{VIDEO}remove/": own(post=E),
    "admin/productvideo/product/practice/remove/": Door(S, S),
    "admin/productvideo/product/sending/try-again/": Door(NO, S),
    # Home, figures, and many products at once.
    "admin/productvideo/product/figures/": Door(V),
    "admin/productvideo/product/drop/": Door(NO, E),
    "admin/productvideo/product/drop/one/": Door(NO, E),
    f"{PRODUCT}describe/": own(post=E),
    **many("to-approve/", own=False),
    **many("dropped/<uuid:dropped_with>/", own=True),
    # The library and the bin.
    f"{VIDEOS}library/": Door(V),
    f"{VIDEOS}library/download/": Door(NO, V),
    f"{VIDEOS}library/retake/": Door(S, S),
    f"{VIDEOS}library/retake/buy/": Door(S, S),
    f"{VIDEOS}library/bin/": Door(NO, E),
    f"{VIDEOS}bin/": Door(V),
    f"{VIDEOS}bin/take-out/": Door(NO, E),
    f"{VIDEOS}bin/delete/": Door(NO, S),
    # Sharing.
    "admin/productvideo/share/video/<uuid:video_id>/": own(E, E),
    "admin/productvideo/share/product/<int:product_id>/": own(E, E),
    "admin/productvideo/share/<int:share_id>/revoke/": own(post=E),
    # People.
    "admin/people/": Door(M),
    "admin/people/invite/": Door(M, M),
    "admin/people/<int:person_id>/": own(M, M),
    "admin/people/<int:person_id>/link/": own(post=M),
    "admin/people/<int:person_id>/deactivate/": own(post=M),
    "admin/people/<int:person_id>/activate/": own(post=M),
    # The ordinary pages of the admin.
    **listed("productvideo/product", V, add=E, change=V, delete=SUPER),
    **listed("productvideo/productvideo", V, change=V, delete=S),
    "admin/productvideo/productvideo/remove_practice/": Door(S, S, own=True, unseen="forbidden"),
    **listed("productvideo/photo", V),
    **listed("productvideo/scene", V),
    **listed("productvideo/videoevent", V),
    **listed("productvideo/submission", S),
    **listed("productvideo/writing", S),
    **listed("productvideo/auditentry", S),
    **listed("productvideo/share", E),
    **listed("productvideo/klingaccount", M, own=False),
    **listed("personas/persona", V, add=M, change=M, delete=SUPER),
    **listed("auth/user", SUPER, own=False, add=SUPER, change=SUPER, delete=SUPER),
    "admin/auth/user/<id>/password/": Door(SUPER, SUPER),
    **listed("auth/group", SUPER, own=False, add=SUPER, change=SUPER, delete=SUPER),
    **listed("authtoken/tokenproxy", SUPER, own=False, add=SUPER, change=SUPER, delete=SUPER),
}
