"""The one place that reads the environment; every variable is explained in `.env.example`."""

from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from config import clone

django_stubs_ext.monkeypatch()

Number = TypeVar("Number", int, float, Decimal)

BASE_DIR = clone.BASE_DIR
VAR_DIR = clone.VAR
env = environ.Env()
env.read_env(BASE_DIR / ".env")


def read_number(name: str, default: Number, *, least: float) -> Number:
    """Read a number of the default's type, or say which variable is wrong and how."""
    text = env.str(name, "").strip()
    try:
        value = type(default)(text) if text else default
    except (ValueError, ArithmeticError):
        raise ImproperlyConfigured(f"{name} is {text!r}; it must be a number.") from None
    if not value >= least:
        raise ImproperlyConfigured(f"{name} is {text}; it must be at least {least:g}.")
    return value


def read_switch(name: str, *, default: bool) -> bool:
    """Read yes or no; any other word is an error and not a silent no."""
    text = env.str(name, "").strip().lower()
    if text not in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        raise ImproperlyConfigured(f"{name} is {text!r}; write true or false.")
    return text in ("1", "true", "yes", "on") if text else default


def read_address(name: str, default: str) -> str:
    """Read an http(s) address without its last slash."""
    address = env.str(name, "").strip().rstrip("/") or default
    try:
        parts = urlsplit(address)
        is_complete = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half a bracket, or a port that is no number
        is_complete = False
    if address and not is_complete:
        raise ImproperlyConfigured(f"{name} is {address!r}; it must start with https:// or http:// and name a host.")
    return address


# Kling and OpenAI: the keys are the only settings that the real thing needs.
KLING_API_KEY = env.str("KLING_API_KEY", "")
KLING_API_SECRET = env.str("KLING_API_SECRET", "")
# Judged where it is used, so that check_kling can say what is wrong with it.
KLING_API_BASE_URL = env.str("KLING_API_BASE_URL", "").strip().rstrip("/") or "https://api-singapore.klingai.com"
KLING_MODEL = env.str("KLING_MODEL", "").strip() or "kling-v2-5-turbo"
KLING_MAX_PARALLEL = read_number("KLING_MAX_PARALLEL", 5, least=1)
KLING_POLL_SECONDS = read_number("KLING_POLL_SECONDS", 5.0, least=0.1)
KLING_RESEND_AFTER = read_number("KLING_RESEND_AFTER", 120.0, least=1)
KLING_UNIT_PRICE = read_number("KLING_UNIT_PRICE", Decimal("0.14"), least=0)
KLING_CURRENCY = env.str("KLING_CURRENCY", "").strip() or "USD"
KLING_CALLBACKS = read_switch("KLING_CALLBACKS", default=False)
KLING_WEBHOOK_SECRET = env.str("KLING_WEBHOOK_SECRET", "").strip()
OPENAI_API_KEY = env.str("OPENAI_API_KEY", "").strip()
OPENAI_BASE_URL = read_address("OPENAI_BASE_URL", "https://api.openai.com/v1")
OPENAI_MODEL = env.str("OPENAI_MODEL", "").strip() or "gpt-5.4-mini"
OPENAI_INPUT_PRICE = read_number("OPENAI_INPUT_PRICE", Decimal(0), least=0)
OPENAI_OUTPUT_PRICE = read_number("OPENAI_OUTPUT_PRICE", Decimal(0), least=0)
ALLOW_PRIVATE_DOWNLOADS = read_switch("ALLOW_PRIVATE_DOWNLOADS", default=False)

# Neither half of a key pair: everything runs on the local sandbox. Half a pair is an error (kling.checks).
PRACTICE_MODE = not KLING_API_KEY.strip() and not KLING_API_SECRET.strip()

# Where it runs.
DEBUG = read_switch("DEBUG", default=False)
PUBLIC_URL = read_address("PUBLIC_URL", "")
SECRET_KEY = env.str("SECRET_KEY", "") or clone.secret("secret-key")
REDIS_URL = env.str("REDIS_URL", "").strip()
MEDIA_ROOT = env.str("MEDIA_ROOT", "").strip() or str(VAR_DIR / "media")
DATABASE_URL = env.str("DATABASE_URL", "").strip() or f"sqlite:///{VAR_DIR / 'db.sqlite3'}"

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = []
if PUBLIC_URL:
    ALLOWED_HOSTS.append(urlsplit(PUBLIC_URL).hostname or "")
    CSRF_TRUSTED_ORIGINS.append(PUBLIC_URL)
