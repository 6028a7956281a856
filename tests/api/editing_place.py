"""What a parcel is sent as, and the edits that a client makes of it."""

from typing import Any

import httpx
import shapely

from tests import land_rows as rows
from tests.api.planning_place import Place

ITEMS = "/collections/parcels/items"
LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/2154"
REASON = {"Change-Reason": "visite du 3 mars"}


def outline(east: float = 5_000, north: float = 5_000, side: float = 100) -> dict[str, Any]:
    """A square in EPSG:2154, as GeoJSON."""
    made: dict[str, Any] = shapely.geometry.mapping(rows.square(east, north, side))
    return {"type": made["type"], "coordinates": [[list(p) for p in ring] for ring in made["coordinates"]]}


def feature(shape: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """A feature as clients send it."""
    return {"type": "Feature", "geometry": shape or outline(), "properties": properties}


class Editor:
    """One reader of the place, editing: reasons and versions are sent unless said otherwise."""

    def __init__(self, place: Place, who: str) -> None:
        self.place, self.who = place, who

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """A request with headers as given, underscores for dashes."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        key = {} if self.who == "nobody" else {"X-API-Key": self.place.keys[self.who]}
        return self.place.client.request(method, path, json=body, headers=key | said)

    def draw(self, body: dict[str, Any], **headers: str) -> httpx.Response:
        """Create, in EPSG:2154."""
        given = {"Content_Type": "application/geo+json", "Content_Crs": f"<{LAMBERT}>"} | headers
        return self.send("POST", ITEMS, {"reason": "levé de géomètre"} | body, **given)

    def tag(self, parcel: int) -> str:
        """The tag of a parcel as it stands."""
        answer = self.send("GET", f"{ITEMS}/{parcel}")
        assert answer.status_code == 200, answer.text
        return answer.headers["etag"]

    def change(self, parcel: int, method: str = "PATCH", body: Any = None, **headers: str) -> httpx.Response:
        """PATCH, PUT or DELETE with the tag of what stands."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/geo+json"
        given = {"Change_Reason": "visite du 3 mars", "If_Match": headers.pop("If_Match", None) or self.tag(parcel)}
        if method != "DELETE":
            given["Content_Type"] = kind
        return self.send(method, f"{ITEMS}/{parcel}", body, **(given | headers))
