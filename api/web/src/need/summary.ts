// A need in a few lines, as one would say it: at the head of its answer and in the message to the agency.

import { nameOf, type Spot } from "../places/places";
import { day, number } from "../words/format";
import { say, type Key } from "../words/words";
import { at, isObject, type Json, type Need } from "./document";
import { type Unit, UNITS } from "./field";

/** A quantity with its unit, as written or in its field's unit. */
function told(value: Json | undefined, unit: Unit): string | null {
  if (typeof value === "number") return `${number(value / unit.size)} ${unit.said}`;
  return typeof value === "string" && value ? value.replace(/€\/m²$/, UNITS.price.said) : null;
}

function building(one: Json): string {
  if (!isObject(one)) return "";
  const many = typeof one.count === "number" && one.count > 1 ? ` × ${one.count}` : "";
  if ("area_m2" in one) return told(one.area_m2, UNITS.m2) ?? "";
  const side = (value: Json | undefined): string => (told(value, UNITS.m) ?? "?").replace(/ m$/, "");
  return "polygon" in one ? say("need.building.outline") : `${side(one.length_m)} × ${side(one.width_m)} m${many}`;
}

const QUANTITIES: readonly (readonly [Key, readonly string[], Unit])[] = [
  ["need.setback", ["setback_m"], UNITS.m],
  ["need.land_min", ["land_m2", "min"], UNITS.ha],
  ["need.land_max", ["land_m2", "max"], UNITS.ha],
  ["need.height", ["height_m"], UNITS.m],
  ["need.power", ["power_mw", "at_opening"], UNITS.mw],
  ["need.water", ["water_m3h"], UNITS.flow],
  ["need.gas", ["gas_m3h"], UNITS.flow],
  ["need.price", ["price_max_eur_m2"], UNITS.price],
];

/** The places that a need names. */
export function spotsIn(given: Need): Spot[] {
  return (["communes", "departments", "named"] as const).flatMap((kind) => {
    const all = at(given, ["place", kind]);
    return Array.isArray(all) ? all.map((code) => ({ kind, code: String(code) })) : [];
  });
}

/** Lines of `name : value`. */
export function summary(given: Need): string[] {
  const line = (key: Key, value: string | null | false | undefined): string[] => (value ? [say("summary.line", { name: say(key), value })] : []);
  const buildings = Array.isArray(given.buildings) ? given.buildings.map(building).join(", ") : null;
  const named = spotsIn(given).map(nameOf);
  const near = at(given, ["place", "near"]);
  const where = [...named, isObject(near) && say("summary.around", { lat: number(Number(near.lat)), lon: number(Number(near.lon)), km: told(near.km, UNITS.km) ?? "" }), at(given, ["place", "polygon"]) && say("filter.drawn")].filter(Boolean).join(", ");
  const regime = at(given, ["icpe", "regime"]);
  return [
    ...line("need.buildings", buildings),
    ...QUANTITIES.flatMap(([key, path, unit]) => line(key, told(at(given, path), unit) ?? told(path.length > 1 ? given[path[0] as string] : undefined, unit))),
    ...line("need.where", where),
    ...line("filter.ready_by", typeof given.start_by === "string" && day(given.start_by)),
    ...line("need.production_by", typeof given.production_by === "string" && day(given.production_by)),
    ...line("need.fibre", given.fibre === true && say("yes")),
    ...line("need.rail", given.rail_siding === true && say("yes")),
    ...line("need.use", typeof given.use === "string" && say(`use.${given.use}` as Key)),
    ...line("need.regime", typeof regime === "string" && say(`regime.${regime}` as Key)),
    ...line("need.tenure", (given.tenure === "buy" || given.tenure === "lease") && say(`tenure.${given.tenure}` as Key)),
  ];
}
