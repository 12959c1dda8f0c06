"""The fixed set of products that scenes are written for, with the personas that show them."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from productvideo.scenes import Brief

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTS = ROOT / "benchmarks" / "scenes" / "products.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A product of the set; `trait` says what is special about its description."""

    code: str
    kind: str
    trait: str
    brief: Brief


def cases(path: Path = PRODUCTS) -> dict[str, Case]:
    """Return the set by the products' codes, in the file's order."""
    content = tomllib.loads(path.read_text("utf-8"))
    return {
        product["code"]: Case(
            code=product["code"],
            kind=product["kind"],
            trait=product["trait"],
            brief=_brief(product, content["personas"][product["persona"]]),
        )
        for product in content["products"]
    }


def _brief(product: dict[str, str], persona: dict[str, str]) -> Brief:
    return Brief(
        product_name=product["name"],
        product_description=product["description"].strip(),
        persona_name=persona["name"],
        voice=persona["voice"],
        visual_style=persona["visual_style"],
        audience=persona["audience"],
        words_to_avoid=tuple(word.strip() for word in re.split(r"[,\n]", persona["words_to_avoid"])),
        language=persona.get("language", "English"),
        image=_jpeg(ROOT / product["photo"]) if "photo" in product else None,
    )


def _jpeg(path: Path) -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.open(path).convert("RGB").save(out, "JPEG", quality=90)
    return out.getvalue()
