// Where the need looks: communes, departments and named areas by name, a circle, an outline drawn on the map.

import { Choose } from "../places/choose";
import type { Found, Kind, Spot } from "../places/places";
import { fill, h } from "../ui/dom";
import { number } from "../words/format";
import { say } from "../words/words";
import { at, isObject, type Json, put } from "./document";
import { type Desk, UNITS, labelled, quantity } from "./field";
import { spotsIn } from "./summary";

export class Where {
  readonly element = h("div", { class: "need-where" });
  private readonly outline = h("ul", { class: "chips" });
  private readonly choose: Choose;

  constructor(private readonly desk: Desk, private readonly onDraw: () => void, private readonly onView: () => void, private readonly middle: () => [number, number] | null) {
    this.choose = new Choose({
      field: (input) => labelled(say("filter.where"), input, "place.named", say("filter.where.hint")),
      chosen: () => spotsIn(this.desk.need()),
      add: (one) => this.add(one),
      remove: (one) => this.remove(one),
      // The service says what it knows
      unknown: (typed) => this.add({ kind: "named", code: typed, name: typed }),
    });
    fill(this.element, this.choose.element, this.outline, this.drawn(), this.circle());
    this.draw();
  }

  private all(kind: Kind): Json[] {
    const listed = at(this.desk.need(), ["place", kind]);
    return Array.isArray(listed) ? listed : [];
  }

  /** An EPCI goes by its name: it may be known of land alone. */
  private add({ kind, code, name }: Found): void {
    const said = code.startsWith("epci/") ? name : code;
    if (!this.all(kind).includes(said)) this.desk.write(["place", kind], [...this.all(kind), said]);
  }

  private remove({ kind, code }: Spot): void {
    this.desk.write(["place", kind, this.all(kind).indexOf(code)], undefined);
  }

  /** Chips of what is asked. */
  draw(): void {
    this.choose.draw();
    const name = say("filter.drawn");
    const off = (): void => (this.desk.write(["place", "polygon"], undefined), this.draw());
    const drawn = at(this.desk.need(), ["place", "polygon"]) !== undefined;
    fill(this.outline, drawn && h("li", {}, name, h("button", { type: "button", class: "plain", "aria-label": say("need.where.remove", { name }), onclick: off }, "×")));
  }

  private drawn(): HTMLElement {
    return h("div", { class: "row" }, h("button", { type: "button", onclick: this.onDraw }, say("filter.draw")), h("button", { type: "button", onclick: this.onView }, say("filter.view")));
  }

  private circle(): HTMLElement {
    const given = at(this.desk.need(), ["place", "near"]);
    const input = h("input", { inputmode: "decimal", autocomplete: "off", placeholder: "45,64 ; 5,09" });
    if (isObject(given)) input.value = `${number(Number(given.lat), { maximumFractionDigits: 4 })} ; ${number(Number(given.lon), { maximumFractionDigits: 4 })}`;
    const write = (): void => {
      const near = circleOf(input.value);
      const km = at(this.desk.need(), ["place", "near", "km"]) ?? "30 km";
      this.desk.write(["place", "near"], input.value.trim() === "" ? undefined : { ...near, km });
      radius.hidden = input.value.trim() === "";
    };
    input.addEventListener("input", write);
    const radius = quantity(this.desk, say("need.radius"), ["place", "near", "km"], UNITS.km);
    radius.hidden = !isObject(given);
    const take = (): void => {
      const here = this.middle();
      if (!here) return;
      input.value = `${number(here[1], { maximumFractionDigits: 4 })} ; ${number(here[0], { maximumFractionDigits: 4 })}`;
      write();
      const km = radius.querySelector("input");
      if (km && !km.value) km.value = "30";
    };
    return h("div", { class: "row" }, labelled(say("need.centre"), input, "place.near", say("need.centre.hint")), h("button", { type: "button", onclick: take }, say("need.centre.map")), radius);
  }
}

/** Latitude and longitude of `45,64 ; 5,09`; what is none is given as it is, for the service to say so. */
function circleOf(typed: string): { [name: string]: Json } {
  const [lat = "", lon = ""] = typed.split(/[;\s]+/).filter(Boolean);
  const read = (part: string): Json => (/^-?\d+([.,]\d+)?$/.test(part) ? Number(part.replace(",", ".")) : part);
  return { lat: read(lat), lon: read(lon) };
}

/** A need with an outline as its place. */
export const polygonOf = (ring: readonly (readonly [number, number])[]): Json => ({ type: "Polygon", coordinates: [[...ring, ring[0] as readonly [number, number]].map(([x, y]) => [x, y])] });

/** The ring of the need's outline as the map takes it; null where there is none. */
export function ringText(given: Parameters<typeof put>[0]): string | null {
  const ring = at(given, ["place", "polygon", "coordinates", 0]);
  return Array.isArray(ring) ? ring.slice(0, -1).map((point) => (point as number[]).join(",")).join(";") : null;
}
