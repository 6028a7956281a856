// A small plan of a site: its land as one outline, the building where it was placed, north up, a bar of metres.

import type { Outline } from "../api/parcels";
import type { Match } from "../need/asking";
import { s } from "../ui/dom";
import { metres } from "../words/format";
import { say } from "../words/words";
import { ringsOf } from "./outlines";

const SIDE = 200;
const MARGIN = 10;
const METRES_OF_DEGREE = 111_320;

export function sitePlan(match: Match, outlines: ReadonlyMap<number, Outline>): SVGSVGElement | null {
  const land = match.parcel_ids.flatMap((id) => outlines.get(id) ?? []);
  const all = land.flatMap(ringsOf).flat();
  if (!all.length) return null;
  const [west, east] = [Math.min(...all.map(([x = 0]) => x)), Math.max(...all.map(([x = 0]) => x))];
  const [south, north] = [Math.min(...all.map(([, y = 0]) => y)), Math.max(...all.map(([, y = 0]) => y))];
  // Small enough for a plane: degrees of longitude are shorter by the cosine of the latitude
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = (SIDE - 2 * MARGIN) / Math.max((east - west) * narrow, north - south);
  const [width, height] = [(east - west) * narrow * scale + 2 * MARGIN, (north - south) * scale + 2 * MARGIN];
  const at = ([x = 0, y = 0]: number[]): string => `${(MARGIN + (x - west) * narrow * scale).toFixed(1)} ${(height - MARGIN - (y - south) * scale).toFixed(1)}`;
  const path = (shape: Outline): string => ringsOf(shape).map((ring) => `M${ring.map(at).join("L")}Z`).join("");
  const building = (placed: Outline | null | undefined, kind: string): SVGElement | false => !!placed && s("path", { class: kind, d: path(placed), "fill-rule": "evenodd" });
  return s(
    "svg",
    { class: "site-plan", viewBox: `0 0 ${width.toFixed(0)} ${(height + 16).toFixed(0)}`, role: "img", "aria-label": say(match.placement ? "site.plan" : "site.plan.land", { name: match.title }) },
    // Lines first, then the ground over them: between neighbours nothing is left of them
    land.map((one) => s("path", { class: "site-edge", d: path(one) })),
    land.map((one) => s("path", { class: "site-land", d: path(one), "fill-rule": "evenodd" })),
    building(match.placement, "site-building"),
    building(match.extension?.placement, "site-later"),
    bar(scale / METRES_OF_DEGREE, height + 12),
  );
}

function bar(pixels: number, y: number): SVGElement {
  const most = 70 / pixels;
  const power = 10 ** Math.floor(Math.log10(most));
  const length = [5, 2, 1].map((one) => one * power).find((one) => one <= most) ?? power;
  return s("g", { class: "plan-bar", transform: `translate(4 ${y.toFixed(0)})` }, s("path", { d: `M0 -5V0H${(length * pixels).toFixed(1)}V-5` }), s("text", { x: 3, y: -3 }, metres(length)));
}
