// Which rectangles fit: lengths across, widths up. Below the line a place was found; above the other, none exists.

import type { Schemas } from "../api/client";
import { type Child, fresh, h, s } from "../ui/dom";
import { wide } from "../ui/wide";
import { metres, number } from "../words/format";
import { say } from "../words/words";

type Rung = Schemas["Rung"];

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [420, 230, 46, 34, 10];
const WIDTHS_TOLD = [20, 40, 60, 80, 100, 150, 200] as const;

/** The longest building of a width for which a place was found, in metres; null where none was. */
export function longest(profile: readonly Rung[], width: number): number | null {
  const found = profile.flatMap(({ length_m, fits_m }) => {
    if (fits_m === null) return [];
    return fits_m >= width ? [length_m] : length_m >= width ? [fits_m] : [];
  });
  const best = Math.max(...found.filter((one) => one >= width), -1);
  return best < 0 ? null : best;
}

/** The widest building of a length for which a place was found, its sides in either order; `beyond`: just longer. */
export function widthFound(profile: readonly Rung[], length: number, beyond = false): number {
  const reaches = (side: number): boolean => (beyond ? side > length : side >= length);
  return Math.max(0, ...profile.flatMap(({ length_m, fits_m }) => [reaches(length_m) ? (fits_m ?? 0) : 0, reaches(fits_m ?? 0) ? length_m : 0]));
}

/** The narrowest building of a length that is proved to fit nowhere; `before`: just shorter. Infinite: none is. */
export function widthRefused(profile: readonly Rung[], length: number, before = false): number {
  const within = (side: number | null): boolean => side !== null && (before ? side < length : side <= length);
  return Math.min(Infinity, ...profile.flatMap(({ length_m, refused_m }) => [within(length_m) ? (refused_m ?? Infinity) : Infinity, within(refused_m) ? length_m : Infinity]));
}

function round(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  return ([1, 2, 2.5, 5, 10].find((one) => one * power * 4 >= most) ?? 10) * power;
}

export function profileChart(profile: readonly Rung[]): Child[] {
  const found = profile.filter((rung) => rung.fits_m !== null);
  if (!found.length) return [h("p", {}, say("profile.none"))];
  const most = Math.max(...found.map((rung) => rung.length_m)) * 1.12;
  const tallest = Math.max(...found.map((rung) => rung.fits_m ?? 0)) * 1.15;
  const x = (metre: number): number => LEFT + (Math.min(metre, most) / most) * (WIDTH - LEFT - 8);
  const y = (metre: number): number => HEIGHT - BOTTOM - (Math.min(metre, tallest) / tallest) * (HEIGHT - BOTTOM - TOP);
  const point = (length: number, width: number): string => `${x(length).toFixed(1)} ${y(width).toFixed(1)}`;
  const steps = [...new Set(profile.flatMap((rung) => [rung.length_m, rung.fits_m ?? 0, rung.refused_m ?? 0]))].filter((one) => one > 0 && one <= most).sort((one, other) => one - other);
  const line = [point(0, widthFound(profile, 0)), ...steps.flatMap((length) => [point(length, widthFound(profile, length)), point(length, widthFound(profile, length, true))])];
  const above = steps.flatMap((length) => [point(length, widthRefused(profile, length, true)), point(length, widthRefused(profile, length))]);
  const pattern = fresh("no");
  const chart = s(
    "svg",
    { class: "profile", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": say("profile.label") },
    s("defs", {}, s("pattern", { id: pattern, width: 7, height: 7, patternUnits: "userSpaceOnUse" }, s("path", { class: "profile-hatch", d: "M0 7L7 0" }))),
    s("path", { d: `M${LEFT} ${TOP}L${above.join("L")}L${x(most)} ${above.at(-1)?.split(" ")[1] ?? TOP}L${x(most)} ${TOP}Z`, fill: `url(#${pattern})` }),
    s("path", { class: "profile-fits", d: `M${x(0)} ${y(0)}L${line.join("L")}L${x(most)} ${y(0)}Z` }),
    ticks(most).map((at) => [s("path", { class: "axis", d: `M${x(at)} ${HEIGHT - BOTTOM}v4` }), s("text", { class: "tick middle", x: x(at), y: HEIGHT - BOTTOM + 15 }, number(at))]),
    ticks(tallest).map((at) => [s("path", { class: "grid", d: `M${LEFT} ${y(at)}H${WIDTH - 8}` }), s("text", { class: "tick end", x: LEFT - 5, y: y(at) + 4 }, number(at))]),
    s("path", { class: "axis", d: `M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - 8}` }),
    s("text", { class: "tick middle", x: (LEFT + WIDTH) / 2, y: HEIGHT - 3 }, say("profile.length")),
    s("text", { class: "tick middle", x: 11, y: HEIGHT / 2 - 10, transform: `rotate(-90 11 ${HEIGHT / 2 - 10})` }, say("profile.width")),
  );
  return [chart, h("p", { class: "hint" }, say("profile.legend")), told(profile)];
}

const ticks = (most: number): number[] => Array.from({ length: Math.floor(most / round(most)) }, (_, k) => (k + 1) * round(most));

/** The same in figures. */
function told(profile: readonly Rung[]): HTMLElement {
  const rows = WIDTHS_TOLD.map((width) => [width, longest(profile, width)] as const).filter((row): row is readonly [(typeof WIDTHS_TOLD)[number], number] => row[1] !== null);
  const table = h(
    "table",
    { class: "small" },
    h("caption", {}, say("profile.table")),
    h("thead", {}, h("tr", {}, h("th", { scope: "row" }, say("profile.for_width")), rows.map(([width]) => h("th", { scope: "col", class: "figures" }, metres(width))))),
    h("tbody", {}, h("tr", {}, h("th", { scope: "row" }, say("profile.longest")), rows.map(([, length]) => h("td", { class: "figures" }, metres(Math.floor(length)))))),
  );
  return wide(say("profile.table"), table);
}
