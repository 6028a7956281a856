// Parcels: pages of the list, how many there are, one of them.

import { ask, follow, get, type Told } from "./client";

export interface Facts {
  id: number;
  name: string | null;
  origin: string;
  market: string;
  commune_name: string | null;
  epci_name: string | null;
  site_id: string | null;
  source_id: string | null;
  cadastral_ids: string[];
  surface_m2: number | null;
  surface_stated_m2: number | null;
  buildable_m2: number | null;
  zone_label: string | null;
  zone_type: string | null;
  industry: string;
  ready_p50: string | null;
  ready_p80: string | null;
  ready_class: string;
  ready_on?: string | null;
  power_mw: number | null;
  distance_m: Record<string, number> | null;
  areas: string[];
  price_eur_m2?: number | null;
  contact?: string | null;
  owner_kind?: string | null;
  owner_siren?: string | null;
  buyer?: string | null;
  sale_amount?: number | null;
  visibility: string;
  responsible: string | null;
  source: string | null;
  observed_on: string | null;
  updated_at: string;
  synthetic: boolean;
  stale?: boolean;
}

export interface Outline {
  type: "MultiPolygon" | "Polygon";
  coordinates: number[][][][] | number[][][];
}

export interface Parcel {
  type: "Feature";
  id: number;
  geometry: Outline | null;
  properties: Facts;
}

export interface Page {
  features: Parcel[];
  numberMatched?: number;
  numberEstimated?: number;
  links: { rel: string; href: string }[];
}

type Query = Record<string, string | number | undefined>;

export const COLUMNS = ["name", "commune_name", "surface_m2", "buildable_m2", "zone_label", "industry", "market", "ready_p50", "ready_p80", "ready_class", "power_mw"] as const;

/** The first page of a list. */
export async function page(query: Query, signal?: AbortSignal): Promise<Page> {
  return (await get("/collections/parcels/items", { query, signal })) as unknown as Page;
}

/** The page that a link of a page leads to. */
export const pageAt = (href: string, signal?: AbortSignal): Promise<Page> => follow<Page>(href, signal);

/** How many parcels are asked for, and whether it is an estimate. */
export async function count(query: Query, signal?: AbortSignal): Promise<{ count: number; exact: boolean }> {
  return counted(await page({ ...query, limit: 1, properties: "id", skipGeometry: "true" }, signal));
}

export function counted(found: Page): { count: number; exact: boolean } {
  const exact = found.numberMatched !== undefined;
  return { count: found.numberMatched ?? found.numberEstimated ?? found.features.length, exact };
}

/** One parcel with the tag by which an edit says what it knew. `crs`: of its outline, degrees unless said. */
export async function parcel(id: number, crs?: string, signal?: AbortSignal): Promise<Told<Parcel>> {
  return (await ask("get", "/collections/parcels/items/{parcel_id}", { path: { parcel_id: id }, query: { crs }, signal })) as unknown as Told<Parcel>;
}

/** Changes facts of a parcel, if nobody has since `etag`. */
export async function patch(id: number, etag: string, properties: Record<string, unknown>, reason: string): Promise<Told<Parcel>> {
  const body = { properties, reason };
  const headers = { "If-Match": etag };
  return (await ask("patch", "/collections/parcels/items/{parcel_id}", { path: { parcel_id: id }, body, headers, type: "application/merge-patch+json" })) as unknown as Told<Parcel>;
}

/** Where the parcels are that one may see: west, south, east, north; null where there are none, or nobody answers. */
export async function extent(): Promise<[number, number, number, number] | null> {
  const told = await get("/collections/parcels/tiles/WebMercatorQuad", { query: { f: "tilejson" } }).catch(() => ({}));
  return (told as { bounds?: [number, number, number, number] }).bounds ?? null;
}
