"""What each line of the log says, as a sentence with holes; the page fills them, some with links. Pure.

English keeps the past tense with its maker in front; French can do the same without knowing whether Awa is a man or a
woman, but for signing in and out, where it uses nouns.
"""

from collections.abc import Mapping

from server.words.language import mark
from sync.audits import AuditLine

NOBODY = mark("The command line")
"""Who did what no account did: a command, or the server by itself."""
SENTENCES: Mapping[str, str] = {
    "user.session.create": mark("{who} signed in"),
    "user.session.end": mark("{who} signed out"),
    "user.create": mark("{who} created the account of {whom}"),
    "user.update": mark("{who} changed the account of {whom}"),
    "user.update.password": mark("{who} chose another password"),
    "user.password.reset": mark("{who} made a new sign-in link for {whom}"),
    "user.password.set": mark("{who} chose a password with the link"),
    "user.delete": mark("{who} closed the account of {whom}"),
    "user.restore": mark("{who} opened the account of {whom} again"),
    "user.power.ask": mark("{who} asked that somebody agree to a change of who reads referrals: {whom}"),
    "user.power.agree": mark("{who} agreed to a change of who reads referrals: {whom}"),
    "user.power.refuse": mark("{who} put aside a request to change who reads referrals: {whom}"),
    "user.assignment.create": mark("{who} gave {whom} the role “{role}”"),
    "user.assignment.delete": mark("{who} took the role “{role}” away from {whom}"),
    "field_key.create": mark("{who} put the phone of {whom} into service"),
    "field_key.token.create": mark("{who} made a new code for the phone of {whom}"),
    "field_key.session.end": mark("{who} withdrew the access of the phone of {whom}"),
    "field_key.session.restore": mark("{who} gave the phone of {whom} its access back"),
    "field_key.delete": mark("{who} removed the phone of {whom}"),
    "public_link.create": mark("{who} made the link of {whom} for the form {form}"),
    "public_link.session.end": mark("{who} withdrew the link of {whom}"),
    "public_link.session.restore": mark("{who} let the link of {whom} work again"),
    "public_link.delete": mark("{who} removed the link of {whom}"),
    "project.create": mark("{who} created the project {project}"),
    "project.update": mark("{who} changed the project {project}"),
    "project.delete": mark("{who} deleted the project {project}"),
    "cso.create": mark("{who} added the CSO {code}"),
    "cso.update": mark("{who} changed the CSO {code}"),
    "cso.update.zones": mark("{who} changed where the CSO {code} works"),
    "form.create": mark("{who} created the form {form}"),
    "form.restore": mark("{who} took the form {form} out of the trash"),
    "form.update": mark("{who} changed the state of the form {form}"),
    "form.delete": mark("{who} put the form {form} into the trash"),
    "form.update.publish": mark("{who} published version {version} of the form {form}"),
    "form.update.draft.set": mark("{who} added a draft of the form {form}"),
    "form.update.draft.delete": mark("{who} threw away the draft of the form {form}"),
    "form.attachment.update": mark("{who} changed the file {name} of the form {form}"),
    "form.submission.export": mark("{who} downloaded the sheets of the form {form}: {file}"),
    "submission.create": mark("{who} sent {sheet}"),
    "submission.update.version": mark("{who} corrected {sheet}"),
    "submission.update.approved": mark("{who} approved {sheet}"),
    "submission.update.hasIssues": mark("{who} asked for a correction of {sheet}"),
    "submission.update.rejected": mark("{who} rejected {sheet}"),
    "submission.update.edited": mark("{who} put {sheet} back among those to decide"),
    "submission.update.received": mark("{who} put {sheet} back among those to decide"),
    "submission.update.undo": mark("{who} took back the decision on {sheet}"),
    "submission.move": mark("{who} gave {sheet} from {before} to {after}"),
    "submission.delete": mark("{who} put {sheet} into the trash"),
    "submission.restore": mark("{who} took {sheet} out of the trash"),
    "submission.conflict": mark("{who} sent other answers under the number of {sheet}: they were kept aside"),
    "submission.conflict.settle.used": mark("{who} put the correction from the phone into {sheet}"),
    "submission.conflict.settle.left": mark("{who} left the correction from the phone of {sheet} aside"),
    "submission.attachment.update": mark("{who} changed the file {name} of {sheet}"),
    "submission.attachment.conflict": mark("{who} sent another file {name} with {sheet}: it was kept aside"),
    "submission.read": mark("{who} read the confidential sheet no. {number} of the form {form}"),
    "submission.list": mark("{who} read the list of the confidential sheets of the form {form}"),
    "flag.decide": mark("{who} decided on the flag “{flag}” of {sheet}: {decision}"),
    "flag.decide.": mark("{who} opened the flag “{flag}” of {sheet} again"),
    "compilation.submit": mark("{who} submitted {month} of {code}"),
    "compilation.take_back": mark("{who} took {month} of {code} back"),
    "compilation.validate": mark("{who} validated {month} of {code}"),
    "compilation.reopen": mark("{who} opened {month} of {code} again"),
    "place.import": mark("{who} imported places: {places} changed, {sheets} sheets stand elsewhere"),
    "place.undo": mark("{who} undid an import of places: {places} changed, {sheets} sheets stand elsewhere"),
    "plan.import": mark("{who} imported a plan of {lines} lines"),
    "plan.undo": mark("{who} undid the import of a plan of {lines} lines"),
    "plan.redo": mark("{who} put a plan of {lines} lines back"),
    "reminder.send": mark("{who} sent the reminders by email: {sent}"),
}
"""By action, as ODK Central names it; where one action is several things to a reader, by what its details say."""
UNKNOWN = mark("{who}: {action}")


def sentence_of(line: AuditLine) -> str:
    """The sentence of a line, in English, its holes open.

    >>> sentence_of(AuditLine(1, "", "submission.update", 2, None, 3, None, None, {"reviewState": "approved"}, None))
    '{who} approved {sheet}'
    """
    found = (SENTENCES.get(f"{line.action}.{word}") for word in _closer(line))
    return next((sentence for sentence in found if sentence), SENTENCES.get(line.action, UNKNOWN))


def reason_of(line: AuditLine) -> str:
    """What its maker wrote about it; the word that marks a decision as taken back is none of theirs."""
    return "" if line.notes is None or line.notes == "undo" else line.notes


def _closer(line: AuditLine) -> list[str]:
    """What the details say more closely, the closest first."""
    details = line.details
    changed = details.get("data")
    return [
        *(["undo"] if line.notes == "undo" else []),
        *([str(details["reviewState"] or "received")] if "reviewState" in details else []),
        *([str(details["outcome"])] if "outcome" in details else []),
        *([str(details["decision"])] if "decision" in details else []),
        *(["zones"] if "zones" in details else []),
        *(["password"] if isinstance(changed, dict) and changed.get("password") is True else []),
    ]
