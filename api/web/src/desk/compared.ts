// The head of the shortlist side by side: each criterion of the need, each site, the fact and its source.

import { get } from "../api/client";
import { fill, h } from "../ui/dom";
import { wide } from "../ui/wide";
import { area, day } from "../words/format";
import { type Key, say, wordOf } from "../words/words";
import { button, shows } from "./parts";

interface Cell {
  readonly verdict: string;
  readonly source: string | null;
  readonly on: string | null;
  readonly says: string;
}

interface Comparison {
  readonly sites: readonly { parcels: readonly number[]; name: string | null; commune_name: string | null; market: string; surface_m2: number | null; fit: string | null; start: { p80: string | null } | null }[];
  readonly criteria: readonly { label: string; cells: readonly (Cell | null)[] }[];
}

export function compared(project: number): HTMLElement {
  const element = h("div");
  const read = async (): Promise<Comparison> => (await get("/projects/{project_id}/comparison", { path: { project_id: project }, query: {} })) as unknown as Comparison;
  fill(element, button(say("compared.show"), () => void shows(element, read, table)()));
  return element;
}

function table({ sites, criteria }: Comparison): HTMLElement {
  const head = sites.map((one) => h("th", { scope: "col" }, h("a", { href: `#/parcels/${one.parcels[0] ?? ""}` }, one.name ?? say("parcel.number", { id: one.parcels.join(", ") })), h("small", {}, one.commune_name)));
  const row = (title: string, cells: readonly (Node | string)[]): HTMLElement => h("tr", {}, h("th", { scope: "row" }, title), cells.map((one) => h("td", {}, one)));
  const facts = [
    row(say("figure.surface"), sites.map((one) => area(one.surface_m2))),
    row(say("column.market"), sites.map((one) => wordOf("market", one.market))),
    row(say("compare.fit"), sites.map((one) => (one.fit ? say(`fit.${one.fit}` as Key) : say("compare.no_building")))),
    row(say("figure.ready_p80"), sites.map((one) => day(one.start?.p80))),
  ];
  const judged = criteria.map(({ label, cells }) => row(label, cells.map(cellOf)));
  return wide(say("compare.title"), h("table", { class: "compare" }, h("caption", { class: "hidden" }, say("compare.title")), h("thead", {}, h("tr", {}, h("td", {}), head)), h("tbody", {}, facts, judged)));
}

function cellOf(cell: Cell | null): Node | string {
  if (!cell) return "—";
  const from = [cell.source, cell.on && day(cell.on)].filter(Boolean).join(", ");
  return h("div", { class: `verdict ${cell.verdict}` }, cell.says, from && h("small", {}, from));
}
