"""The page that stands where none can be shown: what is the matter, and the next step."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from dash import dcc, html

from dashboard.address import context_from
from dashboard.auth.scope import installed
from dashboard.context import Absent, Refused, User
from dashboard.icons import icon
from dashboard.texts import t

TITLED = ("absent.area", "absent.period")  # reasons with a heading of their own


def kind_of(reason: Exception) -> str:
    return "refused" if isinstance(reason, Refused) else "absent"


def title(reason: Exception, language: str) -> str:
    """The heading of the page."""
    key = f"{reason.args[0]}_title" if reason.args[0] in TITLED else f"{kind_of(reason)}.title"
    return t(key, language)


def no_page(reason: Exception, href: str, user: User) -> html.Div:
    """Why nothing is shown at ``href``, and links to what can be."""
    language, code = user.language, reason.args[1] if len(reason.args) > 1 else ""
    return html.Div(
        [
            icon("refuse" if kind_of(reason) == "refused" else "search", 40),
            html.H1(title(reason, language)),
            html.P(t(reason.args[0], language, code=code)),
            html.Div(_steps(reason, href, user), className="steps"),
        ],
        className="no-page",
    )


def _steps(reason: Exception, href: str, user: User) -> list[dcc.Link]:
    """The next steps, the likeliest first."""
    steps = []
    if reason.args[0] == "absent.period":
        words = t("absent.latest", user.language)
        steps.append(dcc.Link(words, href=without_period(href), className="button"))
    words, address = own_area(user)
    steps.append(dcc.Link(words, href=address, className="quiet button" if steps else "button"))
    return steps


def without_period(href: str) -> str:
    """The same view in the latest complete month."""
    parts = urlsplit(href)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "period"]
    return parts.path + (f"?{urlencode(kept)}" if kept else "")


def own_area(user: User) -> tuple[str, str]:
    """The way to the reader's own area, by its name where there is one."""
    first = next((page.name for page in installed().pages.values() if page.open_to(user)), None)
    try:
        context = context_from(f"/{first}")
    except (Refused, Absent):
        return t("refused.home", user.language), "/"
    return t("refused.own", user.language, area=context.area.name(user.language)), context.address(area=context.area.code)