if PUBLIC_URL.startswith("https://"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "personas",
    "kling",
    "productvideo",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "productvideo.admin.zone.ViewerZone",
    "productvideo.admin.visiting.NotesVisits",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "productvideo.admin.site.practice",
            ]
        },
    }
]

if not DATABASE_URL.startswith(("sqlite:///", "postgres://", "postgresql://")):
    raise ImproperlyConfigured(
        "DATABASE_URL is not understood; write postgres://user:password@host/name or sqlite:////path/to/file."
    )
DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # Without IMMEDIATE, WAL answers "database is locked" under two writers whatever the time-out.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: what was promised before money is spent must survive a power cut.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A server that is gone without a word is noticed within seconds; no statement and no lock holds a worker for long.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,  # milliseconds
        "options": "-c statement_timeout=30s -c lock_timeout=15s -c idle_in_transaction_session_timeout=60s",
        **DATABASES["default"].get("OPTIONS", {}),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_URL = "/media-is-not-public/"  # files go out through productvideo.files, which asks who wants them
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "templates" / "static"]
WHITENOISE_USE_FINDERS = True  # nothing to collect, and no STATIC_ROOT, before the first start
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 60 * 1024 * 1024  # a 40 MB photo as base64 in a JSON body

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds that a link to choose a password works
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "/"

REST_FRAMEWORK = {
    # Token first: its scheme is what a 401 names.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

# Mail, for who approved videos; without an address of a server, nobody is told.
EMAIL_URL = env.str("EMAIL_URL", "").strip()
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "").strip() or "stillreel@localhost"
EMAIL_TIMEOUT = 10  # seconds; a worker waits here
if EMAIL_URL:
    globals().update(env.email_url_config(EMAIL_URL))

# Beat sends ticks without arguments; the rows, not the messages, hold the work (docs/architecture.md).
CELERY_BROKER_URL = REDIS_URL or f"redis://:{clone.secret('broker-password')}@127.0.0.1:{clone.port('broker')}/0"
CELERY_TASK_DEFAULT_QUEUE = "stillreel"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ACKS_LATE = False  # a tick is worth nothing the second time
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # the row's lease recovers, not the broker
CELERY_TASK_TIME_LIMIT = 900  # longer than the longest download; every step has deadlines of its own
CELERY_WORKER_CONCURRENCY = 5
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ETA_TASK_LIMIT = 10  # nothing here uses an ETA; if one slips in, it cannot eat the memory
CELERY_WORKER_MAX_TASKS_PER_CHILD = 5000
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker that comes back is used again
CELERY_BROKER_CHANNEL_ERROR_RETRY = True  # a replica that was promoted is recoverable
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": "stillreel:",
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    "socket_keepalive": True,
    "health_check_interval": 15,
}
CELERY_BEAT_SCHEDULER = "config.beat:Scheduler"  # in memory: any number of beats, no file to share
CELERY_BEAT_MAX_LOOP_INTERVAL = 2
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # 60 s, since the stamp is by beat's clock and judged by the worker's.
    step: {"task": f"productvideo.tasks.{step}", "schedule": 2.0, "options": {"expires": 60}}
    for step in ("submit", "check", "collect", "write")
}
CELERY_BEAT_SCHEDULE["sweep"] = {  # by several beats, several times: the second finds nothing to do
    "task": "productvideo.tasks.sweep",
    "schedule": crontab(hour="3", minute="17"),
    "options": {"expires": 6 * 3600},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"no tokens": {"()": "config.scrubbing.HidesTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # One line per tick and per request would bury the lines that matter.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        # Both write addresses that were asked for.
        "django.request": {"filters": ["no tokens"]},
        "django.server": {"filters": ["no tokens"], "handlers": ["console"]},
    },
}

UNFOLD = {
    "SITE_TITLE": "Stillreel",
    "SITE_HEADER": "Stillreel",
    "SITE_SUBHEADER": "the product video manager",
    "SITE_SYMBOL": "movie",
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "productvideo.admin.site.favicon"},
    ],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "ENVIRONMENT": "productvideo.admin.site.environment",
    "GLOBAL_CALLBACK": "productvideo.admin.site.every_page",
    "STYLES": ["productvideo.admin.site.stylesheet"],
    "SCRIPTS": ["productvideo.admin.site.script"],
    "SIDEBAR": {"navigation": "productvideo.admin.site.navigation"},
}
