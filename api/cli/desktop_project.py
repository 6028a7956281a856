"""A QGIS project on the desktop views, and the style of its parcels: files that QGIS 3.22 and later opens."""

import zipfile
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sqlalchemy import URL

from api.catalogues import catalogue, sentence
from api.cli.desktop_server import LISTS, word
from api.ogc.tiles.styles import COLOURS
from api.words import column_word
from geo.store.access.desktop import EDITED, SCHEMA, columns_of

QGIS = "3.22.0"
BELOW = ("sites", "zones", "constraints", "communes", "cadastre")
"""The layers under the parcels, in the order they are drawn; all but the parcels are read only."""
DOCTYPE = b"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def write_project(path: Path, server: URL, login: str, srid: int, lang: str) -> Path:
    """Write a project (.qgz) for a login, and beside it the style (.qml) that its parcels have; the style's path.

    The project names server, database and login, never the password: QGIS asks for it.
    """
    style = path.with_suffix(".qml")
    style.write_bytes(_document(_style(lang)))
    project = _document(_project(path.stem, server, login, srid, lang))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr(f"{path.stem}.qgs", project)
    return style


def _document(root: Element) -> bytes:
    indent(root)
    written: bytes = tostring(root, encoding="utf-8")
    return DOCTYPE + written


def _project(name: str, server: URL, login: str, srid: int, lang: str) -> Element:
    root = Element("qgis", projectname=name, version=QGIS)
    SubElement(root, "title").text = name
    SubElement(root, "projectCrs").append(_system(srid))
    tree = SubElement(root, "layer-tree-group")
    layers = SubElement(root, "projectlayers")
    for table in ("parcels", *BELOW):
        identity = f"{table}_{uuid5(NAMESPACE_URL, f'{login}/{table}').hex}"
        source = _source(server, login, srid, table)
        title = sentence(f"desktop.layer.{table}", lang)
        seen = "Qt::Unchecked" if table in ("cadastre", "communes") else "Qt::Checked"
        told = {"id": identity, "name": title, "providerKey": "postgres", "source": source, "checked": seen}
        SubElement(tree, "layer-tree-layer", told)
        layers.append(_layer(table, identity, title, source, srid, lang))
    return root


def _layer(table: str, identity: str, title: str, source: str, srid: int, lang: str) -> Element:
    editable = table == "parcels"
    layer = Element(
        "maplayer", type="vector", geometry="Polygon", wkbType="MultiPolygon", readOnly=str(int(not editable))
    )
    SubElement(layer, "id").text = identity
    SubElement(layer, "datasource").text = source
    SubElement(layer, "layername").text = title
    SubElement(layer, "srs").append(_system(srid))
    SubElement(layer, "provider", encoding="UTF-8").text = "postgres"
    layer.extend(_style(lang) if editable else _fields(table, lang))
    return layer


def _source(server: URL, login: str, srid: int, table: str) -> str:
    """How QGIS names a table of a server."""
    key = "insee" if table == "communes" else "id"
    return (
        f"dbname='{server.database}' host={server.host or 'localhost'} port={server.port or 5432} user='{login}' "
        f"sslmode=prefer key='{key}' estimatedmetadata=true srid={srid} type=MultiPolygon checkPrimaryKeyUnicity='0' "
        f'table="{SCHEMA}"."{table}" (geom)'
    )


def _system(srid: int) -> Element:
    system = Element("spatialrefsys", nativeFormat="Wkt")
    SubElement(system, "srid").text = str(srid)
    SubElement(system, "authid").text = f"EPSG:{srid}"
    return system


def _style(lang: str) -> Element:
    """Colours by class of readiness, words for coded values, and what may be edited."""
    root = Element("qgis", version=QGIS, styleCategories="Symbology|Fields|Forms")
    root.append(_renderer(lang))
    root.extend(_fields("parcels", lang))
    editable = SubElement(root, "editable")
    for name in columns_of("parcels"):
        written = name in EDITED or name == "reason"
        SubElement(editable, "field", name=name, editable=str(int(written)))
    return root


def _fields(table: str, lang: str) -> tuple[Element, Element]:
    """How the columns of a layer are shown, and what they are called."""
    widgets, aliases = Element("fieldConfiguration"), Element("aliases")
    for place, name in enumerate(columns_of(table)):
        widgets.append(_widget(name, lang))
        SubElement(aliases, "alias", field=name, index=str(place), name=_alias(name, lang))
    return widgets, aliases


def _alias(name: str, lang: str) -> str:
    """The title of a column: that of the property, else the word for the fact."""
    for key in (f"desktop.{name}", f"property.{name}"):
        if key in catalogue(lang):
            return sentence(key, lang)
    word = column_word(name, lang)
    return word[:1].upper() + word[1:]


def _widget(name: str, lang: str) -> Element:
    field = Element("field", name=name)
    if name not in LISTS:
        widget = SubElement(
            field, "editWidget", type="TextEdit" if name not in ("observed_on", "market_on") else "DateTime"
        )
        SubElement(SubElement(widget, "config"), "Option", type="Map")
        return field
    widget = SubElement(field, "editWidget", type="ValueMap")
    options = SubElement(SubElement(widget, "config"), "Option", type="Map")
    listed = SubElement(options, "Option", name="map", type="List")
    for value in LISTS[name]:
        one = SubElement(listed, "Option", type="Map")
        SubElement(one, "Option", name=word(name, value, lang), type="QString", value=value)
    return field


def _renderer(lang: str) -> Element:
    renderer = Element("renderer-v2", {"type": "categorizedSymbol", "attr": "ready_class", "symbollevels": "0"})
    categories, symbols = SubElement(renderer, "categories"), SubElement(renderer, "symbols")
    for place, (name, colour) in enumerate(COLOURS.items()):
        label = word("ready_class", name.value, lang)
        SubElement(categories, "category", symbol=str(place), value=name.value, label=label, render="true")
        symbols.append(_symbol(place, colour))
    return renderer


def _symbol(place: int, colour: str) -> Element:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    symbol = Element("symbol", name=str(place), type="fill", alpha="0.7", clip_to_extent="1", force_rhr="0")
    layer = SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"})
    options = SubElement(layer, "Option", type="Map")
    drawn = {
        "color": f"{red},{green},{blue},255",
        "outline_color": "60,60,60,255",
        "outline_width": "0.26",
        "outline_width_unit": "MM",
        "outline_style": "solid",
        "style": "solid",
    }
    for name, value in drawn.items():
        SubElement(options, "Option", name=name, type="QString", value=value)
    return symbol
