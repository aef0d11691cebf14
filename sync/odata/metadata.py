"""Describes a form's feed to Excel, Power BI and other readers: OData's `$metadata` document. Pure."""

from lxml import etree

from forms.definition.definition import Definition, Field
from sync.odata.query import ROOT, children, key_column, safe, tables

EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
EDM = "http://docs.oasis-open.org/odata/ns/edm"
NAMESPACE = "org.opendatakit.user"
SYSTEM = "org.opendatakit.submission"
TYPES = {
    "int": "Edm.Int64",
    "decimal": "Edm.Decimal",
    "date": "Edm.Date",
    "dateTime": "Edm.DateTimeOffset",
    "boolean": "Edm.Boolean",
    "geopoint": "Edm.GeographyPoint",
    "geotrace": "Edm.GeographyLineString",
    "geoshape": "Edm.GeographyPolygon",
}
SYSTEM_TYPES = {
    "submissionDate": "Edm.DateTimeOffset",
    "updatedAt": "Edm.DateTimeOffset",
    "deletedAt": "Edm.DateTimeOffset",
    "submitterId": "Edm.String",
    "submitterName": "Edm.String",
    "attachmentsPresent": "Edm.Int64",
    "attachmentsExpected": "Edm.Int64",
    "status": f"{SYSTEM}.Status",
    "reviewState": f"{SYSTEM}.ReviewState",
    "deviceId": "Edm.String",
    "edits": "Edm.Int64",
    "formVersion": "Edm.String",
}
REVIEW_STATES = ("hasIssues", "edited", "rejected", "approved")


def metadata_xml(definition: Definition) -> bytes:
    """The `$metadata` document of a form's feed."""
    root = etree.Element(f"{{{EDMX}}}Edmx", Version="4.0", nsmap={"edmx": EDMX})
    services = etree.SubElement(root, f"{{{EDMX}}}DataServices")
    _system(services)
    schema = _schema(services, f"{NAMESPACE}.{safe(definition.form_id)}")
    for name, repeat in tables(definition).items():
        _entity(schema, definition, name, repeat)
    for group in definition.fields:
        if group.kind == "group":
            _complex(schema, definition, group)
    container = etree.SubElement(schema, "EntityContainer", Name=safe(definition.form_id))
    for name in tables(definition):
        etree.SubElement(container, "EntitySet", Name=name, EntityType=f"{schema.get('Namespace')}.{name}")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def complex_type(definition: Definition, group: Field) -> str:
    """The name of a group's type: every group has its own, by its path."""
    return "_".join(safe(part) for part in group.path.strip("/").split("/"))


def _schema(services: etree._Element, namespace: str) -> etree._Element:
    schema: etree._Element = etree.SubElement(services, f"{{{EDM}}}Schema", nsmap={None: EDM})
    schema.set("Namespace", namespace)
    return schema


def _system(services: etree._Element) -> None:
    schema = _schema(services, SYSTEM)
    metadata = etree.SubElement(schema, "ComplexType", Name="metadata")
    for name, kind in SYSTEM_TYPES.items():
        etree.SubElement(metadata, "Property", Name=name, Type=kind)
    status = etree.SubElement(schema, "EnumType", Name="Status")
    for name in ("notDecrypted", "missingEncryptedFormData"):
        etree.SubElement(status, "Member", Name=name)
    states = etree.SubElement(schema, "EnumType", Name="ReviewState")
    for name in REVIEW_STATES:
        etree.SubElement(states, "Member", Name=name)


def _entity(schema: etree._Element, definition: Definition, name: str, repeat: str) -> None:
    entity = etree.SubElement(schema, "EntityType", Name=name)
    key = etree.SubElement(entity, "Key")
    etree.SubElement(key, "PropertyRef", Name="__id")
    etree.SubElement(entity, "Property", Name="__id", Type="Edm.String", Nullable="false")
    if repeat:
        etree.SubElement(
            entity,
            "Property",
            Name=key_column(definition, repeat),
            Type="Edm.String",
            Nullable="false",
        )
    else:
        etree.SubElement(entity, "Property", Name="__system", Type=f"{SYSTEM}.metadata")
    _properties(entity, schema, definition, repeat)


def _complex(schema: etree._Element, definition: Definition, group: Field) -> None:
    made = etree.SubElement(schema, "ComplexType", Name=complex_type(definition, group))
    _properties(made, schema, definition, group.path)


def _properties(owner: etree._Element, schema: etree._Element, definition: Definition, parent: str) -> None:
    namespace = schema.get("Namespace")
    for child in children(definition, parent):
        name = safe(child.name)
        if child.kind == "repeat":
            table = ".".join([ROOT, *(safe(part) for part in child.path.strip("/").split("/"))])
            etree.SubElement(owner, "NavigationProperty", Name=name, Type=f"Collection({namespace}.{table})")
        elif child.kind == "group":
            etree.SubElement(
                owner, "Property", Name=name, Type=f"{namespace}.{complex_type(definition, child)}"
            )
        else:
            etree.SubElement(owner, "Property", Name=name, Type=TYPES.get(child.kind, "Edm.String"))
