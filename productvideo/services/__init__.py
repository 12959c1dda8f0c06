"""What a person may ask for, the same from every door: plan scenes, approve, retake, cancel, delete."""

from productvideo.services.advice import (
    REFUSED_BEFORE,
    findings_among,
    findings_in,
    findings_on,
    refused_before,
    taken_out,
)
from productvideo.services.budgets import Budget, Level, budget_of, budgets_of, require_budget
from productvideo.services.changes import SeenScene
from productvideo.services.choosing import choose_take
from productvideo.services.framing import Framed, follow_photo, frame_product
from productvideo.services.planning import (
    DESCRIPTION_LIMIT,
    NAME_LIMIT,
    add_photo,
    clean_words,
    create_product,
    keep_photo,
)
from productvideo.services.practice import practice_videos, remove_practice_videos
from productvideo.services.refusals import BudgetError, InvalidInputError, RefusalError, StoryboardChangedError
from productvideo.services.shots import choose_plan, known_plan
from productvideo.services.spending import (
    approve,
    cancel,
    delete_video,
    retake,
)
from productvideo.services.storyboard import (
    PROMPT_LIMIT,
    add_scene,
    bring_back_scene,
    drop_scene,
    mend,
    save_scene,
)
from productvideo.services.tokens import cost_of
from productvideo.services.writing import (
    MOST_SCENES,
    BeingWrittenError,
    Rewriting,
    brief_for,
    is_being_written,
    plan_scenes,
    rewrite_prompt,
    store_plan,
    write_all_again,
    write_first_scenes,
    write_one_more,
    write_scene_again,
)

__all__ = [
    "DESCRIPTION_LIMIT",
    "MOST_SCENES",
    "NAME_LIMIT",
    "PROMPT_LIMIT",
    "REFUSED_BEFORE",
    "BeingWrittenError",
    "Budget",
    "BudgetError",
    "Framed",
    "InvalidInputError",
    "Level",
    "RefusalError",
    "Rewriting",
    "SeenScene",
    "StoryboardChangedError",
    "add_photo",
    "add_scene",
    "approve",
    "brief_for",
    "bring_back_scene",
    "budget_of",
    "budgets_of",
    "cancel",
    "choose_plan",
    "choose_take",
    "clean_words",
    "cost_of",
    "create_product",
    "delete_video",
    "drop_scene",
    "findings_among",
    "findings_in",
    "findings_on",
    "follow_photo",
    "frame_product",
    "is_being_written",
    "keep_photo",
    "known_plan",
    "mend",
    "plan_scenes",
    "practice_videos",
    "refused_before",
    "remove_practice_videos",
    "require_budget",
    "retake",
    "rewrite_prompt",
    "save_scene",
    "store_plan",
    "taken_out",
    "write_all_again",
    "write_first_scenes",
    "write_one_more",
    "write_scene_again",
]
