"""A single deduction as Kling tells it: of units from a pack, or of money (kling-api §7.2)."""

from typing import Any

from kling.sandbox.products import Product
from kling.sandbox.studio.sizes import RESOLUTIONS
from kling.types import Mode

PACKAGE, BALANCE = "package", "balance"
_FUNCTIONS = {
    Product.IMAGE: "Image to Video",
    Product.TEXT: "Text to Video",
    Product.OMNI: "Omni Video",
    Product.MOTION: "Motion Control",
    Product.SEVERAL_IMAGES: "Multi-Image to Video",
}


def detail(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return one entry; `row` has the deduction's columns and its task's."""
    task = {
        "task_id": str(row["task_id"]),
        "api_key_name": row["api_key_name"],
        "product_function": _FUNCTIONS[Product(row["product"])],
        "model_name": row["model_name"],
        "resolution": RESOLUTIONS[Mode(row["mode"])],
        "duration": f"{row['duration']}.04",
        "refer_video_input": bool(row["video_input"]),
        "video_sound": row["audio"],
        "voice_control": bool(row["chosen_voice"]),
        "deduction_time": str(row["at_ms"] + row["skew_ms"]),
    }
    return task | (_of_pack(row) if kind == PACKAGE else _of_balance(row))


def _of_pack(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "package_id": row["pack_id"],
        "product_type": row["pack_type"],
        "unit_before_deduction": float(row["before"]),
        "deduction_amount": float(row["amount"]),
        "unit_after_deduction": float(row["after"]),
    }


def _of_balance(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "cash_type": row["cash_type"],
        "balance_before_deduction": float(row["before"]),
        "deduction_amount": float(row["amount"]),
        "balance_after_deduction": float(row["after"]),
        "list_price": float(row["amount"]),
        "currency": row["currency"],
    }
