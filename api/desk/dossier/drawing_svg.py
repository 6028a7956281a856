"""A drawing as SVG within a page: presentation attributes only, since the page allows no style of its own."""

from collections.abc import Iterator, Sequence
from html import escape

from markupsafe import Markup

from api.desk.dossier.drawing import LOOKS, PAPER, Area, Drawing, Look, Point, Stroke, Word

FACE = "DejaVu Sans, Verdana, sans-serif"


def svg(drawing: Drawing) -> Markup:
    """The drawing at its true size in print; a unit is a millimetre."""
    says = f'role="img" aria-label="{escape(drawing.says)}"' if drawing.says else 'aria-hidden="true"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {says} '
        f'width="{drawing.width:g}mm" height="{drawing.height:g}mm" '
        f'viewBox="0 0 {drawing.width:g} {drawing.height:g}" font-family="{FACE}">'
    )
    parts = (part for shape in drawing.shapes for part in _drawn(shape))
    return Markup("\n".join([head, *parts, "</svg>"]))  # noqa: S704 - numbers, looks of this house, escaped words


def _drawn(shape: Area | Stroke | Word) -> Iterator[str]:
    match shape:
        case Area():
            path = "".join(_path(ring, closed=True) for polygon in shape.polygons for ring in polygon)
            yield f'<path d="{path}" fill-rule="evenodd" {_painted(LOOKS[shape.kind])}/>'
        case Stroke():
            path = "".join(_path(line) for line in shape.lines)
            if path:
                yield f'<path d="{path}" {_painted(LOOKS[shape.kind])}/>'
        case Word():
            yield from _word(shape)


def _path(points: Sequence[Point], *, closed: bool = False) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + ("Z" if closed else "")


def _painted(look: Look) -> str:
    stroke = f'stroke="{look.stroke}" stroke-width="{look.width:g}" stroke-linejoin="round"' if look.stroke else ""
    dash = f' stroke-dasharray="{look.dash[0]:g} {look.dash[1]:g}"' if look.dash else ""
    return f'fill="{look.fill or "none"}" {stroke}{dash}'.strip()


def _word(word: Word) -> Iterator[str]:
    look, (x, y) = word.look, word.at
    turned = f' transform="rotate({word.angle:g} {x:g} {y:g})"' if word.angle else ""
    if look.backed:
        wide, high = word.length + 0.6, look.letter * 1.3
        left = {"start": x - 0.3, "middle": x - wide / 2, "end": x - wide}[word.anchor]
        yield (
            f'<rect x="{left:.2f}" y="{y - high / 2:.2f}" width="{wide:.2f}" height="{high:.2f}" '
            f'fill="{PAPER}" fill-opacity="0.75"{turned}/>'
        )
    weight = ' font-weight="bold"' if look.bold else ""
    # the middle of capitals, for readers that know no dominant-baseline
    yield (
        f'<text x="{x:g}" y="{y + look.letter * 0.36:.2f}" font-size="{look.letter:g}" text-anchor="{word.anchor}"'
        f'{weight} fill="{look.fill}"{turned}>{escape(word.text)}</text>'
    )
