"""Writing scenes from a product's page: a request of its own, so that the page is there at once."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from productvideo import services
from productvideo.admin.product_page import find_product, to_page
from productvideo.admin.site import staff_page


@staff_page
@require_POST
def write_scenes(request: HttpRequest, product_id: int) -> HttpResponse:
    """Write the scenes of a product that has none."""
    product = find_product(product_id)
    if not product.scenes.exists():
        services.plan_scenes(product=product)
    return to_page(product)
