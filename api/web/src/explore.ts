// The planner's place: filters, map, list, and the sheet of one parcel beside them.

import { addressOf } from "./api/client";
import { extent } from "./api/parcels";
import { active, asked } from "./filters/filters";
import { FilterBar } from "./filters/bar";
import { explainNone } from "./filters/empty";
import { farHint, mapKey, wantedAround } from "./map/key";
import type { ParcelMap } from "./map/map";
import { change, go, onPlace, place, type Place } from "./place";
import type { Room } from "./room";
import { isSignedIn } from "./session/session";
import { Sheet } from "./sheet/sheet";
import { ParcelTable } from "./table/table";
import { fill, h } from "./ui/dom";
import { tell } from "./ui/notice";
import { number } from "./words/format";
import { lang, say, type Key } from "./words/words";

/** Everything asked for at once, in each format the service writes (docs/formats.md); the value of `f`, name, ending. */
const FORMATS = [
  ["xlsx", "Excel (XLSX)", "xlsx"],
  ["csv", "CSV", "csv"],
  ["gpkg", "GeoPackage", "gpkg"],
  ["geojsonseq", "GeoJSONSeq", "geojsons"],
  ["fgb", "FlatGeobuf", "fgb"],
  ["parquet", "GeoParquet", "parquet"],
] as const;
const VIEWS = ["map", "list"] as const;
/** Parameters that say how things are shown, not which. */
const SHOWING = ["at", "show", "view", "sort"];

export class Explore implements Room {
  readonly element = h("div", { class: "explore" });
  private readonly count = h("p", { class: "count", role: "status", "aria-live": "polite" });
  private readonly exports = h("details", { class: "filter exports" });
  private readonly none = h("div", { class: "none-found", hidden: true });
  private readonly far = farHint();
  private readonly mapPlace = h("div", { class: "map" });
  private readonly bar: FilterBar;
  private readonly table: ParcelTable;
  private readonly sheet: Sheet;
  private readonly deaf: () => void;
  private map: ParcelMap | null = null;

  constructor() {
    this.bar = new FilterBar({ prices: isSignedIn(), onDraw: () => void this.draw(), onView: () => this.map && change({ drawn: this.map.view() }) });
    this.table = new ParcelTable({
      onHover: (id) => this.map?.hover(id),
      onCounted: (count, exact) => this.counted(count, exact),
      onNone: () => void explainNone(this.none),
    });
    this.sheet = new Sheet({ onClose: () => go([]), onOutline: (outline) => this.map?.show(outline), onChanged: () => void this.refresh(true) });
    const list = h("section", { class: "list", "aria-label": say("list.label") }, this.none, this.table.element);
    fill(
      this.element,
      h("div", { class: "strip" }, this.bar.element, h("div", { class: "told" }, this.count, this.exports)),
      this.switches(),
      h("div", { class: "split" }, h("section", { class: "map-place", "aria-label": say("map.label") }, this.mapPlace, mapKey(this.far)), h("div", { class: "side" }, list, this.sheet.element)),
    );
    this.deaf = onPlace((now, before) => this.moved(now, before));
    this.element.dataset.view = place().query.get("view") ?? "map";
    void this.refresh();
    void this.openSheet();
    void this.openMap();
  }

  leave(): void {
    this.deaf();
    this.map?.map.remove();
  }

  /** Where there is no room for both, map or list. */
  private switches(): HTMLElement {
    const button = (view: (typeof VIEWS)[number]): HTMLElement =>
      h("button", { type: "button", "data-view": view, "aria-pressed": String(view === (place().query.get("view") ?? "map")), onclick: () => change({ view }, true) }, say(`view.${view}` as Key));
    return h("div", { class: "views", role: "group", "aria-label": say("view.label") }, VIEWS.map(button));
  }

  private async openMap(): Promise<void> {
    try {
      const [{ ParcelMap }, bounds] = await Promise.all([import("./map/map"), extent()]);
      const { query } = place();
      this.map = new ParcelMap(this.mapPlace, {
        at: query.get("at"),
        bounds,
        asked: asked(query),
        drawn: query.get("drawn"),
        onParcel: (id) => go(["parcels", String(id)]),
        onMoved: (at) => change({ at }, true),
        onFar: (far) => (this.far.hidden = !far),
        onTold: tell,
      });
      this.map.surroundings.want(wantedAround());
      this.map.select(this.chosen());
      if (this.sheet.outline) this.map.show(this.sheet.outline);
    } catch {
      // No WebGL: the list has everything the map would show
      this.element.classList.add("without-map");
      fill(this.mapPlace, h("p", { class: "no-map" }, say("map.none")));
      this.element.dataset.view = "list";
    }
  }

  private async draw(): Promise<void> {
    if (!this.map) return tell(say("map.none"));
    this.bar.close();
    change({ view: "map" }, true);
    tell(say("draw.how"));
    const drawn = await this.map.draw();
    if (drawn) change({ drawn });
  }

  private chosen(): number | null {
    const [room, id] = place().path;
    return room === "parcels" && id ? Number(id) : null;
  }

  private async openSheet(): Promise<void> {
    const id = this.chosen();
    this.element.classList.toggle("with-sheet", id !== null);
    this.map?.select(id);
    await this.sheet.show(id);
  }

  private moved(now: Place, before: Place): void {
    const essence = (one: Place): string => [...one.query].filter(([name]) => !SHOWING.includes(name)).join("&");
    if (now.path.join() !== before.path.join()) void this.openSheet();
    const listed = this.refresh();
    if (essence(now) !== essence(before)) {
      this.map?.showDrawn(now.query.get("drawn"));
      // After the list and its count, which drawing tiles would hold up
      void listed.then(() => essence(place()) === essence(now) && this.map?.ask(asked(now.query)));
    }
    if (now.query.get("show") !== before.query.get("show")) this.map?.surroundings.want(wantedAround());
    this.element.dataset.view = now.query.get("view") ?? "map";
    for (const button of this.element.querySelectorAll<HTMLElement>(".views button")) button.setAttribute("aria-pressed", String(button.dataset.view === this.element.dataset.view));
    this.table.mark();
    this.table.relink();
  }

  private refresh(anew = false): Promise<void> {
    const question = asked(place().query);
    this.bar.draw();
    this.drawExports();
    if (anew) this.map?.ask(question);
    return this.table.ask(question, anew);
  }

  private counted(count: number, exact: boolean): void {
    this.none.hidden = count > 0;
    this.table.element.hidden = count === 0;
    fill(this.count, h("strong", {}, exact ? number(count) : say("count.about", { count: number(count) })), ` ${say("count.parcels", { count })}`);
  }

  private drawExports(): void {
    const query = asked(place().query);
    // What a French Excel opens by a double click
    const csv = lang() === "fr" ? { delimiter: "semicolon", bom: "true" } : {};
    const link = ([f, label, ending]: (typeof FORMATS)[number]): HTMLElement => {
      const href = addressOf("/collections/parcels/items", { query: { ...query, f, ...(f === "csv" ? csv : {}) } });
      return h("li", {}, h("a", { href, download: `${say("export.file")}.${ending}` }, label));
    };
    fill(this.exports, h("summary", {}, say("export")), h("div", { class: "panel" }, h("p", { class: "hint" }, say(active(place().query).length ? "export.filtered" : "export.all")), h("ul", {}, FORMATS.map(link))));
  }
}

