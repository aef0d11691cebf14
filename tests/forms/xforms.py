"""XForms for tests: from a Markdown table, or written out where pyxform would not write it so."""

from forms.definition.convert import convert_sheet
from forms.definition.definition import Definition
from forms.definition.xform import parse_xform

FICHE = 'fiche="https://fiche.ong/xforms"'


def xform_of(markdown: str) -> bytes:
    """The XForm that pyxform makes of a table."""
    return convert_sheet(markdown.encode(), file_type=".md", fallback_id="form", java=None).xml


def definition_of(markdown: str) -> Definition:
    """The definition of a table."""
    return parse_xform(xform_of(markdown))


def xform(instance: str, *, model: str = "", body: str = "", form_id: str = "f", version: str = "1") -> bytes:
    """An XForm by hand; `instance` is what stands inside the primary instance's root."""
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms" '
        f"xmlns:{FICHE}><h:head><h:title>T</h:title><model><instance>"
        f'<data id="{form_id}" version="{version}">{instance}</data></instance>{model}</model></h:head>'
        f"<h:body>{body}</h:body></h:html>"
    ).encode()


def tagged(questions: str, *, tags: str) -> Definition:
    """A form that asks a date and a place, and these questions; `tags` names their tag columns, in order."""
    header = " | ".join(f"bind::fiche:{name}" for name in tags.split())
    return definition_of(f"""
| survey   |
|          | type    | name    | label      | calculation | bind::fiche:dimension | {header} |
|          | date    | jour    | Jour       |             | date                  |
|          | text    | lieu    | Lieu       |             | place                 |
{questions}
| settings |
|          | form_id | version | namespaces |
|          | club    | 1       | {FICHE}    |
""")
