"""What the routes of people, searches, subscriptions and dossiers answer, declared as JSON Schemas."""

from api.openapi.desk_shapes import (
    ANYTHING,
    ANYTHING_OR_NULL,
    DAY,
    DAY_OR_NULL,
    INSTANT,
    NUMBER,
    NUMBER_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    YES,
    Schema,
    array,
    page,
    shape,
)

_CONTACT: Schema = {
    "id": NUMBER,
    "name": TEXT_OR_NULL,
    "mail": TEXT_OR_NULL,
    "phone": TEXT_OR_NULL,
    "language": TEXT,
    "role": TEXT_OR_NULL,
    "last_contact_on": DAY,
    "kept_until": {**DAY, "description": "The day on which it is erased"},
}
_SEARCH: Schema = {
    "id": NUMBER,
    "name": TEXT,
    "audience": {"type": "string", "enum": ["public", "company", "planner"]},
    "filter": TEXT_OR_NULL,
    "need": ANYTHING_OR_NULL,
    "created_at": INSTANT,
}
_SUBSCRIPTION: Schema = {
    "id": NUMBER,
    "contact": NUMBER,
    "search": NUMBER_OR_NULL,
    "project": NUMBER_OR_NULL,
    "name": TEXT_OR_NULL,
    "told_on": DAY_OR_NULL,
    "created_at": INSTANT,
}
_DOSSIER: Schema = {
    "id": NUMBER,
    "project": NUMBER,
    "title": TEXT,
    "language": TEXT,
    "anonymous": YES,
    "as_of": DAY,
    "created_at": INSTANT,
    "facts": ANYTHING,
}
_ALIKE: Schema = {"site": NUMBER, "alike": {**NUMBER, "description": "Published parcels like it"}, "detail": TEXT}
SCHEMAS: dict[str, Schema] = {
    "Contact": shape(_CONTACT),
    "Contacts": page("contacts", _CONTACT),
    "ContactData": shape({"mail": TEXT, "held": {**ANYTHING, "description": "Everything held, by table"}}),
    "ContactErased": shape({"erased": ANYTHING}),
    "Search": shape(_SEARCH),
    "Searches": page("searches", _SEARCH),
    "Subscription": shape(_SUBSCRIPTION),
    "Subscriptions": page("subscriptions", _SUBSCRIPTION),
    "FeedOpened": shape({"feed": {**TEXT, "description": "The secret address, told this once"}}),
    "Dossier": shape(_DOSSIER),
    "DossierMade": shape(
        {
            **_DOSSIER,
            "warnings": {**array(_ALIKE), "description": "Of an anonymous one: sites that few others are like"},
        }
    ),
    "Dossiers": shape({"project": NUMBER, "dossiers": array({"id": NUMBER, "title": TEXT, "created_at": INSTANT})}),
    "DossierShared": shape({"address": {**TEXT, "description": "Told this once"}, "expires_at": INSTANT}),
}
ANSWERS = {
    ("post", "/contacts", "201"): "Contact",
    ("get", "/contacts", "200"): "Contacts",
    ("get", "/contacts/{contact_id}", "200"): "Contact",
    ("delete", "/contacts/{contact_id}", "200"): "ContactErased",
    ("get", "/contacts/{contact_id}/data", "200"): "ContactData",
    ("post", "/searches", "201"): "Search",
    ("get", "/searches", "200"): "Searches",
    ("get", "/searches/{search_id}", "200"): "Search",
    ("post", "/searches/{search_id}/feed", "201"): "FeedOpened",
    ("post", "/projects/{project_id}/feed", "201"): "FeedOpened",
    ("post", "/subscriptions", "201"): "Subscription",
    ("get", "/subscriptions", "200"): "Subscriptions",
    ("post", "/projects/{project_id}/dossiers", "201"): "DossierMade",
    ("get", "/projects/{project_id}/dossiers", "200"): "Dossiers",
    ("get", "/dossiers/{dossier_id}", "200"): "Dossier",
    ("post", "/dossiers/{dossier_id}/link", "201"): "DossierShared",
}
