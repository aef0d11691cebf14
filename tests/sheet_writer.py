"""Instances of the session sheet written by hand, for tests that need many of them and no form engine."""

import uuid
from xml.sax.saxutils import escape

from forms.definition.definition import Branch, Definition


def instance_xml(
    form_id: str, version: str, answers: dict[str, object], *, instance_id: str = "", deprecated_id: str = ""
) -> bytes:
    """An instance with these answers, nested by the slashes of their paths ("/effectifs/n_hommes")."""
    tree: dict[str, object] = {}
    for path, answer in answers.items():
        *groups, name = path.strip("/").split("/")
        branch = tree
        for group in groups:
            branch = branch.setdefault(group, {})  # type: ignore[assignment]
        branch[name] = answer
    meta = f"<instanceID>{escape(instance_id or new_instance_id())}</instanceID>"
    if deprecated_id:
        meta += f"<deprecatedID>{escape(deprecated_id)}</deprecatedID>"
    return (
        "<?xml version='1.0' encoding='UTF-8' ?>"
        f'<data id="{escape(form_id)}" version="{escape(version)}">'
        f"{_elements(tree)}<meta>{meta}</meta></data>"
    ).encode()


def new_instance_id() -> str:
    """As Collect makes them."""
    return f"uuid:{uuid.uuid4()}"


def _elements(tree: dict[str, object]) -> str:
    return "".join(
        "".join(f"<{name}>{_elements(row)}</{name}>" for row in value)
        if isinstance(value, list)
        else f"<{name}>{_elements(value) if isinstance(value, dict) else escape(str(value))}</{name}>"
        for name, value in tree.items()
    )


def filled(definition: Definition, answers: dict[str, object], *, instance_id: str = "") -> bytes:
    """A sheet of this form with answers by question name; every other question is left empty.

    Repeats are lists of such answers: {"categorie": [{"n_h": 3}, {"n_f": 4}]}.
    """
    tree = _tree(definition.tree, answers)
    body = _elements(tree)
    meta = f"<meta><instanceID>{escape(instance_id or new_instance_id())}</instanceID></meta>"
    return (
        f"<?xml version='1.0' encoding='UTF-8' ?><{definition.root} id=\"{escape(definition.form_id)}\" "
        f'version="{escape(definition.version)}" xmlns:fiche="https://fiche.ong/xforms" '
        'xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa" '
        'xmlns:orx="http://openrosa.org/xforms">'
        f"{body}{meta}</{definition.root}>"
    ).encode()


def _tree(branch: Branch, answers: dict[str, object]) -> dict[str, object]:
    tree: dict[str, object] = {}
    for name, below in branch.children.items():
        if name == "meta":
            continue
        if below.asked is not None and below.asked.kind == "repeat":
            instances = answers.get(name, [])
            assert isinstance(instances, list)
            tree[name] = [_tree(below, instance) for instance in instances]
        elif below.children:
            tree[name] = _tree(below, answers)
        else:
            tree[name] = answers.get(name, "")
    return tree
