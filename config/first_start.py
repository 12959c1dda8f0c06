"""What a start finds out and makes before anything runs: a sound configuration, the tables, somebody to sign in."""

from io import StringIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError, transaction

from config import password
from productvideo import demo


class NotReadyError(RuntimeError):
    """Stillreel cannot start; the message says what to mend."""


def prepare() -> None:
    """Check the settings, bring the tables up to date, and make the first user where there is none."""
    try:
        call_command("check", stdout=StringIO())  # warnings go to standard error
        call_command("migrate", verbosity=0, interactive=False)
    except SystemCheckError as error:
        raise NotReadyError(str(error).strip()) from None
    except OperationalError as error:
        raise NotReadyError(f"The database does not answer as it should: {error}") from None
    make_first_user()


def make_first_user() -> None:
    """Make `admin` and, in practice mode only, the demo; in one transaction, so that a crash repeats both."""
    with transaction.atomic():
        if get_user_model().objects.exists():
            return
        admin = password.set_admin_password()
        if settings.PRACTICE_MODE:
            demo.make_demo(by=admin)
