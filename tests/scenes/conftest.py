"""A key, a brief and an OpenAI that is never the real one."""

import io
from pathlib import Path

import pytest
from openai_double import KEY
from PIL import Image

from productvideo.scenes import Brief


@pytest.fixture(autouse=True)
def openai_settings(settings):
    settings.OPENAI_API_KEY = KEY
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    settings.OPENAI_MODEL = "gpt-test"
    return settings


@pytest.fixture(scope="session")
def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2048, 1024), (200, 160, 90)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def brief(picture: bytes) -> Brief:
    return Brief(
        product_name="Espresso cup, hand-thrown",
        product_description="A stoneware cup for a single espresso.",
        persona_name="Casa Lume",
        voice="dry and warm",
        visual_style="low sun, long shadows",
        audience="people who rise early",
        image=picture,
        plan="packshot",
    )


@pytest.fixture
def file(settings, tmp_path: Path) -> Path:
    """The circuit's file, in a folder of its own."""
    settings.VAR_DIR = tmp_path
    return tmp_path / "openai"
