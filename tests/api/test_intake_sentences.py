"""What intake says has a sentence in both languages, filled without a gap, and no sentence is nobody's."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from api.catalogues import LANGUAGES, catalogue
from api.intake_sentences import told, told_of, told_report, told_rows, written
from geo.intake.problems import Rejection, Remark, Unreadable
from tests.conftest import REPO
from tests.intake.written_files import parameters

CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_]+")
BUILT = re.compile(r"@\.[a-z0-9_]+|[a-z][a-z0-9_]*\.@")
SAYING = {"Unreadable", "Rejection", "Remark", "Repair", "refuse", "reject", "repair"} | {
    *("BadFeatureError", "BadGeometryError", "RefusedError", "BadCadastralId"),
}
"""Whoever says something: its first text that is a code, and the names its sentence is filled with."""
SENTENCES = {lang: {k.removeprefix("intake."): v for k, v in catalogue(lang).items() if k.startswith("intake.")}
             for lang in LANGUAGES}  # fmt: skip
OUTLINE_MENDED = "geometry.made_valid"
"""A repair whose sentence is filled from what it mended."""
FAMILIES = {code.partition(".")[0] for code in SENTENCES["fr"]}


@dataclass
class Said:
    """What the sources say: codes with the names given to each (None where they are not written out)."""

    names: list[tuple[str, str, frozenset[str] | None]] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    built: list[re.Pattern[str]] = field(default_factory=list)
    words: set[str] = field(default_factory=set)


def texts(node: ast.AST) -> Iterator[str]:
    """The texts an expression may be: itself, or either branch of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def assigned(one: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = one.targets if isinstance(one, ast.Assign) else [one.target]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def keys(node: ast.AST | None, scope: ast.AST) -> frozenset[str] | None:
    """The keys of a mapping written out here, or last given to a name above in the same function."""
    if isinstance(node, ast.Name):
        given = [
            (one.lineno, one.value)
            for one in ast.walk(scope)
            if isinstance(one, ast.Assign | ast.AnnAssign) and one.lineno <= node.lineno and node.id in assigned(one)
        ]
        added = any(
            isinstance(one, ast.AugAssign) and getattr(one.target, "id", "") == node.id for one in ast.walk(scope)
        )
        return keys(max(given, key=lambda one: one[0])[1], scope) if given and not added else None
    if not isinstance(node, ast.Dict):
        return None
    names = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
    return None if None in names else frozenset(map(str, names))


def names_of(call: ast.Call, scope: ast.AST) -> frozenset[str] | None:
    found: frozenset[str] = frozenset()
    for keyword in call.keywords:
        if keyword.arg in (None, "params"):
            more = keys(keyword.value, scope)
            if more is None:
                return None
            found |= more
        else:
            found |= {str(keyword.arg)}
    if len(call.args) > 4 and getattr(call.func, "id", "") in ("Rejection", "Remark"):
        return keys(call.args[4], scope)
    return found


def written_out(node: ast.JoinedStr) -> str:
    """A text with blanks, each blank as ``@``."""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "@" for part in node.values)


