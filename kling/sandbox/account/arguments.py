"""The options by which a sandbox is told what its account has."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from kling.sandbox.account.reading import CASH_FORM, PACK_FORM, check_pack_names, read_cash, read_lag, read_pack
from kling.sandbox.account.terms import WrongTermsError

T = TypeVar("T")


def add_account_arguments(parser: ArgumentParser) -> None:
    packs = parser.add_mutually_exclusive_group()
    packs.add_argument(
        "--pack",
        type=_told(read_pack),
        action="append",
        metavar=PACK_FORM,
        help="Have this resource pack instead of the one that --units and --parallel make; may be given again. TYPE is"
        " video or image (image where the name says so).",
    )
    packs.add_argument("--no-packs", action="store_true", help="Have no resource pack at all.")
    parser.add_argument(
        "--pack-lag",
        type=_told(read_lag),
        default=0.0,
        metavar="SECONDS",
        help="Tell so late what packs have left (0).",
    )
    parser.add_argument(
        "--parallel-per-model",
        action="store_true",
        help="Count running tasks model by model, and not all together, against the parallel limit.",
    )
    parser.add_argument(
        "--cash",
        type=_told(read_cash),
        metavar=CASH_FORM,
        help="Have money, too, for what no pack can pay: USD (0.14 a unit) or CNY (needs a price); TYPE is balance or"
        " test_balance. Where no pack is online, --parallel is the limit.",
    )


def account_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `Options` takes of all that; raise WrongTermsError for packs that do not go together."""
    packs = [] if options["no_packs"] else options["pack"]
    check_pack_names(packs or [])
    return {
        "packs": packs,
        "pack_lag": options["pack_lag"],
        "parallel_per_model": options["parallel_per_model"],
        "cash": options["cash"],
    }


def _told(read: Callable[[str], T]) -> Callable[[str], T]:
    def read_argument(text: str) -> T:
        try:
            return read(text)
        except WrongTermsError as error:
            raise ArgumentTypeError(str(error)) from None

    return read_argument
