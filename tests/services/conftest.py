"""What the services' tests share."""

from kling_host import kling_host

__all__ = ["kling_host"]
