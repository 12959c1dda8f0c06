"""How well scenes are written: a fixed set of products through the writer and the linter, with a score per rule.

Linter and assembly are checked on answers written by hand, with a key or without; each bad one names what it breaks,
and that must be found. With OPENAI_API_KEY the writer is asked too, for one product after another.
"""

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from evaluation.answers import FOLDER, committed  # noqa: E402
from evaluation.asking import evaluate_writer  # noqa: E402
from evaluation.by_hand import check_committed  # noqa: E402
from evaluation.products import cases  # noqa: E402
from evaluation.tables import say  # noqa: E402


def main() -> int:
    asked = _parser().parse_args()
    products = cases()
    with tempfile.TemporaryDirectory() as folder:
        settings.VAR_DIR = Path(folder)  # a clone that runs here is neither paused by this nor pauses it
        logging.disable(logging.WARNING)  # the answers written by hand are no requests, and bad ones no news
        good = check_committed(committed(asked.answers), products)
        logging.disable(logging.NOTSET)
        if settings.OPENAI_API_KEY:
            good &= evaluate_writer(list(products.values())[: asked.most], wait=asked.wait)
        else:
            say("writer not evaluated: no key")
    return 0 if good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=Path, default=FOLDER, metavar="FOLDER", help="other answers written by hand")
    parser.add_argument("--most", type=int, metavar="N", help="ask OpenAI for the first N products only")
    parser.add_argument("--wait", type=float, default=61, metavar="S", help="seconds to wait at a limit, once (61)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
