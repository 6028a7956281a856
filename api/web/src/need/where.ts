// Where the need looks: communes, departments and named areas by name, a circle, an outline drawn on the map.

import { get } from "../api/client";
import { fill, fresh, h, settled } from "../ui/dom";
import { complain } from "../ui/notice";
import { number } from "../words/format";
import { say } from "../words/words";
import { at, isObject, type Json, put } from "./document";
import { type Desk, UNITS, labelled, quantity } from "./field";

type Kind = "communes" | "departments" | "named";

interface Found {
  readonly kind: Kind;
  readonly code: string;
  readonly name: string;
}

const LEAST_TYPED = 2;
const OFFERED = 8;
const TYPING_MS = 250;
const text = (value: string): string => `'${value.replaceAll("'", "''").replace(/[%_\\]/g, "\\$&")}%'`;
const begins = (field: string, part: string): string => `ACCENTI(CASEI(${field})) LIKE ACCENTI(CASEI(${text(part)}))`;

async function list(collection: "communes" | "areas" | "parcels", filter: string, properties: string): Promise<Record<string, string>[]> {
  const query = { filter, properties, limit: OFFERED, skipGeometry: "true" };
  const found = (await get(`/collections/${collection}/items`, { query })) as unknown as { features: { properties: Record<string, string> }[] };
  return found.features.map((one) => one.properties);
}

const names = new Map<string, string>();

/** Places whose name begins as typed; of communes that are not loaded, those that land lies in. */
async function places(typed: string): Promise<Found[]> {
  const department = /^(\d{2,3}|2[ab])$/i.exec(typed);
  if (department) return [{ kind: "departments", code: typed.toUpperCase(), name: say("need.department", { code: typed.toUpperCase() }) }];
  const [communes, areas, lands] = await Promise.all([
    list("communes", begins("name", typed), "insee,name"),
    list("areas", begins("name", typed), "kind,code,name"),
    list("parcels", begins("commune_name", typed), "commune,commune_name"),
  ]);
  const found: Found[] = [
    ...communes.map((one) => ({ kind: "communes" as const, code: one.insee ?? "", name: one.name ?? "" })),
    ...lands.map((one) => ({ kind: "communes" as const, code: one.commune ?? "", name: one.commune_name ?? "" })),
    ...areas.map((one) => ({ kind: "named" as const, code: `${one.kind ?? ""}/${one.code ?? ""}`, name: one.name ?? "" })),
  ];
  const unique = [...new Map(found.map((one) => [`${one.kind}${one.code}`, one])).values()];
  for (const one of unique) names.set(one.code, one.name);
  return unique;
}

const offer = ({ kind, code, name }: Found): string => (kind === "communes" ? `${name} (${code})` : name);

export class Where {
  readonly element = h("div", { class: "need-where" });
  private readonly chips = h("ul", { class: "chips" });

  constructor(private readonly desk: Desk, private readonly onDraw: () => void, private readonly onView: () => void, private readonly middle: () => [number, number] | null) {
    fill(this.element, this.search(), this.chips, this.drawn(), this.circle());
    this.draw();
  }

  private search(): HTMLElement {
    const offers = h("datalist", { id: fresh("places") });
    const input = h("input", { list: offers.id, autocomplete: "off", placeholder: say("filter.where.example") });
    let found: Found[] = [];
    const look = settled(TYPING_MS, async () => {
      if (input.value.trim().length < LEAST_TYPED) return;
      found = await places(input.value.trim()).catch(() => []);
      fill(offers, found.map((one) => h("option", { value: offer(one) })));
    });
    const add = async (): Promise<void> => {
      const typed = input.value.trim();
      if (!typed) return;
      try {
        const known = found.find((one) => offer(one) === typed) ?? (await places(typed.replace(/ \(\w+\)$/, ""))).find((one) => one.name.toLowerCase() === typed.replace(/ \(\w+\)$/, "").toLowerCase() || one.kind === "departments");
        // What is not found by name is given as a named area: the service says what it knows
        this.add(known ?? { kind: "named", code: typed, name: typed });
        input.value = "";
      } catch (error) {
        complain(error);
      }
    };
    input.addEventListener("input", () => {
      if (found.some((one) => offer(one) === input.value)) void add();
      else look();
    });
    input.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), void add()));
    const field = labelled(say("filter.where"), input, "place.named", say("filter.where.hint"));
    return h("div", { class: "row" }, field, offers, h("button", { type: "button", onclick: () => void add() }, say("need.where.add")));
  }

  private add({ kind, code }: Found): void {
    const before = at(this.desk.need(), ["place", kind]);
    const all = Array.isArray(before) ? before : [];
    if (!all.includes(code)) this.desk.write(["place", kind], [...all, code]);
    this.draw();
  }

  /** Chips of what is asked. */
  draw(): void {
    const given = this.desk.need().place;
    const listed = (["communes", "departments", "named"] as const).flatMap((kind) => {
      const all = isObject(given) ? given[kind] : undefined;
      return (Array.isArray(all) ? all : []).map((code, place) => this.chip(kind, String(code), place));
    });
    const drawn = at(this.desk.need(), ["place", "polygon"]) !== undefined && this.off(say("filter.drawn"), () => this.desk.write(["place", "polygon"], undefined));
    fill(this.chips, listed, drawn);
  }

  private chip(kind: Kind, code: string, place: number): HTMLElement {
    const name = kind === "departments" ? say("need.department", { code }) : (names.get(code) ?? code);
    return this.off(name, () => this.desk.write(["place", kind, place], undefined));
  }

  private off(name: string, run: () => void): HTMLElement {
    return h("li", {}, name, h("button", { type: "button", class: "plain", "aria-label": say("need.where.remove", { name }), onclick: () => (run(), this.draw()) }, "×"));
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
