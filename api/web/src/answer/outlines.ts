// The outlines of the land of an answer, in degrees, by parcel.

import { get } from "../api/client";
import type { Outline } from "../api/parcels";
import type { Match } from "../need/asking";

const AT_ONCE = 200;

export async function outlinesOf(matches: readonly Match[], signal?: AbortSignal): Promise<Map<number, Outline>> {
  const ids = [...new Set(matches.flatMap((one) => one.parcel_ids))].slice(0, AT_ONCE);
  if (!ids.length) return new Map();
  const query = { filter: `id IN (${ids.join(",")})`, properties: "id", limit: ids.length };
  const found = (await get("/collections/parcels/items", { query, signal })) as unknown as { features: { id: number; geometry: Outline | null }[] };
  return new Map(found.features.flatMap(({ id, geometry }) => (geometry ? [[id, geometry] as const] : [])));
}

/** Every ring of an outline. */
export const ringsOf = ({ type, coordinates }: Outline): number[][][] => (type === "Polygon" ? (coordinates as number[][][]) : (coordinates as number[][][][]).flat());
