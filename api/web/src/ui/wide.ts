// A table that may be wider than its place: it scrolls by itself, by keyboard as well.

import { h } from "./dom";

export function wide(label: string, table: HTMLTableElement): HTMLElement {
  return h("div", { class: "wide", role: "region", tabindex: "0", "aria-label": label }, table);
}
