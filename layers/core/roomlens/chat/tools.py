"""What a language model may look up while it answers: searches, what a listing's photos say together, and changes.

What may be seen is the turn's scope, which comes from the caller. No tool takes a listing, and one that a model adds to
its arguments is refused, so that nothing written into a photo, a title or a question can widen the scope.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from roomlens.chat.backends import Scope
from roomlens.chat.receipts import analysed
from roomlens.chat.tool_results import change_shown, ids_in, listing_shown, photo_shown, scores_in
from roomlens.fields import Id, Readable
from roomlens.listings import get_listing
from roomlens.listings.aggregation import aggregate
from roomlens.listings.changes import changes_of
from roomlens.models import Image
from roomlens.photos.facts import Facts, facts_of
from roomlens.schemas import Filters, QueryRequest
from roomlens.search import Relevance, search
from roomlens.vocabulary import RoomType, Tag

MOST_PHOTOS: Final = 10  # that one call shows
MOST_LISTINGS: Final = 3  # that are summed up where none was chosen
MOST_CHANGES: Final = 20
_MOST_CHARACTERS: Final = 300  # of what was wrong with a call


class WrongCallError(Exception):
    """A call that can't be answered. Its words are for the model, which may call again; nobody else sees them."""


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SearchPhotos(_Arguments):
    query: Annotated[str, Field(min_length=1, max_length=300, pattern=r"\S"), Readable] = Field(
        description="What the photos should show, in plain words."
    )
    room_type: RoomType | None = Field(None, description="Only photos of this room.")
    tags: Annotated[list[Tag], Field(max_length=5)] | None = Field(
        None, description="Only photos that show each of these things, 5 at most. Leave it out unless asked for them."
    )
    most: Annotated[int, Field(ge=1, le=MOST_PHOTOS)] = Field(
        6, description=f"How many photos, from 1 to {MOST_PHOTOS}."
    )


class PhotoDetails(_Arguments):
    image_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_PHOTOS)] = Field(
        description=f"Ids of photos that were spoken of, {MOST_PHOTOS} at most."
    )


class ListingOverview(_Arguments):
    pass


class ListingChanges(_Arguments):
    from_date: date | None = Field(None, description="Only changes since this day, YYYY-MM-DD.")
    to_date: date | None = Field(None, description="Only changes until this day, YYYY-MM-DD.")


class Toolbox:
    """The tools of one turn, within its scope.

    `seen`: the photos that some result named, which are all that an answer may rest on; `numbers`: the scores that some
    result named; `near`: how near those photos lie to what was searched that answer it.
    """

    def __init__(self, session: Session, scope: Scope) -> None:
        self._session, self._scope = session, scope
        self.near: dict[int, float] = {}
        self.numbers: set[float] = set()
        self.seen: set[int] = set()
        self._listings_found: dict[int, None] = {}

    def use(self, name: str, arguments: Any) -> dict[str, Any]:
        """What a tool gives, as compact JSON. Raises WrongCallError."""
        tool = TOOLS.get(name)
        if tool is None:
            raise WrongCallError(f"There is no such tool; there are {', '.join(TOOLS)}.")
        shown = tool.run(self, parsed(tool.arguments, arguments))
        self.seen.update(ids_in(shown))
        self.numbers.update(scores_in(shown))
        return shown

    def has_photos(self) -> bool:
        return self._session.execute(analysed(self._scope).limit(1)).first() is not None

    def facts(self, image_ids: Iterable[int] | None = None) -> dict[int, Facts]:
        """What counts of photos within the scope: of these, or of all."""
        statement = analysed(self._scope).order_by(Image.id)
        if image_ids is not None:
            statement = statement.where(Image.id.in_(list(image_ids)))
        return {image.id: facts_of(analysis, image.correction) for image, analysis in self._session.execute(statement)}

    def search(self, asked: SearchPhotos) -> dict[str, Any]:
        listing_id = self._scope.listing_id
        wanted = QueryRequest(query=asked.query, k=asked.most, listing_id=listing_id, filters=_filters(asked))
        hits = [
            hit
            for hit in search(self._session, wanted).hits
            if listing_id is not None or hit.relevance != Relevance.NOISE
        ]
        self.near |= {hit.image.id: hit.score for hit in hits if hit.relevance == Relevance.STRONG}
        self._listings_found |= dict.fromkeys(hit.image.listing_id for hit in hits if hit.image.listing_id is not None)
        return {"photos": [photo_shown(hit.image, hit.facts) | {"relevance": str(hit.relevance)} for hit in hits]}

    def details(self, asked: PhotoDetails) -> dict[str, Any]:
        """Whether a photo does not exist or lies outside of the scope can't be told from the result."""
        statement = analysed(self._scope).where(Image.id.in_(asked.image_ids)).order_by(Image.id)
        found = [
            photo_shown(image, facts_of(analysis, image.correction))
            for image, analysis in self._session.execute(statement)
        ]
        missing = set(asked.image_ids) - {photo["image_id"] for photo in found}
        return {"photos": found, "not_found": sorted(missing)}

    def overview(self, _: ListingOverview) -> dict[str, Any]:
        session = self._session
        shown = [
            listing_shown(get_listing(session, listing_id).title, aggregate(session, listing_id, keep=False))
            for listing_id in self._listings()
        ]
        return {"listings": shown}

    def changes(self, asked: ListingChanges) -> dict[str, Any]:
        shown = []
        since, until = _days(asked)
        for listing_id in self._listings():
            changes = changes_of(self._session, listing_id, since=since, until=until, keep=False)
            latest = [change_shown(one) for one in changes[-MOST_CHANGES:]]
            shown.append({"listing_id": listing_id, "changes": latest, "left_out": len(changes) - len(latest)})
        return {"listings": shown}

    def _listings(self) -> list[int]:
        """The one that the turn is about, else the first of those whose photos a search has found."""
        if self._scope.listing_id is not None:
            return [self._scope.listing_id]
        if not self._listings_found:
            raise WrongCallError("No listing is chosen. Search photos first; then this tells of their listings.")
        return list(self._listings_found)[:MOST_LISTINGS]


