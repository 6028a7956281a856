// The list of parcels: paged and sorted by the service, beside the map and complete without it.

import { COLUMNS, type Facts, type Page, type Parcel, counted, page, pageAt } from "../api/parcels";
import { type Asked } from "../filters/filters";
import { CLASSES, lookOf, swatch } from "../map/classes";
import { change, hashOf, place } from "../place";
import { type Child, fill, h } from "../ui/dom";
import { refused } from "../ui/notice";
import { day, hectares, number } from "../words/format";
import { type Key, say, wordOf } from "../words/words";

const ROWS = 50;

interface Column {
  readonly field: string;
  readonly title: Key;
  readonly unit?: string;
  readonly figures?: boolean;
  readonly show: (facts: Facts) => Child;
}

const dash = (): Child => h("span", { class: "none", title: say("unknown") }, h("span", { "aria-hidden": "true" }, "–"), h("span", { class: "hidden" }, say("unknown")));
const known = <T>(value: T | null | undefined, show: (value: T) => Child): Child => (value === null || value === undefined ? dash() : show(value));

const SHOWN: readonly Column[] = [
  { field: "surface_m2", title: "column.surface", unit: "ha", figures: true, show: (facts) => known(facts.surface_m2, hectares) },
  { field: "buildable_m2", title: "column.buildable", unit: "ha", figures: true, show: (facts) => known(facts.buildable_m2, hectares) },
  { field: "zone_label", title: "column.zone", show: (facts) => known(facts.zone_label, String) },
  { field: "industry", title: "column.industry", show: (facts) => h("span", { class: `mark ${facts.industry}` }, wordOf("industry", facts.industry)) },
  { field: "market", title: "column.market", show: (facts) => wordOf("market", facts.market) },
  { field: "ready_p80", title: "column.ready", figures: true, show: ready },
  { field: "power_mw", title: "column.power", unit: "MW", figures: true, show: (facts) => known(facts.power_mw, number) },
];

function ready(facts: Facts): Child {
  const asked = "ready_on" in facts;
  const label = wordOf("class", facts.ready_class);
  return h("span", { class: "ready", title: label }, swatch(lookOf(CLASSES, facts.ready_class)), h("span", { class: "hidden" }, `${label}, `), known(asked ? facts.ready_on : facts.ready_p80, day));
}

export interface Wishes {
  onHover: (id: number) => void;
  onCounted: (count: number, exact: boolean) => void;
  onNone: () => void;
}

// Roles are said out loud: where rows are laid out as cards, browsers forget that they are rows.
export class ParcelTable {
  readonly element = h("div", { class: "table-place" });
  private readonly body = h("tbody", { role: "rowgroup" });
  private readonly head = h("tr", { role: "row" });
  private readonly pages = h("nav", { class: "pages", "aria-label": say("pages.label") });
  private readonly scroll: HTMLElement;
  private before: string[] = [];
  private shown: Page | null = null;
  private asking: AbortController | null = null;
  private question = "";
  private sortby = "";

