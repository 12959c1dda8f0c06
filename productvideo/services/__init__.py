"""What a person may ask for, the same from every door: plan scenes, approve, retake, cancel, delete."""

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
from productvideo.services.refusals import BudgetError, InvalidInputError, RefusalError, StoryboardChangedError
from productvideo.services.spending import SeenScene, approve, cancel, delete_video, require_budget, retake

__all__ = [
    "DESCRIPTION_LIMIT",
    "NAME_LIMIT",
    "PROMPT_LIMIT",
    "BudgetError",
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
    "plan_scenes",
    "require_budget",
    "retake",
    "save_scene",
    "store_plan",
]
