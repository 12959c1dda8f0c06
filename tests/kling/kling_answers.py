"""What Kling says and what is asked of it, for the tests of the client."""

from typing import Any

import kling

BASE = "https://api-singapore.klingai.com"
CREATE = f"{BASE}/v1/videos/image2video"
COSTS = f"{BASE}/account/costs"
ACCESS_KEY = "AK-canary-0123456789abcdef012345"
SECRET_KEY = "SK-canary-0123456789abcdef012345"


def envelope(found: Any = None, **changes: Any) -> dict[str, Any]:
    return {"code": 0, "message": "SUCCEED", "request_id": "r-1", "data": found} | changes


def refusal(code: int, message: str = "no") -> dict[str, Any]:
    return {"code": code, "message": message, "request_id": "r-9"}


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "task_id": "822953089408827433",
        "task_status": "processing",
        "task_info": {"external_task_id": "job-1"},
        "task_result": {},
        "task_status_msg": "",
        "created_at": 1764235825029,
        "updated_at": 1764235834029,
    } | changes


def finished(**changes: Any) -> dict[str, Any]:
    videos = [{"id": "845426607917010989", "url": "https://cdn.example/a.mp4?Key=a%2Fb&x=1", "duration": "5.041"}]
    return entry(task_status="succeed", task_result={"videos": videos}, final_unit_deduction="1.5") | changes


def order(**changes: Any) -> kling.ImageToVideo:
    settings = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)
    values: dict[str, Any] = {
        "image": b"\xff\xd8 picture",
        "prompt": "The camera pushes in.",
        "settings": settings,
        "external_task_id": "job-1",
    }
    return kling.ImageToVideo(**(values | changes))


def client(base_url: str = BASE, **options: Any) -> kling.Client:
    return kling.Client(auth=kling.auth_for(ACCESS_KEY, SECRET_KEY), base_url=base_url, **options)
