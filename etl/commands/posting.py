"""How letters leave this installation: the ways its settings name, who writes them, the jobs that tell and deliver."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import sql
from etl.commands.console import Refused
from etl.config import Settings
from etl.outbox.folder import Folder
from etl.outbox.letter import MAIL, WEBHOOK, Attachment
from etl.outbox.smtp import Mailer, Server
from etl.outbox.webhook import Hook
from etl.runner import Order
from etl.steps.bounces import bounced_due, take_bounces
from etl.steps.notify import ZONE, Bundle, Written, notify
from etl.steps.post import Way, deliver, post_due
from etl.steps.report_letters import enclosed

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
    ended = deliver(order.target, ways(settings, order.moment), order.moment, enclosed)
    return {**ended, **({"bounced": came_back} if came_back else {})}


def writer(settings: Settings, store: sa.Engine, clock: Callable[[], datetime]) -> Callable[[Bundle], Written]:
    """Writes a letter about alerts as its reader may see them; ``store`` is reached as the dashboard's own role."""
    from dashboard.mail.compose import Frame, Told, compose  # a second that commands without a letter need not wait

    demo = settings.demo_marker.exists()

    def write(bundle: Bundle) -> Written:
        reader = bundle.reader
        frame = Frame(reader.user_id, reader.login, reader.language, settings.post.public_url, clock().astimezone(ZONE), demo)
        told = [Told(item.episode_id, tuple(str(what) for what in item.what), item.held) for item in bundle.items]
        mail = compose(store, frame, told, bundle.kind)
        pictures = tuple(Attachment(f"{cid}.png", "image/png", content, content_id=cid) for cid, content in mail.pictures.items())
        return Written(mail.subject, mail.text, mail.html, mail.link, mail.seen, pictures)

    return write


def notify_all(order: Order, settings: Settings) -> dict[str, Any]:
    """Tell what happened to alerts."""
    url = order.target.url.render_as_string(hide_password=False)
    store = sql.engine(settings.app_url(url), pool_size=2, application="manyi letters")
    try:
        return dict(notify(order.target, order.moment(), writer(settings, store, order.moment)))
    finally:
        store.dispose()
