"""The two lists that phones read: one wrong entry and Collect refuses the whole list."""

from lxml import etree

from forms.catalogue.manifest import FormListEntry, MediaEntry, form_list_xml, manifest_xml

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
AWKWARD = "Séance <1> & «2» \"3\" '4' ]]>"


def entry(**more: str) -> FormListEntry:
    facts = {
        "form_id": "seance",
        "name": "Séance",
        "version": "1",
        "md5": "0" * 32,
        "download_url": "https://h/f?a=1&b=2",
        "manifest_url": "https://h/m",
    } | more
    return FormListEntry(**facts)


def test_a_form_is_listed_with_all_that_a_phone_must_know() -> None:
    root = etree.fromstring(form_list_xml([entry(name=AWKWARD)]))
    assert root.tag == f"{LIST}xforms"
    (form,) = root
    assert form.tag == f"{LIST}xform"
    assert [(element.tag.removeprefix(LIST), element.text) for element in form] == [
        ("formID", "seance"),
        ("name", AWKWARD),
        ("version", "1"),
        ("hash", f"md5:{'0' * 32}"),
        ("downloadUrl", "https://h/f?a=1&b=2"),
        ("manifestUrl", "https://h/m"),
    ]


def test_a_form_without_media_has_no_manifest_and_one_without_a_title_its_id() -> None:
    (form,) = etree.fromstring(form_list_xml([entry(manifest_url="", name="")]))
    assert form.find(f"{LIST}manifestUrl") is None
    assert form.findtext(f"{LIST}name") == "seance"


def test_a_manifest_lists_each_file_with_its_prefixed_hash() -> None:
    root = etree.fromstring(manifest_xml([MediaEntry("villages é&.csv", "f" * 32, "https://h/v")]))
    assert root.tag == f"{MANIFEST}manifest"
    ((*elements,),) = root
    assert [(element.tag.removeprefix(MANIFEST), element.text) for element in elements] == [
        ("filename", "villages é&.csv"),
        ("hash", f"md5:{'f' * 32}"),
        ("downloadUrl", "https://h/v"),
    ]


def test_empty_lists_are_whole_documents() -> None:
    assert form_list_xml([]) == (
        b'<?xml version="1.0" encoding="UTF-8"?><xforms xmlns="http://openrosa.org/xforms/xformsList"></xforms>'
    )
    assert len(etree.fromstring(manifest_xml([]))) == 0
