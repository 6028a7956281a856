// What the service answers to a need. It reads quantities as people write them; its words are those of the reader.

import { ask } from "../api/client";
import type { Outline } from "../api/parcels";
import type { Change, Need } from "./document";

export interface Counts {
  considered: number;
  proved: number;
  open: number;
  to_check: number;
  rejected: Record<string, number>;
}

export interface Interval {
  min: number;
  max: number;
}

export interface Criterion {
  name: string;
  role: "must" | "wish" | "note";
  verdict: "pass" | "fail" | "unknown";
  label: string;
  says: string;
  ask: string | null;
  source: string | null;
  on: string | null;
}

export interface Land {
  id: number;
  name: string | null;
  commune_name: string | null;
  surface_m2: number | null;
  lon: number | null;
  lat: number | null;
  market: string;
}

export type Quantiles = { p10: string | null; p50: string | null; p80: string | null; p90: string | null } | null;

export interface Match {
  parcel_ids: number[];
  parcel: Land;
  assembly: { parcels: Land[] } | null;
  title: string;
  says: string[];
  score: Interval & { contributions: { wish: string; says: string; satisfaction: Interval; contribution: Interval }[] };
  fit: "fits" | "no" | "borderline" | "open" | null;
  placement: Outline | null;
  extension: { placement: Outline | null } | null;
  readiness: { start: Quantiles; start_cleared: Quantiles; power: Quantiles; production: Quantiles; steps: { code: string; label: string; label_en: string; p50_end: string | null }[] } | null;
  critical_step: string | null;
  criteria: Criterion[];
}

export type Proposed = Change & { says: string };

export interface Answer {
  counts: Counts;
  says: string[];
  matches: Match[];
  to_check: Match[];
  relaxations: { change: Change; opens: number; says: string }[];
  near_misses: { parcel_ids: number[]; parcel: Land; title: string; changes: Proposed[] }[];
  as_of: string;
  digest: string;
}

export interface Explained {
  parcel: Land;
  standing: string;
  says: string[];
  criteria: Criterion[];
  changes: Proposed[];
}

/** How many sites it finds, before any building is placed. */
export async function countOf(body: Need, signal: AbortSignal): Promise<Counts> {
  const { data } = await ask("post", "/matches/count", { body, signal });
  return (data as unknown as { counts: Counts }).counts;
}

export async function answerTo(body: Need, signal?: AbortSignal): Promise<Answer> {
  const { data } = await ask("post", "/matches", { body, query: { says: true }, signal });
  return data as unknown as Answer;
}

export async function explanation(need: Need, parcel: number): Promise<Explained> {
  const { data } = await ask("post", "/matches/explain", { body: { need, parcel_ids: [parcel] } });
  return (data as unknown as { parcels: Explained[] }).parcels[0] as Explained;
}
