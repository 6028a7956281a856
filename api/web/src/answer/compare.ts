// Up to five sites beside each other.

import type { Match } from "../need/asking";
import { type Child, h } from "../ui/dom";
import { wide } from "../ui/wide";
import { area, day } from "../words/format";
import { say, wordOf, type Key } from "../words/words";
import { blocking, keyOf, landOf, scoreTold, speaks, startOf } from "./card";

export const MOST_COMPARED = 5;

const list = (all: readonly Child[]): Child => (all.length ? h("ul", {}, all.map((one) => h("li", {}, one))) : "—");

const ROWS: readonly (readonly [Key, (match: Match) => Child])[] = [
  ["compare.score", (match) => `${scoreTold(match)} / 100`],
  ["compare.commune", (match) => match.parcel.commune_name ?? say("unknown")],
  ["figure.surface", (match) => area(landOf(match))],
  ["column.market", (match) => wordOf("market", match.parcel.market)],
  ["compare.fit", (match) => (match.fit ? say(`fit.${match.fit}` as Key) : say("compare.no_building"))],
  ["figure.ready_p50", (match) => day(startOf(match)?.p50)],
  ["figure.ready_p80", (match) => day(startOf(match)?.p80)],
  ["compare.power", (match) => day(match.readiness?.power?.p80)],
  ["compare.production", (match) => day(match.readiness?.production?.p80)],
  ["compare.step", (match) => blocking(match) ?? "—"],
  ["site.for", (match) => list(speaks(match).pro)],
  ["site.against", (match) => list(speaks(match).con)],
  ["site.check", (match) => list(speaks(match).ask)],
];

export function comparison(matches: readonly Match[], onLeave: (match: Match) => void): HTMLElement {
  const head = matches.map((match) =>
    h("th", { scope: "col", "data-site": keyOf(match) }, match.title, h("button", { type: "button", class: "plain", "aria-label": say("compare.leave", { name: match.title }), onclick: () => onLeave(match) }, "×")),
  );
  const rows = ROWS.map(([title, tell]) => h("tr", {}, h("th", { scope: "row" }, say(title).replace("\u00ad", "")), matches.map((match) => h("td", {}, tell(match)))));
  return wide(say("compare.title"), h("table", { class: "compare" }, h("caption", { class: "hidden" }, say("compare.title")), h("thead", {}, h("tr", {}, h("td", {}), head)), h("tbody", {}, rows)));
}
