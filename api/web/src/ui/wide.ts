// A table that may be wider than its place: it scrolls by itself, by keyboard as well.

import { type Key, say } from "../words/words";
import { type Child, h } from "./dom";

export function wide(label: string, table: HTMLTableElement): HTMLElement {
  return h("div", { class: "wide", role: "region", tabindex: "0", "aria-label": label }, table);
}

/** A small table in such a place; its name is said, not shown. */
export function tabled(label: string, heads: readonly Key[], rows: readonly Child[]): HTMLElement {
  const titles = heads.map((key) => h("th", { scope: "col" }, say(key)));
  return wide(label, h("table", { class: "small" }, h("caption", { class: "hidden" }, label), h("thead", {}, h("tr", {}, titles)), h("tbody", {}, rows)));
}
