"""What a program sends is refused by the field's name and the type that was wanted, however deep it stands."""

import pytest
from marshmallow import fields

from forms.base.refusal import Refusal
from server.base.refusals import ParameterMissing, WrongType
from server.web.schema import Said
from server.web.validated import load


class Zone(Said):
    """A part of what is sent."""

    place_code = fields.String(required=True)


class Sent(Said):
    """A field of each type."""

    name = fields.String(required=True)
    count = fields.Integer(strict=True)
    share = fields.Float()
    is_new = fields.Boolean()
    tags = fields.List(fields.String())
    totals = fields.Dict(keys=fields.String(), values=fields.Integer())
    zones = fields.List(fields.Nested(Zone))


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        ({}, ParameterMissing(names=("name",), field="name")),
        ({"name": None}, WrongType(field="name", value="None", expected="not null")),
        ({"name": 1}, WrongType(field="name", value="1", expected="string")),
        ({"name": "a", "count": "x"}, WrongType(field="count", value="x", expected="integer")),
        ({"name": "a", "share": "x"}, WrongType(field="share", value="x", expected="number")),
        ({"name": "a", "isNew": []}, WrongType(field="isNew", value="[]", expected="boolean")),
        ({"name": "a", "tags": 3}, WrongType(field="tags", value="3", expected="array")),
        ({"name": "a", "tags": [3]}, WrongType(field="tags", value="[3]", expected="string")),
        ({"name": "a", "totals": 3}, WrongType(field="totals", value="3", expected="object")),
        ({"name": "a", "zones": [3]}, WrongType(field="zones", value="[3]", expected="object")),
        (
            {"name": "a", "zones": [{"placeCode": "R1"}, {}]},
            ParameterMissing(names=("zones.1.placeCode",), field="zones.1.placeCode"),
        ),
        ([1], WrongType(field="body", value="list", expected="object")),
    ],
)
def test_what_is_wrong_is_named(sent: object, refused: Refusal) -> None:
    with pytest.raises(type(refused)) as raised:
        load(Sent(), sent)
    assert raised.value.args == refused.args