  constructor(private readonly wishes: Wishes) {
    const caption = h("caption", { class: "hidden" }, say("table.caption"));
    this.scroll = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("table.region") }, h("table", { role: "table" }, caption, h("thead", { role: "rowgroup" }, this.head), this.body));
    fill(this.element, this.scroll, this.pages);
  }

  /** Shows the first page of what is asked. */
  async ask(asked: Asked, anew = false): Promise<void> {
    const sortby = place().query.get("sort") ?? (asked.ready_by ? "ready_on" : "ready_p80");
    const properties = [...COLUMNS, ...(asked.ready_by ? ["ready_on"] : [])].join(",");
    const query = { ...asked, sortby, limit: ROWS, properties, skipGeometry: "true" };
    const question = JSON.stringify(query);
    if (question === this.question && !anew) return;
    this.question = question;
    this.before = [];
    this.sortby = sortby;
    await this.turn((signal) => page(query, signal));
  }

  private async turn(read: (signal: AbortSignal) => Promise<Page>): Promise<void> {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.element.setAttribute("aria-busy", "true");
    try {
      this.draw(await read(asking.signal));
    } catch (error) {
      this.question = "";
      refused(this.pages, error, () => void this.turn(read));
    } finally {
      if (asking === this.asking) this.element.removeAttribute("aria-busy");
    }
  }

  private drawHead(): void {
    const columns: Column[] = [{ field: "name", title: "column.name", show: () => "" }, ...SHOWN];
    fill(this.head, columns.map((column) => this.heading(column, this.sortby)));
  }

  private heading({ field, title, unit, figures }: Column, sortby: string): HTMLElement {
    const asked = field === "ready_p80" && place().query.get("ready_by") ? "ready_on" : field;
    const sorted = sortby.replace(/^-/, "") === asked;
    const falling = sortby.startsWith("-");
    const direction = sorted ? (falling ? "descending" : "ascending") : null;
    const next = sorted && !falling ? `-${asked}` : asked;
    const arrow = h("span", { class: "arrow", "aria-hidden": "true" }, sorted ? (falling ? "↓" : "↑") : "");
    const button = h("button", { type: "button", onclick: () => change({ sort: next }) }, say(title), unit && arrow, unit && h("small", {}, unit));
    return h("th", { scope: "col", role: "columnheader", "aria-sort": direction, class: figures ? "figures" : "" }, button);
  }

  private draw(found: Page): void {
    this.shown = found;
    const heading = this.head.contains(document.activeElement) ? [...this.head.children].findIndex((one) => one.contains(document.activeElement)) : -1;
    this.drawHead();
    this.head.children[heading]?.querySelector("button")?.focus();
    fill(this.body, found.features.map((one) => this.row(one)));
    this.scroll.scrollTop = 0;
    if (!this.before.length) {
      const { count, exact } = counted(found);
      this.wishes.onCounted(count, exact);
      if (!count) this.wishes.onNone();
    }
    this.drawPages();
    this.mark();
  }

  private row({ id, properties }: Parcel): HTMLElement {
    const name = h("a", { href: hashOf(["parcels", String(id)]), "data-parcel": id }, properties.name ?? say("parcel.number", { id: String(id) }));
    return h(
      "tr",
      { role: "row", "data-parcel": id, onmouseenter: () => this.wishes.onHover(id), onmouseleave: () => this.wishes.onHover(-1), onfocusin: () => this.wishes.onHover(id) },
      h("th", { scope: "row", role: "rowheader" }, name, h("small", {}, properties.commune_name)),
      SHOWN.map((column) => h("td", { role: "cell", class: column.figures ? "figures" : "", "data-title": [say(column.title).replace("\u00ad", ""), column.unit && `(${column.unit})`].filter(Boolean).join(" ") }, column.show(properties))),
    );
  }

  private drawPages(): void {
    const next = this.shown?.links.find((link) => link.rel === "next")?.href;
    const own = this.shown?.links.find((link) => link.rel === "self")?.href;
    const button = (key: Key, run: (() => void) | null): HTMLElement => h("button", { type: "button", disabled: !run, onclick: run }, say(key));
    const back = this.before.at(-1);
    fill(
      this.pages,
      button("pages.previous", back ? () => (this.before.pop(), void this.turn((signal) => pageAt(back, signal))) : null),
      h("span", {}, say("pages.number", { page: String(this.before.length + 1) })),
      button("pages.next", next && own ? () => (this.before.push(own), void this.turn((signal) => pageAt(next, signal))) : null),
    );
    this.pages.hidden = !next && !back;
  }

  /** Marks the parcel whose sheet is open, and brings its row into view. */
  mark(): void {
    const [room, id] = place().path;
    const chosen = room === "parcels" ? id : null;
    for (const row of this.body.querySelectorAll<HTMLElement>("tr")) {
      const is = row.dataset.parcel === chosen;
      row.classList.toggle("selected", is);
      row.querySelector("a")?.setAttribute("aria-current", String(is));
      if (is) row.scrollIntoView({ block: "nearest" });
    }
  }

  /** The links of the rows lead on from where the reader is now. */
  relink(): void {
    for (const link of this.body.querySelectorAll<HTMLAnchorElement>("a[data-parcel]")) link.href = hashOf(["parcels", link.dataset.parcel ?? ""]);
  }
}
