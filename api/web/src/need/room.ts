// A need in two minutes: what is asked on the left, the building, the count and the map on the right.

import { extent } from "../api/parcels";
import { ringOf } from "../filters/filters";
import { confirmsFor } from "../desk/keeping";
import type { ParcelMap } from "../map/map";
import { change, go, hashOf, onPlace, place } from "../place";
import type { Room } from "../room";
import { fill, h } from "../ui/dom";
import { complain, tell } from "../ui/notice";
import { say } from "../words/words";
import { Buildings } from "./buildings";
import { EMPTY_NEED, type Json, need, type Need, type Path, put, written } from "./document";
import { type Desk, complainAt } from "./field";
import { Live } from "./live";
import { type Preset, presets, usual } from "./presets";
import { activity, dates, land, networks, prices } from "./sections";
import { polygonOf, ringText, Where } from "./where";

export class NeedRoom implements Room, Desk {
  readonly element = h("div", { class: "need-room" });
  private readonly form = h("form", { class: "need-form", novalidate: true, "aria-label": say("need.title"), onsubmit: (event: Event) => this.send(event) });
  private readonly mapPlace = h("div", { class: "map" });
  private readonly live = new Live((errors) => complainAt(this.form, errors));
  private readonly hint = h("p", { class: "hint indicative", hidden: true });
  private readonly deaf: () => void;
  private given: Need = need();
  private buildings = new Buildings(this);
  private where = this.wheres();
  private all: Preset[] = [];
  private map: ParcelMap | null = null;

  constructor() {
    this.draw();
    fill(
      this.element,
      this.form,
      h("div", { class: "need-side" }, h("section", { class: "told-live", "aria-label": say("live.label") }, this.live.element, h("button", { type: "button", class: "main", onclick: () => this.send() }, say("need.send"))), h("section", { class: "map-place", "aria-label": say("map.label") }, this.mapPlace)),
    );
    this.deaf = onPlace(() => this.arrived());
    void this.openMap();
    void this.offerPresets();
    this.live.count(this.given);
  }

  need(): Need {
    return this.given;
  }

  /** What a field says: kept in the address at once, counted soon after. */
  write(path: Path, value: Json | undefined): void {
    this.given = put(this.given, path, value);
    const text = written(this.given);
    if (text === null) return tell(say("need.too_long"));
    change({ need: text }, true);
    this.buildings.refresh();
    this.live.count(this.given);
    if (path[0] === "place") this.map?.showDrawn(ringText(this.given));
  }

  leave(): void {
    this.deaf();
    this.map?.map.remove();
  }

  private arrived(): void {
    const now = need();
    if (JSON.stringify(now) === JSON.stringify(this.given)) return;
    this.take(now);
  }

  private take(given: Need): void {
    this.given = given;
    this.buildings = new Buildings(this);
    this.where = this.wheres();
    this.draw();
    this.map?.showDrawn(ringText(given));
    this.live.count(given);
  }

  private wheres(): Where {
    return new Where(this, () => void this.outline(), () => this.map && this.drawn(this.map.view()), () => this.map && (this.map.map.getCenter().toArray() as [number, number]));
  }

  private draw(): void {
    const part = (title: string, ...children: Node[]): HTMLElement => h("fieldset", { class: "part" }, h("legend", {}, title), children);
    fill(
      this.form,
      confirmsFor(() => this.given),
      h("p", { class: "intro" }, say("need.intro")),
      part(say("need.project"), this.sector(), this.hint),
      part(say("need.buildings"), this.buildings.element),
      part(say("need.land"), ...land(this)),
      part(say("need.where"), this.where.element),
      part(say("need.dates"), ...dates(this)),
      part(say("need.networks"), ...networks(this)),
      h("details", { class: "part more" }, h("summary", {}, say("need.more")), activity(this), prices(this)),
      h("p", { class: "actions" }, h("button", { class: "main" }, say("need.send")), h("button", { type: "button", onclick: () => this.empty() }, say("need.empty"))),
    );
    this.tellUsual();
  }

  private empty(): void {
    change({ need: null });
    this.take({ ...EMPTY_NEED });
  }

  private sector(): HTMLElement {
    const chosen = typeof this.given.preset === "string" ? this.given.preset : "";
    const choose = (event: Event): void => {
      const preset = this.all.find((one) => one.name === (event.target as HTMLSelectElement).value);
      const { schema, name, place: where, probability } = this.given;
      const kept = Object.fromEntries(Object.entries({ schema, name, place: where, probability }).filter(([, value]) => value !== undefined)) as Need;
      this.take({ ...kept, ...(preset?.need ?? {}) });
      change({ need: written(this.given) });
      this.form.querySelector<HTMLSelectElement>("select")?.focus();
    };
    const offers = this.all.map(({ name, title }) => h("option", { value: name, selected: name === chosen }, title));
    return h("label", { class: "field" }, h("span", {}, say("need.preset")), h("select", { onchange: choose }, h("option", { value: "" }, say("need.preset.none")), offers));
  }

  private tellUsual(): void {
    const preset = this.all.find((one) => one.name === this.given.preset);
    this.hint.hidden = !preset;
    fill(this.hint, preset && h("strong", {}, say("usual.indicative")), preset && ` ${usual(preset)}`);
  }

  private async offerPresets(): Promise<void> {
    try {
      this.all = await presets();
      this.form.querySelector(".part label.field")?.replaceWith(this.sector());
      this.tellUsual();
    } catch (error) {
      complain(error);
    }
  }

  private async openMap(): Promise<void> {
    try {
      const [{ ParcelMap }, bounds] = await Promise.all([import("../map/map"), extent()]);
      this.map = new ParcelMap(this.mapPlace, { at: place().query.get("at"), bounds, asked: {}, drawn: ringText(this.given), onParcel: () => undefined, onMoved: (at) => change({ at }, true), onFar: () => undefined, onTold: tell });
    } catch {
      fill(this.mapPlace, h("p", { class: "no-map" }, say("need.no_map")));
    }
  }

  private async outline(): Promise<void> {
    if (!this.map) return tell(say("need.no_map"));
    tell(say("draw.how"));
    this.drawn(await this.map.draw());
  }

  private drawn(ring: string | null): void {
    const points = ringOf(ring);
    if (!points) return;
    this.write(["place", "polygon"], polygonOf(points));
    this.where.draw();
  }

  private send(event?: Event): void {
    event?.preventDefault();
    if (this.form.querySelector("[aria-invalid]")) return this.form.querySelector<HTMLElement>("[aria-invalid]")?.focus();
    go(["answer"]);
  }
}

/** The address of the form with the need that is being looked at. */
export const formAddress = (): string => hashOf(["need"]);
