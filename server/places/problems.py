"""The answers to a list of places that cannot be taken in or taken back."""

from forms.places.place_uploads import PlaceUploadUnknown
from forms.places.place_versions import PlaceVersionNotLast, PlaceVersionUnknown
from forms.places.register_change import SuccessorUnfit
from server.base.problem import Problem, Problems
from server.places.take_in import PlacesHaveSheets, PlacesUnchanged, RegisterUnfit
from server.words.language import mark

PROBLEMS: Problems = {
    PlacesHaveSheets: Problem(
        409.1,
        mark("Name the successors of the places that have sheets and would be dropped: {places} ({count})."),
    ),
    PlacesUnchanged: Problem(
        400.8, mark("The list says what the register says: there is nothing to take in.")
    ),
    RegisterUnfit: Problem(
        409.1, mark("These places would hang on nothing, or follow nothing: {places}. Import a whole list.")
    ),
    SuccessorUnfit: Problem(
        400.8,
        mark(
            "{successor} cannot follow {code}: only a place of the register that is left out gets a successor."
        ),
    ),
    PlaceVersionUnknown: Problem(404.1, mark("There is no import {id} of places, or it was undone already.")),
    PlaceVersionNotLast: Problem(
        409.1, mark("Undo the imports after it first: the last one that counts is {last}.")
    ),
    PlaceUploadUnknown: Problem(
        404.1, mark("Choose the file again: it was taken in or put aside, or it waited longer than a day.")
    ),
}
