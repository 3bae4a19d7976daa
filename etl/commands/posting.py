"""How letters leave this installation: the ways its settings name, and the job that delivers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from etl.commands.console import Refused
from etl.config import Settings
from etl.outbox.folder import Folder
from etl.outbox.letter import MAIL, WEBHOOK
from etl.outbox.smtp import Mailer, Server
from etl.outbox.webhook import Hook
from etl.runner import Order
from etl.steps.bounces import bounced_due, take_bounces
from etl.steps.post import Way, deliver, post_due

UNBOUND = 1_000_000  # letters a minute into a folder


def ways(settings: Settings, clock: Callable[[], datetime]) -> dict[str, Way]:
    """The way of each channel. Raises :class:`Refused` where a setting cannot be used."""
    post = settings.post
    if post.smtp is None:
        found = {MAIL: Way(Folder(settings.captured, post.sender), UNBOUND)}
    else:
        server = _server(post.smtp)
        found = {MAIL: Way(Mailer(server, post.sender), server.rate)}
    if post.webhook is not None:
        try:
            found[WEBHOOK] = Way(Hook(post.webhook, post.webhook_secret, clock))
        except ValueError as error:
            raise Refused(str(error), f"消息接口的设置不能使用，原文：{error}") from None
    return found


def _server(url: str) -> Server:
    try:
        return Server.parse(url)
    except ValueError as error:
        raise Refused(f"MANYI_SMTP_URL cannot be used: {error}", f"MANYI_SMTP_URL 不能使用，原文：{error}") from None


def due(target: sa.Engine, settings: Settings, at: datetime) -> bool:
    """Whether the job ``deliver`` has something to do."""
    return post_due(target, at) or bounced_due(settings.bounces)


def deliver_all(order: Order, settings: Settings) -> dict[str, Any]:
    """Deliver what is due, and note what came back."""
    came_back = take_bounces(order.target, settings.bounces, order.moment())
    ended = deliver(order.target, ways(settings, order.moment), order.moment)
    return {**ended, **({"bounced": came_back} if came_back else {})}
