"""`emprise dossier` and docs/dossier.md, command by command."""

import io
import json
import re
import shlex
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from docx import Document

from api.desk.project import project_body
from geo.match.dossier.dossier import MOST_SITES
from tests.cli.conftest import Command
from tests.conftest import REPO

DOCUMENT = (REPO / "docs" / "dossier.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL) for line in block.splitlines()]
NEED = REPO / "sample_need.json"


@pytest.fixture(scope="module")
def ground(made_with_sample: Path) -> Path:
    return made_with_sample


def words_of(pdf: bytes) -> str:
    found = pypdfium2.PdfDocument(pdf)
    said = " ".join(page.get_textpage().get_text_bounded() for page in found)
    found.close()
    return " ".join(said.split())


def test_the_commands_of_the_page_do_what_it_says(emprise: Command, tmp_path: Path) -> None:
    commands = [shlex.split(line)[1:] for line in LINES if line.startswith(".venv/bin/emprise dossier")]
    assert len(commands) == 3
    warned = []
    for arguments in commands:
        out = arguments.index("--out") + 1
        arguments[out] = str(tmp_path / arguments[out])
        lang = ("--lang", "fr") if "--lang" not in arguments else ()
        told = emprise(*arguments, *lang)
        assert Path(arguments[out]).name in told.stderr
        warned.append(told.stderr.count("as the anonymous dossier says of it"))
    assert warned == [0, 0, 1], "no other lot of nine hectares is under option"
    pdf = words_of((tmp_path / "dossier.pdf").read_bytes())
    assert "Dossier de présentation de terrains" in pdf
    assert "Exemple A : terrain prêt de 9 ha" in pdf
    assert pdf.index("Exemple A") < pdf.index("Exemple E") < pdf.index("Lot 38")
    assert "220 m" in pdf
    assert "Secteur affecté par le bruit" in pdf
    docx = Document(io.BytesIO((tmp_path / "dossier.docx").read_bytes()))
    said = [one.text for one in docx.paragraphs]
    assert "Équipements hydrogène" in said
    assert "Le vendeur répond sous huit jours." in said
    assert "Établi par Agence exemple" in said
    assert not any("0,84" in cell.text for row in docx.tables[0].rows for cell in row.cells)
    masked = (tmp_path / "avant-accord.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in masked
    assert "Department 38" in masked
    for word in ("Saint-Quentin", "Exemple", "38449", "CAPI", "9.01", "sample_parcels"):
        assert word not in masked


def test_a_file_that_is_there_is_left_alone_unless_forced(emprise: Command, tmp_path: Path) -> None:
    out = tmp_path / "d.html"
    out.write_text("kept", encoding="utf-8")
    asked = ("dossier", NEED, "--sites", "1", "--out", out)
    assert "--force" in emprise(*asked, code=1).stderr
    assert out.read_text(encoding="utf-8") == "kept"
    emprise(*asked, "--force")
    assert "Exemple A" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--sites", "1,x", "--out", "d.pdf"), "--sites 3,5,1"),
        (("--sites", ",".join("1" * 9), "--out", "d.pdf"), "de 1 à 8"),
        (("--sites", "1", "--out", "d.odt"), ".docx"),
        (("--sites", "1", "--out", "d.pdf", "--say", "2=x"), "--say 3="),
    ],
)
def test_wrong_use_says_what_is_right(emprise: Command, arguments: tuple[str, ...], said: str) -> None:
    assert said in emprise("dossier", NEED, *arguments, code=2).stderr


def test_what_cannot_be_told_is_one_sentence(emprise: Command, tmp_path: Path) -> None:
    def refused(*more: str | Path) -> str:
        return emprise("dossier", NEED, "--out", tmp_path / "d.pdf", *more, code=1).stderr

    assert "999999" in refused("--sites", "999999")
    assert "ne se touchent pas" in refused("--sites", "1+398")
    assert "Fallavier" in refused("--sites", "1", "--anonymous", "--text", "à Saint-Quentin-Fallavier")
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"GIF89a")
    assert "ni un PNG ni un SVG" in refused("--sites", "1", "--logo", logo)
    assert not (tmp_path / "d.pdf").exists()


def test_the_bodies_of_the_page_are_accepted() -> None:
    from api.desk.dossier.body import NewDossier

    bodies = [json.loads(found) for found in re.findall(r"-d '(\{.*?\})'$", DOCUMENT, re.MULTILINE)]
    assert NewDossier.model_validate(bodies[0]).title == "Trois sites"
    assert MOST_SITES == 8 < project_body.MOST_SITES


@pytest.mark.slow
def test_a_docx_opens_in_a_word_processor(emprise: Command, tmp_path: Path) -> None:
    """LibreOffice sets it on as many pages, or about; skipped where it is not installed."""
    emprise("dossier", NEED, "--sites", "1,5,398", "--out", tmp_path / "d.docx")
    try:
        command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "d.docx")]
        subprocess.run(
            command, check=True, capture_output=True, timeout=180, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
        )
    except FileNotFoundError:
        pytest.skip("LibreOffice is not installed: apt install libreoffice-writer-nogui")
    said = words_of((tmp_path / "d.pdf").read_bytes())
    assert "Secteur affecté par le bruit" in said
    assert "220 m" not in said, "the plan is a picture"
    assert said.count("le terrain donne-t-il sur une voie") == 3, "no row is lost at the foot of a page"
