"""Reads the XML that form engines write: its identity, and its answers by the form's own paths.

Takes everything that JavaRosa, ODK Web Forms and older clients write: elements in any order and any
namespace, a prefixed or a bare `meta`, nodes left out, empty repeat instances, `NaN` for no number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from forms.base.refusal import Refusal
from forms.definition.definition import Branch, Definition


class InstanceUnreadable(Refusal):
    """The XML is cut off, malformed, too deep, or declares a document type (`reason` says which)."""


LONGEST_ID = 255
"""Of an instanceID, in signs: every page of a sheet has it in its address."""


class FormIdMissing(Refusal):
    """The root element names no form."""


class InstanceIdUnusable(Refusal):
    """An identifier is longer than an address can carry, or holds signs that are not printed (`most`)."""


class InstanceIdMissing(Refusal):
    """The instance has no instanceID, so that a resend could not be told from a second sheet."""


class InstanceEncrypted(Refusal):
    """The instance is encrypted for a key that this server does not have."""


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance as it came: who it is, and its root element for those who read the answers."""

    form_id: str
    version: str
    """"" where the XML names none."""
    instance_id: str
    deprecated_id: str
    """The instanceID that this one replaces, "" for a first sending."""
    instance_name: str
    root: etree._Element


@dataclass(frozen=True, slots=True)
class Scope:
    """The answers of one repeat instance, or of the root, without those of the repeats inside."""

    repeat: str
    """Path of the repeat, "" for the root."""
    position: tuple[int, ...]
    """() at the root, (2,) for a second instance, (1, 3) for the third inside a first."""
    answers: Mapping[str, str]
    """Text by path. An unanswered question, and a number that is `NaN`, is not there."""
    children: tuple["Scope", ...]
    """The instances of the repeats inside, in document order; those without any answer are left out."""

    def __iter__(self) -> Iterator["Scope"]:
        """This scope and all inside it, outer before inner."""
        yield self
        for child in self.children:
            yield from child


def parse_instance(xml: bytes) -> Instance:
    """Read an instance's identity.

    Nothing outside the bytes is read: no entity is resolved, and a document type is refused, so that a
    few bytes cannot grow into gigabytes. lxml itself refuses more than 256 levels and text over 10 MB.

    Raises InstanceUnreadable, FormIdMissing, InstanceIdMissing, InstanceIdUnusable or InstanceEncrypted.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InstanceUnreadable(reason=str(error)) from None
    if root.getroottree().docinfo.doctype:
        raise InstanceUnreadable(reason="DOCTYPE")
    if root.get("encrypted") == "yes":
        raise InstanceEncrypted(form_id=root.get("id", ""))
    form_id = root.get("id", "")
    if not form_id:
        raise FormIdMissing
    meta = _meta(root)
    if not meta.get("instanceID"):
        raise InstanceIdMissing(form_id=form_id)
    for identifier in (meta["instanceID"], meta.get("deprecatedID", "")):
        if len(identifier) > LONGEST_ID or not identifier.isprintable():
            raise InstanceIdUnusable(most=LONGEST_ID)
    return Instance(
        form_id=form_id,
        version=root.get("version", ""),
        instance_id=meta["instanceID"],
        deprecated_id=meta.get("deprecatedID", ""),
        instance_name=meta.get("instanceName", ""),
        root=root,
    )


def with_identity(xml: bytes, *, instance_id: str, deprecated_id: str) -> bytes:
    """The same answers under another instanceID, as an edit of the version `deprecated_id`.

    Raises what `parse_instance` raises.
    """
    root = parse_instance(xml).root
    meta = next(child for child in reversed(root) if _local_name(child) == "meta")
    for child in list(meta):
        if _local_name(child) == "deprecatedID":
            meta.remove(child)
        elif _local_name(child) == "instanceID":
            child.text = instance_id
            namespace = child.tag.rpartition("}")[0]
    etree.SubElement(meta, f"{namespace}}}deprecatedID" if namespace else "deprecatedID").text = deprecated_id
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def scopes(instance: Instance, definition: Definition) -> Scope:
    """The answers of an instance, arranged as the form's repeats nest: the root scope.

    Elements that the definition does not know are passed over: the raw XML keeps them.
    """
    return _scope(instance.root, definition.tree, "", ())


def files_named(root: Scope, definition: Definition) -> set[str]:
    """The files that an instance names: answers of media questions, in any repeat instance."""
    paths = definition.binary_paths
    return {scope.answers[path].strip() for scope in root for path in scope.answers.keys() & paths}


def without_answers(instance: Instance) -> bytes:
    """The XML of an instance that says nothing but which form and which sheet it is."""
    root = etree.Element(instance.root.tag, id=instance.form_id, version=instance.version)
    meta = etree.SubElement(root, "meta")
    etree.SubElement(meta, "instanceID").text = instance.instance_id
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def answer_at(instance: Instance, path: str) -> str:
    """One answer outside repeats, found without reading the others; "" where it is not there.

    >>> answer_at(parse_instance(b'<d id="f"><g><a>1</a></g><meta><instanceID>u</instanceID></meta></d>'), "/g/a")
    '1'
    """
    element = instance.root
    for name in path.strip("/").split("/"):
        found = next((child for child in element if _local_name(child) == name), None)
        if found is None:
            return ""
        element = found
    return (element.text or "").strip()


def _meta(root: etree._Element) -> dict[str, str]:
    for child in reversed(root):  # engines write it last
        if _local_name(child) == "meta":
            return {_local_name(element): (element.text or "").strip() for element in child}
    return {}


def _local_name(element: etree._Element) -> str:
    tag = element.tag
    if not isinstance(tag, str):  # a comment or a processing instruction
        return ""
    return tag.rpartition("}")[2]


def _scope(element: etree._Element, branch: Branch, repeat: str, position: tuple[int, ...]) -> Scope:
    answers: dict[str, str] = {}
    children: list[Scope] = []
    _collect(element, branch, position, answers, children)
    return Scope(repeat, position, answers, tuple(children))


def _collect(
    element: etree._Element,
    branch: Branch,
    position: tuple[int, ...],
    answers: dict[str, str],
    children: list[Scope],
) -> None:
    seen: dict[str, int] = {}
    known = branch.children
    for child in element:
        name = child.tag
        below = known.get(name)
        if below is None:
            name = _local_name(child)
            below = known.get(name)
            if below is None:
                continue
        text = child.text
        if not (text or below.children):  # a question without an answer: most of a sheet
            continue
        field = below.asked
        assert field is not None  # only the root stands for none
        if field.kind == "repeat":
            seen[name] = seen.get(name, 0) + 1
            scope = _scope(child, below, field.path, (*position, seen[name]))
            if scope.answers or scope.children:
                children.append(scope)
        elif below.children:
            _collect(child, below, position, answers, children)
        elif text and text != "NaN" and not text.isspace():
            answers.setdefault(field.path, text)
