"""Reads an XForm, as pyxform writes them and as ODK tools accept them, into a `Definition`. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from forms.base.refusal import Refusal
from forms.definition.definition import Choice, Definition, Field, Labels, TagProblem
from forms.definition.label import settled, text_of
from forms.definition.tally_tag import (
    NAMESPACE,
    is_like_a_mark,
    is_narrative,
    problems_of_attributes,
    problems_of_typed_text,
    read_tag,
)

XFORMS = "{http://www.w3.org/2002/xforms}"
XHTML = "{http://www.w3.org/1999/xhtml}"
ODK = "{http://www.opendatakit.org/xforms}"
OPENROSA = "{http://openrosa.org/xforms}"
FICHE = f"{{{NAMESPACE}}}"

CONTROL_KINDS = {"select1": "select1", "select": "select", "rank": "rank", "upload": "binary"}
CONTROLS = {*CONTROL_KINDS, "input", "trigger", "range", "secret", "group", "repeat"}
CONTROL_TAGS = (*(XFORMS + name for name in CONTROLS), f"{ODK}rank")
YES = ("yes", "true")
NO = ("no", "false", "")
INSTANCE_NAME = re.compile(r"""\binstance\(\s*(['"])(.*?)\1\s*\)""")
KINDS = {"integer": "int", "text": "string", "": "string"}


class XFormInvalid(Refusal):
    """The bytes are no XForm that phones could load (`reason`)."""


@dataclass(slots=True)
class _Control:
    kind: str
    element: etree._Element


@dataclass(slots=True)
class _Reading:
    """What the head and the body say, before the instance is walked."""

    root: str
    """Name of the primary instance's root element."""
    binds: dict[str, etree._Element] = field(default_factory=dict)
    controls: dict[str, _Control] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    """By itext id: text by language."""
    languages: tuple[str, ...] = ()
    fields: list[Field] = field(default_factory=list)
    problems: list[TagProblem] = field(default_factory=list)
    choice_lists: dict[str, tuple[Choice, ...]] = field(default_factory=dict)


def parse_xform(xml: bytes) -> Definition:
    """The definition in an XForm's bytes. Raises XFormInvalid."""
    root = _root(xml)
    model = root.find(f"{XHTML}head/{XFORMS}model")
    body = root.find(f"{XHTML}body")
    if model is None or body is None:
        raise XFormInvalid(reason="model or body missing")
    primary = next(model.iterfind(f"{XFORMS}instance[1]/*"), None)
    if primary is None:
        raise XFormInvalid(reason="primary instance missing")
    form_id, title = primary.get("id", ""), (root.findtext(f"{XHTML}head/{XHTML}title") or "").strip()
    if not form_id or not title:  # Collect installs neither (OR-27c)
        raise XFormInvalid(reason="title missing" if form_id else "form id missing")
    name = _local(primary)
    reading = _Reading(
        name, binds={element.get("nodeset", ""): element for element in model.findall(f"{XFORMS}bind")}
    )
    _read_texts(model, reading)
    _read_choice_lists(model, reading)
    _read_controls(body, reading)
    _walk(primary, f"/{name}", "", reading, root_length=len(name) + 1)
    reading.problems += _problems_of_marks(root, primary)
    submission = model.find(f"{XFORMS}submission")
    return Definition(
        form_id=form_id,
        version=primary.get("version", ""),
        title=title,
        root=name,
        languages=reading.languages,
        fields=tuple(reading.fields),
        choice_lists=reading.choice_lists,
        media=tuple(sorted(set(_media(model)))),
        client_editable=_asked_of_phones(submission, ODK, "client-editable") == "true",
        stays_on_phones=_asked_of_phones(submission, OPENROSA, "auto-delete") == "false",
        is_confidential=primary.get(f"{FICHE}confidential", "no").casefold() not in NO,
        is_notice=primary.get(f"{FICHE}notice", "no").casefold() not in NO,
        tag_problems=tuple(reading.problems),
    )


def with_version(xml: bytes, version: str) -> bytes:
    """The same XForm under another version. Raises XFormInvalid."""
    root = _root(xml)
    primary = root.find(f"{XHTML}head/{XFORMS}model/{XFORMS}instance[1]/*")
    if primary is None:
        raise XFormInvalid(reason="primary instance missing")
    primary.set("version", version)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _problems_of_marks(root: etree._Element, primary: etree._Element) -> Iterator[TagProblem]:
    """Marks of the form itself that are misspelt, and `fiche:` attributes where they say nothing.

    One that is passed over would leave a form open that its author believes to be closed.
    """
    for name, value in primary.attrib.items():
        if name in (f"{FICHE}confidential", f"{FICHE}notice"):
            if value.casefold() not in (*YES, *NO):
                yield TagProblem("", etree.QName(name).localname, value, "yes_or_no")
        elif name.startswith(FICHE) or is_like_a_mark(etree.QName(name).localname):
            yield TagProblem("", etree.QName(name).localname, value, "unknown_mark")
    for element in root.iter("{*}*"):
        if element is not primary and element.tag != f"{XFORMS}bind":
            for name, value in element.attrib.items():
                if name.startswith(FICHE):
                    yield TagProblem("", etree.QName(name).localname, value, "misplaced")


def _asked_of_phones(submission: etree._Element | None, namespace: str, name: str) -> str:
    """What the form asks of phones about its sheets; they read the attribute in any namespace, and so does this."""
    if submission is None:
        return ""
    return str(submission.get(f"{namespace}{name}") or submission.get(name, "")).strip().lower()


def _root(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XFormInvalid(reason=str(error)) from None
    if root.getroottree().docinfo.doctype:
        raise XFormInvalid(reason="DOCTYPE")
    if root.tag != f"{XHTML}html":
        raise XFormInvalid(reason="root element is not h:html")
    if root.nsmap.get("fiche", NAMESPACE) != NAMESPACE:  # its tags would be there and count nothing
        raise XFormInvalid(reason=f'namespace fiche="{root.nsmap["fiche"]}" instead of "{NAMESPACE}"')
    return root


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _read_texts(model: etree._Element, reading: _Reading) -> None:
    translations = model.findall(f"{XFORMS}itext/{XFORMS}translation")
    translations.sort(
        key=lambda each: not each.get("default", "")
    )  # the default one first, the rest as it is
    reading.languages = tuple(translation.get("lang", "") for translation in translations)
    for translation in translations:
        for text in translation.findall(f"{XFORMS}text"):
            for value in text.findall(f"{XFORMS}value"):
                if value.get("form") in (None, "long"):
                    texts = reading.texts.setdefault(text.get("id", ""), {})
                    texts[translation.get("lang", "")] = text_of(value)


def _read_choice_lists(model: etree._Element, reading: _Reading) -> None:
    for instance in model.findall(f"{XFORMS}instance")[1:]:
        items = instance.findall(f"{XFORMS}root/{XFORMS}item")
        if items and not instance.get("src"):
            reading.choice_lists[instance.get("id", "")] = tuple(
                Choice(item.findtext(f"{XFORMS}name") or "", _item_labels(item, reading)) for item in items
            )


def _item_labels(item: etree._Element, reading: _Reading) -> Labels:
    text_id = item.findtext(f"{XFORMS}itextId")
    if text_id:
        texts = reading.texts.get(text_id, {})
        return {language: settled(text, f"/{reading.root}") for language, text in texts.items()}
    return {"": item.findtext(f"{XFORMS}label") or ""}


def _read_controls(body: etree._Element, reading: _Reading) -> None:
    for element in body.iter(*CONTROL_TAGS):
        name = _local(element)
        path = element.get("nodeset" if name == "repeat" else "ref") or element.get("bind") or ""
        if not path:
            continue
        if name == "repeat":
            inside = reading.controls.get(path)  # its labels stand on the group around it
            label_bearer = inside.element if inside else element
            reading.controls[path] = _Control("repeat", label_bearer)
        elif name != "group" or path not in reading.controls:
            reading.controls[path] = _Control(CONTROL_KINDS.get(name, name), element)


def _walk(
    parent: etree._Element, parent_path: str, repeat: str, reading: _Reading, *, root_length: int
) -> None:
    seen: set[str] = set()
    for element in parent:
        if not isinstance(element.tag, str):
            continue
        name = _local(element)
        if name in seen:  # a repeat's template stands before its first instance
            continue
        seen.add(name)
        node = f"{parent_path}/{name}"
        path = node[root_length:]
        control = reading.controls.get(node)
        kind = _kind(element, control, reading.binds.get(node))
        reading.fields.append(_field(path, kind, repeat, control, reading.binds.get(node), reading))
        if len(element):
            _walk(element, node, path if kind == "repeat" else repeat, reading, root_length=root_length)


def _kind(element: etree._Element, control: _Control | None, bind: etree._Element | None) -> str:
    if control is not None and control.kind == "repeat":
        return "repeat"
    if len(element) and any(isinstance(child.tag, str) for child in element):
        return "group"
    if control is not None and control.kind in CONTROL_KINDS.values():
        return control.kind
    written = (bind.get("type", "") if bind is not None else "").rpartition(":")[2]
    return KINDS.get(written, written)


def _field(
    path: str,
    kind: str,
    repeat: str,
    control: _Control | None,
    bind: etree._Element | None,
    reading: _Reading,
) -> Field:
    attributes = {
        name.removeprefix(FICHE): value
        for name, value in (bind.attrib.items() if bind is not None else ())
        if name.startswith(FICHE)
    }
    reading.problems += problems_of_attributes(path, attributes)
    labels: Labels = {}
    choices = ""
    if control is not None:
        labels = _labels(control.element, reading, f"/{reading.root}{path}")
        choices = _choices(path, control.element, reading)
    tag = read_tag(attributes)
    if tag is not None and control is not None and kind == "string":
        reading.problems += problems_of_typed_text(path, tag)
    return Field(
        path=path,
        name=path.rpartition("/")[2],
        kind=kind,
        repeat=repeat,
        labels=labels,
        choices=choices,
        tag=tag,
        is_narrative=is_narrative(path.rpartition("/")[2], kind, attributes),
        is_required=bind is not None and bind.get("required", "").replace(" ", "") == "true()",
    )


def _labels(element: etree._Element, reading: _Reading, node: str) -> Labels:
    """What a question or a choice is called; `node` is the question's."""
    label = element.find(f"{XFORMS}label")
    if label is None:
        return {}
    reference = label.get("ref", "")
    if reference.startswith("jr:itext("):
        texts = reading.texts.get(reference[len("jr:itext(") :].strip(")'\" "), {})
    else:
        texts = {"": text_of(label)}
    return {language: settled(text, node) for language, text in texts.items()}


def _choices(path: str, element: etree._Element, reading: _Reading) -> str:
    itemset = element.find(f"{XFORMS}itemset")
    if itemset is not None:
        named = INSTANCE_NAME.search(itemset.get("nodeset", ""))
        return named[2] if named and named[2] in reading.choice_lists else ""
    items = element.findall(f"{XFORMS}item")
    if items:
        reading.choice_lists[path] = tuple(
            Choice(item.findtext(f"{XFORMS}value") or "", _labels(item, reading, f"/{reading.root}{path}"))
            for item in items
        )
        return path
    return ""


def _media(model: etree._Element) -> Iterator[str]:
    """File names behind jr:// addresses: secondary instances, and pictures and sounds of labels."""
    for instance in model.findall(f"{XFORMS}instance")[1:]:
        address = instance.get("src", "")
        if address.startswith("jr://") and address != "jr://instance/last-saved":
            yield _file_name(address)
    for value in model.iterfind(f"{XFORMS}itext/{XFORMS}translation/{XFORMS}text/{XFORMS}value"):
        text = (value.text or "").strip()
        if value.get("form") and text.startswith("jr://"):
            yield _file_name(text)


def _file_name(address: str) -> str:
    """Phones keep a form's files in one flat folder (OR-22)."""
    name = address.rpartition("/")[2]
    if not name:
        raise XFormInvalid(reason=f"{address}: no file name")
    return name