@dataclass(frozen=True)
class Tool:
    about: str
    arguments: type[_Arguments]
    run: Callable[[Toolbox, Any], dict[str, Any]]


# No hyphens in the names: Nova can't call a tool that has one.
TOOLS: Final[Mapping[str, Tool]] = {
    "search_photos": Tool("Finds photos by what they show, the nearest first.", SearchPhotos, Toolbox.search),
    "photo_details": Tool("Tells what was seen in photos whose ids are known.", PhotoDetails, Toolbox.details),
    "listing_overview": Tool(
        "Sums up all photos of the listing: its rooms, what is in them, best and worst photos, and rooms without one.",
        ListingOverview,
        Toolbox.overview,
    ),
    "listing_changes": Tool(
        "Compares photos of the same room at different dates: what was added, removed, improved or got worse.",
        ListingChanges,
        Toolbox.changes,
    ),
}


def parsed(kind: type[BaseModel], arguments: Any) -> Any:
    """Arguments as their model has them. Raises WrongCallError, which says what is wrong without repeating it."""
    try:
        return kind.model_validate(arguments)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'arguments'}: {one['msg']}" for one in error.errors())
        raise WrongCallError(wrong[:_MOST_CHARACTERS]) from None


def tool_spec(name: str, about: str, arguments: type[BaseModel]) -> dict[str, Any]:
    """A tool as Converse wants it. The schema keeps to what all models read: no references, no titles, no bounds."""
    schema = arguments.model_json_schema()
    plain = _plain(schema, schema.get("$defs", {}))
    return {"toolSpec": {"name": name, "description": about, "inputSchema": {"json": {"properties": {}} | plain}}}


def _plain(schema: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """`type`, `properties`, `required`, `items`, `enum` and `description` of a schema, with its references put in."""
    if "$ref" in schema:
        named = known[schema["$ref"].rpartition("/")[2]]
        return _plain({**named, "description": ""} | {key: schema[key] for key in schema if key != "$ref"}, known)
    if "anyOf" in schema:  # something, or nothing
        something = next(one for one in schema["anyOf"] if one.get("type") != "null")
        return _plain({**something, "description": schema.get("description", "")}, known)
    plain = {key: schema[key] for key in ("type", "required", "enum") if key in schema}
    if schema.get("description") and schema["type"] != "object":
        plain["description"] = schema["description"]
    if "items" in schema:
        plain["items"] = _plain(schema["items"], known)
    if "properties" in schema:
        plain["properties"] = {name: _plain(one, known) for name, one in schema["properties"].items()}
    return plain


def _filters(asked: SearchPhotos) -> Filters | None:
    wanted = {
        "rooms": {"any": [asked.room_type]} if asked.room_type else None,
        "tags": {"all": asked.tags} if asked.tags else None,
    }
    return Filters.model_validate(wanted) if any(wanted.values()) else None


def _days(asked: ListingChanges) -> tuple[datetime | None, datetime | None]:
    """From the beginning of the first day to the end of the last one, in UTC."""
    since, until = asked.from_date, asked.to_date
    return (
        datetime.combine(since, time.min, UTC) if since else None,
        datetime.combine(until, time.max, UTC) if until else None,
    )