@pytest.fixture(scope="module")
def heard() -> Said:
    """The sources are read when a test asks for it: that takes seconds, which collecting need not."""
    said = Said()
    for path in sorted((REPO / "geo").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = list(ast.walk(tree))
        functions = [one for one in nodes if isinstance(one, ast.FunctionDef)]
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.words.add(node.value)
                in_room = REPO / "geo" / "intake" in path.parents or path.name == "ids.py"
                if in_room and CODE.fullmatch(node.value) and node.value.partition(".")[0] in FAMILIES:
                    said.codes.setdefault(node.value, path.name)
            if isinstance(node, ast.JoinedStr) and BUILT.fullmatch(written_out(node)):
                said.built.append(re.compile(re.escape(written_out(node)).replace("@", "([a-z0-9_]+)")))
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in SAYING or (name in ("refuse", "reject") and isinstance(node.func, ast.Name)):
                continue
            around = [one for one in functions if one.lineno <= node.lineno <= (one.end_lineno or 0)]
            for text in (text for argument in node.args for text in texts(argument) if CODE.fullmatch(text)):
                said.codes[text] = path.name
                said.names.append((text, path.name, names_of(node, around[-1] if around else tree)))
    return said


def placeholders(lang: str, code: str) -> set[str]:
    return parameters(SENTENCES[lang][code]) - {"way"}


def is_said(code: str, heard: Said) -> bool:
    built = (one.fullmatch(code) for one in heard.built)
    return code in heard.codes or any(found and set(found.groups()) <= heard.words for found in built)


def test_every_code_has_a_sentence(heard: Said) -> None:
    assert len(heard.codes) > 100
    assert {code: file for code, file in heard.codes.items() if code not in SENTENCES["fr"]} == {}
    assert SENTENCES["fr"].keys() == SENTENCES["en"].keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_filled_by_its_parameters_and_leaves_none_out(heard: Said, lang: str) -> None:
    checked = [
        (code, file, names)
        for code, file, names in heard.names
        if names is not None and code in SENTENCES[lang] and code != OUTLINE_MENDED
    ]
    assert len(checked) > 80
    wrong = {
        (code, file): sorted(names ^ placeholders(lang, code))
        for code, file, names in checked
        if names - {"part"} != placeholders(lang, code) - {"part"}
    }
    assert wrong == {}


def test_every_sentence_is_said_somewhere(heard: Said) -> None:
    assert [code for code in SENTENCES["fr"] if not is_said(code, heard)] == []
    assert not is_said("zone.of_nobody", heard)
    assert not is_said("gzip.of_nobody", heard)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_catalogue_is_sorted_so_that_codes_are_found(lang: str) -> None:
    codes = list(json.loads((REPO / "api" / "catalogues" / f"intake.{lang}.json").read_text(encoding="utf-8")))
    assert codes == sorted(codes)


def test_numbers_and_lists_are_written_in_the_manner_of_the_language() -> None:
    assert written(12_345.5, "fr") == "12\u202f345,5"
    assert written(12_345.5, "en") == "12,345.5"
    assert written(12_345, "fr") == "12\u202f345"
    assert written(["a", 1.5, None, True], "fr") == "a, 1,5, null, true"
    point = {"x": 934_050.25, "y": 45, "name": "EPSG:2154"}
    assert "(934050.25 ; 45)" in told("geometry.outside", point, "fr"), "as in the file, to be found there"
    kept = {"row": 1, "parcel": 1_083, "step": "VRD", "entered": "done", "stated": "to_do"}
    assert "terrain 1083," in told("step.kept", kept, "fr"), "as commands take it"
    assert "ligne 12345 dépasse" in told("json.too_large", {"row": 12_345, "most_mib": 64}, "fr")
    assert told("gdal.truncated", {"done": 9_999, "total": 12_345}, "fr").startswith("Seules 9\u202f999 lignes sur 12")
    assert "7,87 m" in told("geometry.unclosed", {"gap_m": 7.87}, "fr")
    assert "7.87 m" in told("geometry.unclosed", {"gap_m": 7.87}, "en")


def test_the_layer_of_a_container_is_named_before_the_sentence_unless_it_is_the_file() -> None:
    refused = Unreadable("crs.missing", part="lots")
    assert told_of(refused, "fr").startswith("lots : Le fichier ne dit pas")
    assert told_of(refused, "en", file="lots").startswith("The file does not say")
    assert told("no.such_code", {"a": 1}, "fr") == "no.such_code"


def test_a_report_is_told_in_the_language_asked() -> None:
    first = {"layer": "parcels", "row": 3, "field": "geometry", "value": None, "code": "geometry.missing", "params": {}}
    document = {"file": "a.geojson", "rejections": {"counts": {"geometry.missing": 1}, "first": [first]}}
    for lang, words in (("fr", "La ligne n'a pas de géométrie"), ("en", "The row has no geometry")):
        report = told_report(document, lang)
        assert report["rejections"]["first"][0]["message"].startswith(words)
        assert report["rejections"]["counts"] == {"geometry.missing": 1}
    assert "message" not in first


def test_problem_rows_carry_the_sentence_in_place_of_the_parameters() -> None:
    properties = {"problem": "rejection", "row": 1, "code": "cadastre.bad_section", "params": {"section": "A!"}}
    rows = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": properties, "geometry": None}]}
    (feature,) = told_rows(rows, "fr")["features"]
    assert feature["properties"]["message"].startswith("« A! » n'est pas une section cadastrale")
    assert "params" not in feature["properties"]
    assert told_rows(rows, "en")["features"][0]["properties"]["message"].startswith('"A!" is no cadastral section')


def test_rejections_and_remarks_are_told_alike() -> None:
    params = {"row": 4, "first": 2}
    assert told_of(Remark(4, "key", "x", "row.identical", params=params), "fr") == (
        "La ligne 4 répète la ligne 2 ; elle n'est comptée qu'une fois."
    )
    assert told_of(Rejection(4, "key", "x", "row.identical", params=params), "en").startswith("Row 4 says the same")


def test_the_line_of_a_table_is_told_with_its_row() -> None:
    bad = Rejection(511, "geometry", "POLYGON ((1", "geometry.not_wkt", {"line": 512})
    assert told_of(bad, "fr").endswith("(ligne 512 du fichier, titres compris)")
    assert told_of(bad, "en").endswith("(line 512 of the file, headings included)")
    assert told_of(Unreadable("csv.quotes", line=7), "en").startswith("Around line 7 ")
