"""What a person may ask for, the same from every door: plan scenes, approve, retake, cancel, delete."""

from productvideo.services.changes import SeenScene
from productvideo.services.framing import Framed, frame_product
from productvideo.services.planning import (
    DESCRIPTION_LIMIT,
    NAME_LIMIT,
    PROMPT_LIMIT,
    add_photo,
    brief_for,
    clean_words,
    create_product,
    plan_scenes,
    save_scene,
    store_plan,
)
from productvideo.services.practice import make_for_real, practice_videos, remove_practice_videos
from productvideo.services.refusals import BudgetError, InvalidInputError, RefusalError, StoryboardChangedError
from productvideo.services.spending import (
    approve,
    cancel,
    delete_video,
    require_budget,
    retake,
    units_left_this_month,
)

__all__ = [
    "DESCRIPTION_LIMIT",
    "NAME_LIMIT",
    "PROMPT_LIMIT",
    "BudgetError",
    "Framed",
    "InvalidInputError",
    "RefusalError",
    "SeenScene",
    "StoryboardChangedError",
    "add_photo",
    "approve",
    "brief_for",
    "cancel",
    "clean_words",
    "create_product",
    "delete_video",
    "frame_product",
    "make_for_real",
    "plan_scenes",
    "practice_videos",
    "remove_practice_videos",
    "require_budget",
    "retake",
    "save_scene",
    "store_plan",
    "units_left_this_month",
]
