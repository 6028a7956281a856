// The plan of a parcel: its outline with the length of its sides, what is buildable, what forbids or restricts.
// Drawn from planar metres, so it needs neither map nor network.

import type { Outline } from "../api/parcels";
import { EFFECTS, lookOf } from "../map/classes";
import { fresh, s } from "../ui/dom";
import { metres } from "../words/format";
import { say } from "../words/words";

type Point = readonly [number, number];

export interface Drawn {
  readonly outline: Outline;
  readonly buildable: Outline | null;
  readonly constraints: readonly { effect: string; geometry: Outline }[];
  /** Metres of the plan in a metre of ground. */
  readonly scale: number;
}

const SIDE = 420;
const MARGIN = 54;
/** Sides shorter than this share of the outline have no room for their length. */
const WORTH_TELLING = 0.05;
const STRAIGHT = 0.02;

const ringsOf = ({ type, coordinates }: Outline): Point[][] => (type === "Polygon" ? (coordinates as number[][][]) : (coordinates as number[][][][]).flat()) as unknown as Point[][];

export function plan({ outline, buildable, constraints, scale }: Drawn): SVGSVGElement {
  const rings = ringsOf(outline);
  const all = rings.flat();
  const [west, east] = [Math.min(...all.map(([x]) => x)), Math.max(...all.map(([x]) => x))];
  const [south, north] = [Math.min(...all.map(([, y]) => y)), Math.max(...all.map(([, y]) => y))];
  const pixels = (SIDE - 2 * MARGIN) / Math.max(east - west, north - south, 1);
  const width = (east - west) * pixels + 2 * MARGIN;
  const height = (north - south) * pixels + 2 * MARGIN;
  const at = ([x, y]: Point): Point => [MARGIN + (x - west) * pixels, height - MARGIN - (y - south) * pixels];
  const path = (shape: Outline): string => ringsOf(shape).map((ring) => `M${ring.map((point) => at(point).map((one) => one.toFixed(1)).join(" ")).join("L")}Z`).join("");
  const clip = fresh("plan");
  const box = `0 0 ${width.toFixed(0)} ${height.toFixed(0)}`;
  return s(
    "svg",
    { class: "plan", viewBox: box, role: "img", "aria-label": say("plan.label") },
    s("defs", {}, s("clipPath", { id: clip }, s("rect", { width, height })), ...EFFECTS.map(({ name, color }) => hatch(`${clip}-${name}`, name, color))),
    s("path", { class: "plan-parcel", d: path(outline), "fill-rule": "evenodd" }),
    buildable && s("path", { class: "plan-buildable", d: path(buildable), "fill-rule": "evenodd" }),
    s("g", { "clip-path": `url(#${clip})` }, constraints.map(({ effect, geometry }) => s("path", { class: "plan-constraint", d: path(geometry), "fill-rule": "evenodd", fill: `url(#${clip}-${effect})`, stroke: lookOf(EFFECTS, effect).color }))),
    s("path", { class: "plan-outline", d: path(outline) }),
    rings.slice(0, 1).flatMap((ring) => sides(ring, at, scale)),
    bar(pixels * scale, height),
    northArrow(width),
  );
}

function hatch(id: string, effect: string, color: string): SVGPatternElement {
  const d = effect === "forbids" ? "M0 8L8 0M0 0L8 8" : effect === "restricts" ? "M0 0L8 8" : "M4 3v2";
  return s("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, s("path", { d, stroke: color, "stroke-width": 1.2, fill: "none" }));
}

/** The corners at which an outline turns. */
export function corners(ring: readonly Point[]): Point[] {
  const open = ring.slice(0, -1);
  return open.filter((point, k) => {
    const before = open[(k - 1 + open.length) % open.length] as Point;
    const after = open[(k + 1) % open.length] as Point;
    const [ax, ay, bx, by] = [point[0] - before[0], point[1] - before[1], after[0] - point[0], after[1] - point[1]];
    const lengths = Math.hypot(ax, ay) * Math.hypot(bx, by);
    return lengths > 0 && Math.abs(ax * by - ay * bx) / lengths > STRAIGHT;
  });
}

/** The length of each side that has room for it, outside the outline. */
function sides(ring: readonly Point[], at: (point: Point) => Point, scale: number): SVGElement[] {
  const points = corners(ring);
  const ends = points.map((point, k) => [point, points[(k + 1) % points.length] as Point] as const);
  const lengths = ends.map(([one, other]) => Math.hypot(other[0] - one[0], other[1] - one[1]));
  const whole = lengths.reduce((sum, one) => sum + one, 0);
  const turn = Math.sign(points.reduce((sum, [x, y], k) => sum + x * (points[(k + 1) % points.length] as Point)[1] - y * (points[(k + 1) % points.length] as Point)[0], 0)) || 1;
  return ends.flatMap(([one, other], k) => {
    const length = lengths[k] as number;
    if (length < WORTH_TELLING * whole) return [];
    const [[x1, y1], [x2, y2]] = [at(one), at(other)];
    const size = Math.hypot(x2 - x1, y2 - y1);
    const out: Point = [(-(y2 - y1) / size) * turn, ((x2 - x1) / size) * turn];
    let angle = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
    if (angle > 90 || angle <= -90) angle += 180;
    const [x, y] = [(x1 + x2) / 2 + out[0] * 12, (y1 + y2) / 2 + out[1] * 12];
    return [s("text", { class: "plan-length", x: x.toFixed(1), y: y.toFixed(1), transform: `rotate(${angle.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)})` }, metres(length / scale))];
  });
}

function bar(pixels: number, height: number): SVGElement {
  const most = 120 / pixels;
  const power = 10 ** Math.floor(Math.log10(most));
  const length = [5, 2, 1].map((one) => one * power).find((one) => one <= most) ?? power;
  return s("g", { class: "plan-bar", transform: `translate(10 ${(height - 12).toFixed(0)})` }, s("path", { d: `M0 -5V0H${(length * pixels).toFixed(1)}V-5` }), s("text", { x: 4, y: -5 }, metres(length)));
}

function northArrow(width: number): SVGElement {
  return s("g", { class: "plan-north", transform: `translate(${(width - 20).toFixed(0)} 12)` }, s("path", { d: "M0 22L6 0L12 22L6 17Z" }), s("text", { x: 6, y: 33 }, "N"));
}
