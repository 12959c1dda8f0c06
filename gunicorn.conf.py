"""How `gunicorn config.wsgi` serves unless told otherwise: threads, so that long uploads and videos block nobody."""

import importlib
import logging
import threading

worker_class = "gthread"
workers = 2
threads = 4
preload_app = True  # imported once for all workers: twice as quick to be there
control_socket_disable = True  # it would be one file for all clones of this user


def post_worker_init(_worker: object) -> None:
    hide_tokens()
    load_scene_writing()


def hide_tokens() -> None:
    """Keep them out of the access log too, for those who switch it on."""
    from config.scrubbing import HidesTokens  # only now can it be found

    for name in ("gunicorn.access", "gunicorn.error"):
        logging.getLogger(name).addFilter(HidesTokens())


def load_scene_writing() -> None:
    """Load what only scene writing needs while nobody waits for it: it takes seconds on a cold machine."""
    threading.Thread(target=importlib.import_module, args=("openai",), daemon=True).start()
