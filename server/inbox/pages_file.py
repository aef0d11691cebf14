"""The list of the inbox as a CSV file for a spreadsheet, with the same filters, sent while it is made."""

from collections.abc import Iterator
from itertools import islice
from zoneinfo import ZoneInfo

from flask import Response, g, request, stream_with_context

from forms.base.moment import read
from forms.places.place import Place, by_any_code
from forms.places.places import all_places
from server.submissions.filter import query_of, read_filter
from server.submissions.sheet_item import STATES, Item, items
from server.web.answer import disposition
from server.web.edge import own_address
from server.web.route import Asking, Resource, stream
from server.words.language import mark, translate
from server.words.spreadsheet import CSV, csv_file, csv_lines
from sync.counting.summary import Summary
from sync.lists import inbox_pages

resource = Resource("inbox_file", "/projects/<segment:project_id>/sheets")
BATCH = 200
LEVELS = ("region", "cercle", "commune", "village")
HEADINGS = (
    mark("Field sheet"), mark("Date of the event"), mark("Received"), mark("Region"), mark("Cercle"),
    mark("Commune"), mark("Village"), mark("Activity"), mark("Held"), mark("Men"), mark("Women"), mark("Boys"),
    mark("Girls"), mark("People present"), mark("Animator"), mark("CSO"), mark("State"), mark("Open flags"),
    mark("Sheet number"), mark("Address"),
)  # fmt: skip


@resource.get("/list.csv", may="submission.list")
def as_file(asking: Asking) -> Response:
    """Every sheet of the list, one a row."""
    language: str = g.language
    wanted = read_filter(request.args)
    query = query_of(asking, asking.db, wanted)
    settings = asking.here.settings
    zone, host = settings.zone, own_address()

    def chunks() -> Iterator[bytes]:
        with asking.again() as again:  # the request's own reading ends before the answer is sent
            places = by_any_code(all_places(again.db))
            yield csv_file([[translate(language, heading) for heading in HEADINGS]])
            rows = inbox_pages.walk(again.db, query)
            while batch := list(islice(rows, BATCH)):
                yield csv_lines([_cells(item, places, language, zone, host) for item in items(again, batch)])

    response = stream(stream_with_context(chunks()), CSV)
    name = translate(language, mark("sheets"))
    response.headers["Content-Disposition"] = disposition(f"{name}.csv")
    return response


def _cells(item: Item, places: dict[str, Place], language: str, zone: ZoneInfo, host: str) -> list[str]:
    told = item.summary
    return [
        item.form,
        told.event_date,
        f"{read(item.row.created_at).astimezone(zone):%Y-%m-%d %H:%M}",
        *_place_names(told.place, places),
        item.activity,
        translate(language, mark("yes") if told.took_place else mark("no")),
        *_numbers(told),
        item.animator,
        item.row.cso.shown,
        translate(language, STATES[item.row.state or "received"]),
        " · ".join(item.flags),
        item.row.instance_id,
        f"{host}{item.address}",
    ]


def _place_names(code: str, places: dict[str, Place]) -> list[str]:
    """The place and those around it by name; a code that the register does not have stands as the village."""
    names = dict.fromkeys(LEVELS, "")
    place = places.get(code)
    if place is None:
        names["village"] = code
    while place is not None:
        names[place.level] = place.name
        place = places.get(place.parent)
    return list(names.values())


def _numbers(told: Summary) -> list[str]:
    cells = [told.men, told.women, told.boys, told.girls]
    return [*("" if cell is None else str(cell) for cell in cells), str(told.people)]
