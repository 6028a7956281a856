// What the reader filters by: read from and written to the address, and said to the service.

import type { Changes } from "../place";
import { like, plain, type Spot, text } from "../places/places";

export const MARKETS = ["for_sale", "for_lease", "optioned", "under_promise", "sold", "reserved_by_council", "kept_by_owner", "not_marketed", "prospect", "unknown"] as const;
export const INDUSTRIES = ["allowed", "conditional", "after_plan_change", "forbidden", "unknown"] as const;
/** Types of zones, as plans publish them (CNIG PLU). */
export const ZONE_TYPES = ["U", "AUc", "AUs", "A", "N"] as const;
/** Networks that a site may publish (CNIG), as the sheet names them. */
export const NETWORKS = ["water", "gas", "fibre", "sewer", "rail"] as const;
export const PROBABILITIES = ["0.5", "0.8", "0.9"] as const;

/** The filters by their name in the address. */
export const FILTERS = ["name", "area", "surface", "buildable", "zone", "industry", "market", "ready_by", "clear", "power", "networks", "price", "drawn", "since"] as const;
export type Filter = (typeof FILTERS)[number];

/** The parameters of the address that each filter stands in. */
const PARAMETERS: Record<Filter, readonly string[]> = {
  name: ["name"],
  area: ["area"],
  surface: ["surface_min", "surface_max"],
  buildable: ["buildable_min"],
  zone: ["zone"],
  industry: ["industry"],
  market: ["market"],
  ready_by: ["ready_by", "probability"],
  clear: ["clear"],
  power: ["power_min"],
  networks: ["networks"],
  price: ["price_max"],
  drawn: ["drawn"],
  since: ["since"],
};

/** What a list of parcels is asked: the service's own parameters. */
export interface Asked {
  filter?: string;
  ready_by?: string;
  probability?: string;
}

const SQUARE_METRES_OF_HECTARE = 10_000;

const list = (values: string | readonly string[]): string => `(${(typeof values === "string" ? values.split(",") : values).map(text).join(",")})`;

function amount(query: URLSearchParams, name: string): number | null {
  const given = query.get(name);
  const value = given === null || given.trim() === "" ? NaN : Number(given.replace(",", "."));
  return Number.isFinite(value) && value >= 0 ? value : null;
}

function bound(query: URLSearchParams, name: string, field: string, sign: ">=" | "<=", scale = 1): string | null {
  const value = amount(query, name);
  return value === null ? null : `${field} ${sign} ${Math.round(value * scale * 100) / 100}`;
}

/** Kinds of places as the address has them before the code; any other is that of a named area. */
const OF_PLACES = { "commune/": "communes", "departement/": "departments" } as const;

/** The places of `commune/38449,departement/69,scot/12`. */
export function spotsOf(listed: string | null): Spot[] {
  const spot = (said: string): Spot => {
    const [begin, kind] = Object.entries(OF_PLACES).find(([one]) => said.startsWith(one)) ?? ["", "named" as const];
    return { kind, code: said.slice(begin.length) };
  };
  return (listed ?? "").split(",").filter(Boolean).map(spot);
}

export function spotsSaid(spots: readonly Spot[]): string | null {
  const begin = (kind: Spot["kind"]): string => Object.entries(OF_PLACES).find(([, one]) => one === kind)?.[0] ?? "";
  return spots.map(({ kind, code }) => begin(kind) + code).join(",") || null;
}

/** In one of the places. */
function within(spots: readonly Spot[]): string | null {
  const of = (kind: Spot["kind"]): string[] => spots.filter((one) => one.kind === kind).map(({ code }) => code);
  const epcis = of("named").flatMap((code) => (code.startsWith("epci/") ? [code.slice(5)] : []));
  const conditions = [
    of("communes").length && `commune IN ${list(of("communes"))}`,
    ...of("departments").map((code) => `commune LIKE ${text(`${plain(code)}%`)}`),
    epcis.length && `epci IN ${list(epcis)}`,
    of("named").length && `A_OVERLAPS(areas,${list(of("named"))})`,
  ].filter(Boolean);
  return conditions.length ? `(${conditions.join(" OR ")})` : null;
}

/** Since a day or an instant. */
function changedSince(since: string | null): string | null {
  const at = new Date(since ?? "");
  return Number.isNaN(at.getTime()) ? null : `updated_at >= TIMESTAMP('${at.toISOString()}')`;
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
  name: (query) => [query.get("name") && like("name", `%${plain(query.get("name") ?? "")}%`)],
  area: (query) => [within(spotsOf(query.get("area")))],
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
  networks: (query) => [query.get("networks") && `A_CONTAINS(networks,${list(query.get("networks") ?? "")})`],
  price: (query) => [bound(query, "price_max", "price_eur_m2", "<=")],
  drawn: (query) => [inRing(query.get("drawn"))],
  since: (query) => [changedSince(query.get("since"))],
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
