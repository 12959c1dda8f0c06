"""The password of `admin`: random, in a file of this clone. `make password` sets a new one."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import OperationalError, transaction

from config import clone
from config.terminal import say

if TYPE_CHECKING:
    from django.contrib.auth.models import User  # only once the apps are loaded

ADMIN = "admin"


def password_file() -> Path:
    return Path(settings.VAR_DIR) / "admin-password"


def set_admin_password() -> User:
    """Give `admin`, made a superuser if missing, a random password; the file is written before the commit."""
    password = secrets.token_urlsafe(15)
    with transaction.atomic():
        admin, _ = get_user_model().objects.get_or_create(
            username=ADMIN, defaults={"is_staff": True, "is_superuser": True}
        )
        admin.set_password(password)
        admin.save(update_fields=["password"])
        clone.write_private(password_file(), password + "\n")
    return admin


def main() -> int:
    django.setup()
    try:
        set_admin_password()
    except OperationalError as error:
        say(f"No password was set: {error}. `make run` makes the database ready.")
        return 1
    say(f"{ADMIN} has a new password, written to {password_file()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
