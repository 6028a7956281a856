"""A drawing as a PNG picture, for documents that hold no vectors."""

from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from math import cos, radians, sin

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from api.desk.dossier.drawing import LOOKS, PAPER, Area, Drawing, Look, Point, Stroke, Word

DOTS = 8.0
"""Dots of the picture a millimetre: 203 to the inch."""
FINER = 2
"""Drawn that many times as large, then reduced: edges are smooth."""
PLAIN, BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"


def png(drawing: Drawing) -> bytes:
    """The picture, with its resolution, so that it is placed at its true size."""
    unit = DOTS * FINER
    size = round(drawing.width * unit), round(drawing.height * unit)
    image = Image.new("RGB", size, PAPER)
    for shape in drawing.shapes:
        match shape:
            case Area():
                _fill(image, shape, unit)
            case Stroke():
                for line in shape.lines:
                    _trace(ImageDraw.Draw(image), line, LOOKS[shape.kind], unit)
            case Word():
                _write(image, shape, unit)
    out, dots = BytesIO(), DOTS * 25.4
    image.reduce(FINER).save(out, "PNG", dpi=(dots, dots))
    return out.getvalue()


def _fill(image: Image.Image, area: Area, unit: float) -> None:
    look, pen = LOOKS[area.kind], ImageDraw.Draw(image)
    for polygon in area.polygons:
        outer, *holes = ([(x * unit, y * unit) for x, y in ring] for ring in polygon)
        if look.fill and holes:
            _fill_around(image, outer, holes, look.fill)
        elif look.fill:
            pen.polygon(outer, fill=look.fill)
        for ring in polygon:
            _trace(pen, ring, look, unit)


def _fill_around(
    image: Image.Image, outer: Sequence[tuple[float, float]], holes: Sequence[Sequence[tuple[float, float]]], fill: str
) -> None:
    mask = Image.new("1", image.size)
    pen = ImageDraw.Draw(mask)
    pen.polygon(outer, fill=1)
    for hole in holes:
        pen.polygon(hole, fill=0)
    image.paste(fill, mask=mask)


def _trace(pen: ImageDraw.ImageDraw, line: Sequence[Point], look: Look, unit: float) -> None:
    if look.stroke is None:
        return
    points = [(x * unit, y * unit) for x, y in line]
    thick = max(1, round(look.width * unit))
    for piece in _dashed(points, look.dash, unit):
        pen.line(piece, fill=look.stroke, width=thick, joint="curve")


def _dashed(
    points: list[tuple[float, float]], dash: tuple[float, float] | None, unit: float
) -> list[list[tuple[float, float]]]:
    """The pieces of a line that are drawn."""
    if dash is None:
        return [points]
    on, off = dash[0] * unit, dash[1] * unit
    pieces, at = [], 0.0
    for (x1, y1), (x2, y2) in pairwise(points):
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        place = -(at % (on + off))
        while place < length:
            begin, end = max(place, 0.0), min(place + on, length)
            if end > begin:
                pieces.append([_between((x1, y1), (x2, y2), far / length) for far in (begin, end)])
            place += on + off
        at += length
    return pieces


def _between(one: tuple[float, float], other: tuple[float, float], share: float) -> tuple[float, float]:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _write(image: Image.Image, word: Word, unit: float) -> None:
    look = word.look
    face = _face(look, unit)
    left, top, right, bottom = face.getbbox(word.text)
    pad = round(0.3 * unit)
    size = round(right - left) + 2 * pad, round(bottom - top) + 2 * pad
    label = Image.new("RGBA", size, (255, 255, 255, 190 if look.backed else 0))
    ImageDraw.Draw(label).text((pad - left, pad - top), word.text, font=face, fill=look.fill)
    shift = {"start": size[0] / 2 - pad, "middle": 0.0, "end": pad - size[0] / 2}[word.anchor]
    turned = label.rotate(-word.angle, expand=True, resample=Image.Resampling.BICUBIC)
    x = word.at[0] * unit + shift * cos(radians(word.angle)) - turned.width / 2
    y = word.at[1] * unit + shift * sin(radians(word.angle)) - turned.height / 2
    image.paste(turned, (round(x), round(y)), turned)


def _face(look: Look, unit: float) -> FreeTypeFont:
    """DejaVu where the machine has it, else the face that comes with the library."""
    size = look.letter * unit
    try:
        return ImageFont.truetype(BOLD if look.bold else PLAIN, size)
    except OSError:
        found = ImageFont.load_default(size)
        assert isinstance(found, FreeTypeFont)  # noqa: S101 - a size was asked for
        return found
