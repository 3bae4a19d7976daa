"""What a report is about, and with whose eyes: the context of a page, made without a browser."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

import sql
from dashboard.address import as_of, latest_publication, publication_of, trail_to
from dashboard.auth.users import load_user
from dashboard.context import Context, Refused
from etl.domain.period import Period

PAGE, THEME = "overview", "light"  # paper is white


def subject(
    store: sa.Engine, user_id: int, code: str | None, period: Period, language: str | None = None, *, number: int | None = None,
    demo: bool = False,
) -> Context:  # fmt: skip
    """The context of a report for one user, area and period; ``language`` default: the user's, ``number``: the publication,
    default: the newest.

    Raises :class:`~dashboard.context.Refused` (no such user, or the area is not the user's) and
    :class:`~dashboard.context.Absent` (no such area).
    """
    with sql.scoped(store, user_id) as connection:
        user = load_user(connection, user_id)
        if user is None:
            raise Refused("refused.nothing")
        publication = latest_publication(connection) if number is None else publication_of(connection, number)
        trail = trail_to(connection, user, code, as_of(period, publication, False))
    spoken = language or user.language
    return Context(
        page=PAGE, user=replace(user, language=spoken), language=spoken, theme=THEME, area=trail[-1], trail=trail, period=period,
        publication=publication, store=store, demo=demo,
    )  # fmt: skip
