"""What a planner may ask of a dossier, and what is refused with its field."""

import json
from base64 import b64encode
from datetime import date, timedelta
from typing import Any

import pytest

from api.desk.dossier.body import NewDossier
from api.desk.dossier.desk import given_logo
from api.desk.dossier.dossiers import end_of
from api.problems import Problem
from api.security.body import JsonBody
from tests.api.conftest import quick_settings
from tests.api.desk.dossier_place import picture

BODY = JsonBody(NewDossier)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"sites": []}, "sites"),
        ({"sites": [{"parcels": [1]}] * 9}, "sites"),
        ({"sites": [{"parcels": []}]}, "sites"),
        ({"title": "x" * 161}, "title"),
        ({"title": "a\nb"}, "title"),
        ({"text": "a\u0007b"}, "text"),
        ({"language": "de"}, "language"),
        ({"anonymous": 1}, "anonymous"),
        ({"unknown": True}, "unknown"),
    ],
)
def test_wrong_asks_are_told_with_their_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Problem) as refused:
        BODY.read(json.dumps(wrong).encode(), quick_settings())
    assert refused.value.status == 422
    assert refused.value.errors[0].field.startswith(field)


def test_nothing_has_to_be_said() -> None:
    asked = BODY.read(b"{}", quick_settings())
    assert (asked.sites, asked.anonymous, asked.scores, asked.language) == (None, False, True, "fr")


@pytest.mark.parametrize(
    ("said", "code"), [("%%", "dossier.logo.base64"), (b64encode(b"GIF89a").decode(), "dossier.logo.kind")]
)
def test_a_logo_that_cannot_be_shown_is_told(said: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        given_logo(said)
    assert (refused.value.errors[0].field, refused.value.errors[0].code) == ("logo", code)


def test_a_logo_is_looked_at() -> None:
    assert given_logo(None) is None
    shown = given_logo(picture("svg"))
    assert shown is not None
    assert shown.media_type == "image/svg+xml"


@pytest.mark.parametrize("days", [-1, 400])
def test_a_link_ends_within_a_year(days: int) -> None:
    today = date(2026, 11, 23)
    with pytest.raises(Problem) as refused:
        end_of(today + timedelta(days=days), today, "Europe/Paris")
    assert refused.value.errors[0].code == "dossier.until"


def test_a_link_holds_through_its_last_day() -> None:
    assert end_of(date(2027, 3, 28), date(2027, 3, 1), "Europe/Paris").isoformat() == "2027-03-29T00:00:00+02:00"
