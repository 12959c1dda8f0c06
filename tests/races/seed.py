"""Makes the database of a race and what the race is about."""

from decimal import Decimal

from django.core.management import call_command
from factories import make_account, make_persona, make_photo, make_product, make_scene, make_video

from productvideo.models import KlingAccount
from productvideo.querysets import now
from productvideo.states import Stage


def storyboard() -> str:
    product = make_product()
    for _ in range(3):
        make_scene(product)
    return str(product.pk)


def two_products_and_a_budget_for_one() -> str:
    persona = make_persona(monthly_units=Decimal(5))
    products = [make_product(persona) for _ in range(2)]
    for product in products:
        for _ in range(3):
            make_scene(product)
    return ",".join(str(product.pk) for product in products)


def queue() -> str:
    scene, account = make_scene(), make_account()
    KlingAccount.objects.update(listed_at=now())
    for _ in range(30):
        make_video(scene, account)
    return str(account.pk)


def films_to_save() -> str:
    scene = make_scene()
    for number in range(200):
        make_video(scene, stage=Stage.STORING, task_id=str(number))
    return ""


def product_without_scenes() -> str:
    product = make_product()
    make_photo(product)
    return str(product.pk)


def two_scenes() -> str:
    product = make_product()
    return ",".join(str(make_scene(product).pk) for _ in range(2))


SEEDS = {
    "approve": storyboard,
    "budget": two_products_and_a_budget_for_one,
    "slots": queue,
    "claim": films_to_save,
    "write": product_without_scenes,
    "drop": two_scenes,
}


def seed(name: str) -> list[str]:
    """Make the database and what is in it; return the racers' arguments."""
    call_command("migrate", verbosity=0)
    return SEEDS[name]().split(",")
