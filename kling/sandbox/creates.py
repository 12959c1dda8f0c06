"""Creates of both APIs: read, admitted, made and told in the words of the path they came by."""

import logging

from kling.sandbox.answers import Answer, Refused, Request, succeed
from kling.sandbox.faults.steering import Steer, read_steering
from kling.sandbox.fields import parse_body
from kling.sandbox.legacy import doors as legacy
from kling.sandbox.legacy.views import created_view as legacy_view
from kling.sandbox.making import BAD_MORALS
from kling.sandbox.new import doors as new
from kling.sandbox.new.views import created_view as new_view
from kling.sandbox.routes import Route
from kling.sandbox.sandbox import Sandbox
from kling.types import Dialect

log = logging.getLogger(__name__)


def create(sandbox: Sandbox, request: Request, route: Route) -> Answer:
    """Make a task; raise Refused when it cannot be."""
    is_new = route.dialect is Dialect.NEW
    if is_new:
        new.find_model(route)  # a path that is not there is told before what was sent to it
    body = parse_body(request.body)
    order = (
        new.read_order(body, route)
        if is_new
        else legacy.read_order(body, route, allow_ended=sandbox.options.allow_ended)
    )
    steers = read_steering(order.prompt)
    if sandbox.options.moderates_at_once and Steer.POLICY in steers:
        raise Refused(400, 1301, BAD_MORALS)
    key_name = sandbox.options.credentials.key_name(request.headers.get("authorization"))
    task = sandbox.make_task(order, api_key_name=key_name)
    log.info("Task %s: %s %s %s s, %s.", task.id, task.model_name, task.mode, task.duration, task.move)
    made = succeed(new_view(task) if is_new else legacy_view(task))
    if Steer.LOST_ANSWER in steers:
        sandbox.store.count("lost answers")
        return Answer(status=made.status, body=made.body, headers=made.headers, is_lost=True)
    return made
