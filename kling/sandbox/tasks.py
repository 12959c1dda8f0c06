"""A task: what is stored of it once, and what it is at a given moment."""

from dataclasses import dataclass
from decimal import Decimal

from kling.sandbox.links import RETENTION_SECONDS
from kling.sandbox.products import Product
from kling.sandbox.studio.moves import Move
from kling.types import Dialect, Mode, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """All that will happen to a task is settled when it is made; its state is a question of time, asked at no cost."""

    id: int
    external_id: str | None
    created_ms: int  # true time, as are the next two
    started_ms: int  # processing from here on
    ended_ms: int  # terminal from here on
    failure: str  # the text it will fail with; empty when it will succeed
    model_name: str
    mode: Mode
    duration: int
    sound: bool
    move: Move
    photo: str  # the file's name among the photos
    end_photo: str  # that of the last frame; empty when the film may end where the camera takes it
    width: int  # of the photo, or of the shape that was asked for
    height: int
    units: Decimal  # charged when it succeeds
    watermark: bool | None
    broken_downloads: int  # how many downloads will still end in the middle
    skew_ms: int = 0  # how far Kling's clock was ahead when the task was made
    prompt_sha256: str = ""  # empty for the tasks of older sandboxes
    dialect: Dialect = Dialect.LEGACY  # of the path by which it was made, as is the next
    product: Product = Product.IMAGE
    callback_url: str = ""
    money: Decimal = Decimal(0)  # charged when it succeeds, where it does not cost units; so are the next two
    currency: str = ""
    cash_type: str = ""
    audio: str = "off"  # native, original or off
    video_input: bool = False
    chosen_voice: bool = False
    api_key_name: str = ""  # of the key that made it; empty for a key pair

    def status(self, now_ms: int) -> TaskStatus:
        if now_ms < self.started_ms:
            return TaskStatus.SUBMITTED
        if now_ms < self.ended_ms:
            return TaskStatus.PROCESSING
        return TaskStatus.FAILED if self.failure else TaskStatus.SUCCEED

    def updated_ms(self, now_ms: int) -> int:
        return max([self.created_ms, *(moment for moment in (self.started_ms, self.ended_ms) if moment <= now_ms)])

    @property
    def path(self) -> str:
        """The path by which it was made."""
        if self.dialect is Dialect.NEW:
            return f"/{self.product.new_word}/{self.model_name}"
        return f"/v1/videos/{self.product}"

    @property
    def film_seconds(self) -> str:
        """The length of its film as Kling writes it: 24 frames a second and one more (kling-api §8)."""
        return f"{self.duration}.041"

    @property
    def expires(self) -> int:
        """The second at which Kling deletes the file, by its own clock."""
        return (self.ended_ms + self.skew_ms) // 1000 + RETENTION_SECONDS
