"""The answers to whoever uploads and publishes forms: what to mend, and where."""

from forms.catalogue.drafts import DraftUnknown
from forms.catalogue.publish import (
    FieldTypeChanged,
    FormExists,
    FormIdOther,
    FormIsOnlyDraft,
    ListNotUtf8,
    MediaMissing,
    StructureChanged,
    VersionTaken,
)
from forms.catalogue.sheet import FormTooWide, TagsInvalid
from forms.definition.confidential import (
    ConfidentialAsksFiles,
    ConfidentialCountsOpenly,
    ConfidentialMarkMissing,
    ConfidentialStaysOnPhones,
)
from forms.definition.convert import SheetInvalid
from forms.definition.xform import XFormInvalid
from server.base.problem import Facts, Problem, Problems
from server.publishing.conversion import ConversionsBusy, FileTypeUnknown
from server.publishing.form_upload import (
    FormIdMissingInSheet,
    FormIdUnusable,
    MediaTypeUnknown,
    SheetHasWarnings,
)
from server.publishing.tag_sentence import tag_sentences
from server.words.language import mark


def _problems(facts: Facts, language: str) -> Facts:
    """A line for each tag, with where it stands."""
    return {"problems": "\n".join(tag_sentences(facts["problems"], language))}


PROBLEMS: Problems = {
    ConversionsBusy: Problem(
        503.1, mark("Try again in {seconds} seconds: other workbooks are being converted at this moment.")
    ),
    MediaTypeUnknown: Problem(
        400.8, mark("A body of the type {media_type} is not taken here. Allowed: {allowed}.")
    ),
    FileTypeUnknown: Problem(400.8, mark("{name}: give a file that ends in {allowed}.")),
    FormIdMissingInSheet: Problem(400.2, mark("Write a form_id on the sheet settings: the form has none.")),
    FormIdUnusable: Problem(
        400.8, mark("Give the form another form_id: {value} ends like the name of a file.")
    ),
    FormIdOther: Problem(400.8, mark("{field}: this form is called {expected}, and {value} was sent.")),
    ListNotUtf8: Problem(
        400.8, mark("Save {name} as CSV UTF-8 and send it again: phones would show wrong letters.")
    ),
    SheetInvalid: Problem(400.15, mark("Mend the form: {reason}")),
    XFormInvalid: Problem(400.15, mark("This is no form that phones can load: {reason}.")),
    FormTooWide: Problem(
        400.15,
        mark(
            "Split the form {form_id}: it asks {count} questions outside its repeats or in one of them; {most} at most."
        ),
    ),
    TagsInvalid: Problem(
        400.15, mark("Mend the tally tags of the form {form_id}:\n{problems}"), words=_problems
    ),
    ConfidentialStaysOnPhones: Problem(
        400.15,
        mark(
            "Take auto_delete = false out of the settings of {form_id}: "
            "what is confidential must not stay on phones once it was received."
        ),
    ),
    ConfidentialAsksFiles: Problem(
        400.15,
        mark(
            "Take these questions out of {form_id}: {questions}. "
            "What is confidential asks for no pictures, sounds or other files."
        ),
    ),
    ConfidentialMarkMissing: Problem(
        400.15,
        mark(
            "Write attribute::fiche:confidential = yes in the settings of {form_id}: "
            "the form is confidential, and stays so. "
            "An open form has another form_id."
        ),
    ),
    ConfidentialCountsOpenly: Problem(
        400.15,
        mark(
            "Take the tags that count {measures} out of {form_id}: what is confidential counts {allowed} alone, "
            "of which small numbers are hidden."
        ),
    ),
    MediaMissing: Problem(400.15, mark("Add the files that the form {form_id} names: {names}.")),
    SheetHasWarnings: Problem(
        400.16,
        mark(
            "The form can be used, with warnings. Look at them, then send it again with ignoreWarnings=true."
        ),
    ),
    StructureChanged: Problem(
        400.16, mark("The new version of {form_id} does not ask these questions any more: {fields}.")
    ),
    FieldTypeChanged: Problem(
        400.17,
        mark(
            "Give the question {path} of {form_id} a new name: "
            "its type was {before} and cannot become {after}."
        ),
    ),
    DraftUnknown: Problem(404.1, mark("The form {form_id} has no draft.")),
    FormExists: Problem(409.3, mark("The project has a form {form_id} already.")),
    FormIsOnlyDraft: Problem(
        409.7, mark("The form {form_id} was never published: delete the form itself, not its draft.")
    ),
    VersionTaken: Problem(
        409.6,
        mark("Give the form {form_id} a new version: {version} was published with other content."),
    ),
}
