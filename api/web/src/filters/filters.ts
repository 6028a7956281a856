// What the reader filters by: read from and written to the address, and said to the service.

import type { Changes } from "../place";

export const MARKETS = ["for_sale", "for_lease", "optioned", "under_promise", "sold", "reserved_by_council", "kept_by_owner", "not_marketed", "prospect", "unknown"] as const;
export const INDUSTRIES = ["allowed", "conditional", "after_plan_change", "forbidden", "unknown"] as const;
/** Types of zones, as plans publish them (CNIG PLU). */
export const ZONE_TYPES = ["U", "AUc", "AUs", "A", "N"] as const;
export const PROBABILITIES = ["0.5", "0.8", "0.9"] as const;

/** The filters by their name in the address. */
export const FILTERS = ["name", "where", "surface", "buildable", "zone", "industry", "market", "ready_by", "clear", "power", "price", "drawn"] as const;
export type Filter = (typeof FILTERS)[number];

/** The parameters of the address that each filter stands in. */
const PARAMETERS: Record<Filter, readonly string[]> = {
  name: ["name"],
  where: ["where"],
  surface: ["surface_min", "surface_max"],
  buildable: ["buildable_min"],
  zone: ["zone"],
  industry: ["industry"],
  market: ["market"],
  ready_by: ["ready_by", "probability"],
  clear: ["clear"],
  power: ["power_min"],
  price: ["price_max"],
  drawn: ["drawn"],
};

/** What a list of parcels is asked: the service's own parameters. */
export interface Asked {
  filter?: string;
  ready_by?: string;
  probability?: string;
}

const SQUARE_METRES_OF_HECTARE = 10_000;

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const list = (values: string): string => `(${values.split(",").map(text).join(",")})`;
const holds = (field: string, part: string): string => `ACCENTI(CASEI(${field})) LIKE ACCENTI(CASEI(${text(`%${part.replace(/[%_\\]/g, "\\$&")}%`)}))`;

function amount(query: URLSearchParams, name: string): number | null {
  const given = query.get(name);
  const value = given === null || given.trim() === "" ? NaN : Number(given.replace(",", "."));
  return Number.isFinite(value) && value >= 0 ? value : null;
}

function bound(query: URLSearchParams, name: string, field: string, sign: ">=" | "<=", scale = 1): string | null {
  const value = amount(query, name);
  return value === null ? null : `${field} ${sign} ${Math.round(value * scale * 100) / 100}`;
}

/** Within a department said by its number, else where the commune's or the EPCI's name holds the words. */
function within(where: string): string {
  const department = /^(\d{2,3}|2[ab])$/i.exec(where.trim());
  if (department) return `commune LIKE ${text(`${where.trim().toUpperCase()}%`)}`;
  return `(${holds("commune_name", where.trim())} OR ${holds("epci_name", where.trim())})`;
}

/** The ring of `5.1,45.6;5.2,45.6;5.2,45.7` as a polygon; null where it is none. */
export function ringOf(drawn: string | null): [number, number][] | null {
  const corners = (drawn ?? "").split(";").map((corner) => corner.split(",").map(Number) as [number, number]);
  const sound = corners.length >= 3 && corners.every((corner) => corner.length === 2 && corner.every(Number.isFinite));
  return sound ? corners : null;
}

function inRing(drawn: string | null): string | null {
  const ring = ringOf(drawn);
  if (!ring) return null;
  const closed = [...ring, ring[0] as [number, number]];
  return `S_INTERSECTS(geometry,POLYGON((${closed.map(([x, y]) => `${x} ${y}`).join(",")})))`;
}

const CONDITIONS: Record<Filter, (query: URLSearchParams) => (string | null)[]> = {
  name: (query) => [query.get("name") && holds("name", query.get("name") ?? "")],
  where: (query) => [query.get("where") && within(query.get("where") ?? "")],
  surface: (query) => [
    bound(query, "surface_min", "surface_m2", ">=", SQUARE_METRES_OF_HECTARE),
    bound(query, "surface_max", "surface_m2", "<=", SQUARE_METRES_OF_HECTARE),
  ],
  buildable: (query) => [bound(query, "buildable_min", "buildable_m2", ">=", SQUARE_METRES_OF_HECTARE)],
  zone: (query) => [query.get("zone") && `zone_type IN ${list(query.get("zone") ?? "")}`],
  industry: (query) => [query.get("industry") && `industry IN ${list(query.get("industry") ?? "")}`],
  market: (query) => [query.get("market") && `market IN ${list(query.get("market") ?? "")}`],
  ready_by: () => [],
  clear: (query) => [query.get("clear") && "buildable_m2 >= surface_m2"],
  power: (query) => [bound(query, "power_min", "power_mw", ">=")],
  price: (query) => [bound(query, "price_max", "price_eur_m2", "<=")],
  drawn: (query) => [inRing(query.get("drawn"))],
};

/** The filters that are set. */
export function active(query: URLSearchParams): Filter[] {
  return FILTERS.filter((filter) => PARAMETERS[filter].some((name) => name !== "probability" && query.get(name)));
}

/** What leaves these filters out of the address. */
export const without = (...filters: Filter[]): Changes => Object.fromEntries(filters.flatMap((filter) => PARAMETERS[filter]).map((name) => [name, null]));

/** What the service is asked; `left`: a filter that is left out, to see what it excludes. */
export function asked(query: URLSearchParams, left?: Filter): Asked {
  const conditions = FILTERS.filter((filter) => filter !== left).flatMap((filter) => CONDITIONS[filter](query)).filter(Boolean);
  const by = left === "ready_by" ? null : query.get("ready_by");
  return {
    ...(conditions.length ? { filter: conditions.join(" AND ") } : {}),
    ...(by ? { ready_by: by, probability: query.get("probability") ?? "0.8" } : {}),
  };
}
