// The buildings of a need, drawn to one scale beside each other with their sides, the setback and a bar.

import { h, s } from "../ui/dom";
import { metres } from "../words/format";
import { say } from "../words/words";
import { at, isObject, type Json, type Need } from "./document";

const WIDTH = 440;
const HEIGHT = 210;
const MARGIN = 26;
const MOST_DRAWN = 12;

interface Hall {
  readonly length: number;
  readonly width: number;
}

/** Metres as the service reads them: `120`, `120 m`, `1,2 km`; 0 where it is none. */
function metresOf(value: Json | undefined): number {
  const read = /^([\d\s\u00a0\u202f]+(?:[.,]\d+)?)\s*(km|m)?$/.exec(typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "");
  return read ? Number((read[1] as string).replace(/\s/g, "").replace(",", ".")) * (read[2] === "km" ? 1000 : 1) : 0;
}

function surfaceOf(value: Json | undefined): number {
  const read = /^([\d\s\u00a0\u202f]+(?:[.,]\d+)?)\s*(ha|m2|m²)?$/.exec(typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "");
  return read ? Number((read[1] as string).replace(/\s/g, "").replace(",", ".")) * (read[2] === "ha" ? 10_000 : 1) : 0;
}

function halls(given: Need): Hall[] {
  const all = Array.isArray(given.buildings) ? given.buildings : [];
  return all.flatMap((one) => {
    if (!isObject(one)) return [];
    const side = Math.sqrt(surfaceOf(one.area_m2));
    const [length, width] = [metresOf(one.length_m) || side, metresOf(one.width_m) || side];
    const count = typeof one.count === "number" ? Math.min(Math.max(one.count, 1), MOST_DRAWN) : 1;
    return length > 0 && width > 0 ? Array.from({ length: count }, () => ({ length, width })) : [];
  }).slice(0, MOST_DRAWN);
}

/** The drawing; nothing while no building has both sides. */
export function drawing(given: Need): Element {
  const all = halls(given);
  if (!all.length) return h("p", { class: "hint" }, say("need.drawing.none"));
  const road = at(given, ["setback_m"]);
  const setback = metresOf(isObject(road) ? road.road : road);
  const gap = Math.max(8, ...all.map(({ length }) => length * 0.08));
  const across = all.reduce((sum, { length }) => sum + length, 0) + gap * (all.length - 1) + 2 * setback;
  const down = Math.max(...all.map(({ width }) => width)) + 2 * setback;
  const scale = Math.min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / down);
  const [left, top] = [(WIDTH - across * scale) / 2, MARGIN];
  const boxes: SVGElement[] = [];
  let x = left + setback * scale;
  for (const { length, width } of all) {
    const [w, height] = [length * scale, width * scale];
    const y = top + (setback + (down - 2 * setback - width) / 2) * scale;
    boxes.push(s("rect", { class: "hall", x: x.toFixed(1), y: y.toFixed(1), width: w.toFixed(1), height: height.toFixed(1) }));
    if (w > 44) boxes.push(s("text", { class: "hall-side", x: (x + w / 2).toFixed(1), y: (y + height - 6).toFixed(1) }, metres(length)));
    if (height > 44) boxes.push(s("text", { class: "hall-side", transform: `translate(${(x + 14).toFixed(1)} ${(y + height / 2).toFixed(1)}) rotate(-90)` }, metres(width)));
    x += w + gap * scale;
  }
  const around = setback > 0 && s("rect", { class: "setback", x: left.toFixed(1), y: top.toFixed(1), width: (across * scale).toFixed(1), height: (down * scale).toFixed(1) });
  const label = say("need.drawing.label", { buildings: all.map(({ length, width }) => `${metres(length)} × ${metres(width)}`).join(", ") });
  return s("svg", { class: "halls", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, around, boxes, bar(scale));
}

function bar(scale: number): SVGElement {
  const most = 100 / scale;
  const power = 10 ** Math.floor(Math.log10(most));
  const length = [5, 2, 1].map((one) => one * power).find((one) => one <= most) ?? power;
  return s("g", { class: "plan-bar", transform: `translate(12 ${HEIGHT - 8})` }, s("path", { d: `M0 -5V0H${(length * scale).toFixed(1)}V-5` }), s("text", { x: 4, y: -5 }, metres(length)));
}
