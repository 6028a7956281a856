"""Parcels drawn, changed and taken out over HTTP (OGC API Features, Part 4), by whoever answers for the land."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response

from api.deps import CurrentPrincipal, CurrentSession, CurrentSettings, Language, Today, only
from api.ids import RowId
from api.ogc.caching import kept_by
from api.ogc.crs import CRS84
from api.ogc.edit import editing
from api.ogc.edit.body import MERGE_PATCH, ParcelChange, ParcelFeature, change, whole
from api.ogc.edit.editing import Edit
from api.ogc.etags import tag_of
from api.ogc.links import GEOJSON, JSON, base, link
from api.security.body import json_body
from api.security.principal import Principal
from geo.store.database import Role
from geo.store.edits import standing
from geo.store.items.page import Item, item

router = APIRouter(tags=["parcels"])

ITEMS = "/collections/parcels/items"
ITEM = f"{ITEMS}/{{parcel_id}}"
EDITORS = (Role.PLANNER, Role.ADMIN)

Editor = Annotated[Principal, Depends(only(*EDITORS))]
Whole = Annotated[dict[str, Any], json_body(ParcelFeature, (GEOJSON, JSON), reader=whole)]
Change = Annotated[dict[str, Any], json_body(ParcelChange, (MERGE_PATCH, GEOJSON, JSON), reader=change)]


async def current_edit(
    request: Request,
    _editor: Editor,
    session: CurrentSession,
    settings: CurrentSettings,
    today: Today,
    lang: Language,
) -> Edit:
    """The edit under way, of somebody who may edit something."""
    return Edit(request, session, settings, today, lang)


CurrentEdit = Annotated[Edit, Depends(current_edit)]


@router.options(ITEMS, include_in_schema=False)
async def options_of_items(principal: CurrentPrincipal) -> Response:
    """What may be done with the collection: QGIS asks it before it offers to edit."""
    return _allowed(principal, "POST")


@router.options(ITEM, include_in_schema=False)
async def options_of_item(parcel_id: RowId, principal: CurrentPrincipal) -> Response:
    """The same of a parcel. QGIS asks it of the first one it reads, and takes it for all."""
    return _allowed(principal, "PUT", "PATCH", "DELETE")


@router.post(ITEMS, status_code=201, summary="Draw a parcel", response_class=Response)
def create(edit: CurrentEdit, said: Whole) -> Response:
    """A new parcel of one's own organisation, origin `drawn`; its coordinates in `Content-Crs`."""
    number = editing.create(edit, said)
    return _item(edit, number, 201, {"Location": f"{base(edit.request)}{ITEMS}/{number}"})


@router.put(ITEM, summary="Say a parcel anew", response_class=Response)
def replace(parcel_id: RowId, edit: CurrentEdit, said: Whole) -> Response:
    """All of its editable properties: one that is not said is emptied."""
    editing.replace(edit, parcel_id, said)
    return _item(edit, parcel_id, 200)


@router.patch(ITEM, summary="Change a parcel", response_class=Response)
def patch(parcel_id: RowId, edit: CurrentEdit, said: Change) -> Response:
    """The properties and the geometry that are said; the others stay. A property set to null is emptied."""
    editing.patch(edit, parcel_id, said)
    return _item(edit, parcel_id, 200)


@router.delete(ITEM, status_code=204, summary="Take a parcel out", response_class=Response)
def delete(parcel_id: RowId, edit: CurrentEdit) -> Response:
    """It is in no answer from now on; its history stays. The reason stands in the header Change-Reason."""
    editing.delete(edit, parcel_id)
    return Response(status_code=204)


def _allowed(principal: Principal, *writing: str) -> Response:
    methods = ["GET", "HEAD", "OPTIONS", *(writing if principal.audience in EDITORS else ())]
    headers = {"Allow": ", ".join(methods)} | kept_by(principal.audience)
    return Response(status_code=204, headers=headers | ({"Accept-Patch": MERGE_PATCH} if "PATCH" in methods else {}))


def _item(edit: Edit, parcel: int, status: int, headers: dict[str, str] | None = None) -> Response:
    """The parcel as it is read from now on; empty while it waits to be derived."""
    role, home = edit.session.principal.audience, f"{base(edit.request)}/collections/parcels"
    with edit.session.begin() as connection:
        found = item(connection, role, parcel) or Item(b"{}", standing(connection, [parcel])[parcel].version)
    links = [link(f"{home}/items/{parcel}", "self", GEOJSON), link(home, "collection", JSON)]
    body = b"{}"
    if found.feature != body:
        body = found.feature[:-1] + b',"links":' + orjson.dumps(links) + b"}"
    told = {"ETag": tag_of(found), "Content-Crs": f"<{CRS84}>"}
    return Response(body, status, kept_by(role) | told | (headers or {}), media_type=GEOJSON)
