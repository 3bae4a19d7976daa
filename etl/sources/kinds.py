"""What a feed of each kind can say: its fields, their types, and the words they may hold."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = "unknown"

MODES = ("scene", "sms", "phone", "internet")
BUSINESSES = ("mobile", "broadband")
SEGMENTS = ("public", "elderly", "special")
GENERATIONS = ("2g", "3g", "4g", "5g", "fixed")
STAGES = ("pre", "sale", "after")
CHANNELS = ("hall", "hotline", "app", "engineer", "none")
TOUCHPOINTS = ("hall", "hotline", "app", "engineer")
STATUSES = ("open", "closed")
AREA_KINDS = ("administrative", "organisation")
CHANGES = ("split", "merge", "move")


@dataclass(frozen=True)
class Field:
    """A field of a kind. ``type`` is one of :data:`TYPES`; a blank optional field becomes ``default``."""

    name: str
    type: str = "text"
    required: bool = False
    words: tuple[str, ...] = ()
    default: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    private: bool = False  # an identifier: its value is never written down
    masked: bool = False  # free text: phone and identity-card numbers are masked


TYPES = ("text", "integer", "number", "date", "timestamp", "flag", "month")


@dataclass(frozen=True)
class Kind:
    """A kind of feed: its fields, the field that dates a row, and whether rows hang on an area."""

    name: str
    fields: tuple[Field, ...]
    dated_by: str | None = None
    placed: bool = True
    order: int = 9  # areas first, then what hangs on them

    @property
    def shapes_tree(self) -> bool:
        """Whether later files refer to what this kind brings: areas and touchpoints."""
        return self.name in ("areas", "touchpoints")

    def field(self, name: str) -> Field | None:
        """The field of that name, ``None`` when there is none."""
        return next((field for field in self.fields if field.name == name), None)


def _cut(name: str, words: tuple[str, ...], required: bool = False) -> Field:
    return Field(name, words=words if required else (*words, UNKNOWN), required=required, default=None if required else UNKNOWN)


def _count(name: str) -> Field:
    return Field(name, "integer", required=True, minimum=0)


_BRAND = Field("brand", required=True)
_MODE = _cut("mode", MODES, required=True)
_BUSINESS = _cut("business", BUSINESSES)
_SEGMENT = _cut("segment", SEGMENTS)
_JOURNEY = (_cut("generation", GENERATIONS), _cut("stage", STAGES), _cut("channel", CHANNELS))
_TOUCHPOINT = Field("touchpoint")
_CUSTOMER = Field("customer", private=True)
_POINT = (Field("lon", "number", minimum=-180, maximum=180), Field("lat", "number", minimum=-90, maximum=90))
_LIFE = (Field("valid_from", "date"), Field("valid_to", "date"))

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("areas", (
            Field("code"), Field("level"), Field("kind", words=AREA_KINDS, default="administrative"), Field("name_zh"),
            Field("name_en"), Field("parent"), Field("urban", "flag"), *_POINT, *_LIFE,
            Field("change", words=CHANGES), Field("from_code"),
        ), placed=False, order=0),
        Kind("touchpoints", (
            Field("code", required=True), Field("kind", required=True, words=TOUCHPOINTS), Field("name_zh", required=True),
            Field("name_en"), *_POINT, *_LIFE,
        ), order=1),
        Kind("subscribers", (
            Field("month", "month", required=True), _BUSINESS, _SEGMENT, _count("subscribers"),
        ), dated_by="month", order=2),
        Kind("invitations", (
            Field("day", "date", required=True), _BRAND, _MODE, _BUSINESS, _count("asked"), _count("answered"),
        ), dated_by="day", order=3),
        Kind("survey", (
            Field("response_id"), Field("answered_at", "timestamp", required=True), _TOUCHPOINT, _BRAND, _MODE, _BUSINESS,
            _SEGMENT, *_JOURNEY, _CUSTOMER, Field("tags"), Field("verbatim", masked=True),
        ), dated_by="answered_at", order=4),
        Kind("complaint", (
            Field("number", required=True), Field("opened_at", "timestamp", required=True), Field("due_at", "timestamp"),
            Field("closed_at", "timestamp"), _TOUCHPOINT, _BRAND, _BUSINESS, _SEGMENT, *_JOURNEY,
            Field("topic1", default=UNKNOWN), Field("topic2", default=UNKNOWN), Field("status", words=STATUSES),
            Field("resolved", "flag"), Field("rating", "integer", minimum=0, maximum=10), _CUSTOMER, Field("work_order"),
            Field("text", masked=True), Field("reply", masked=True),
        ), dated_by="opened_at", order=5),
        Kind("process", (
            Field("at", "timestamp", required=True), Field("cell", default=""), _TOUCHPOINT, Field("indicator"),
            Field("numerator", "number"), Field("denominator", "number"), Field("value", "number"),
        ), dated_by="at", order=6),
    )
}  # fmt: skip
