// Sectors to start from: what plants of each usually ask. Every figure is indicative, and said to be.

import { get } from "../api/client";
import { number } from "../words/format";
import { lang, say, type Key } from "../words/words";
import type { Need } from "./document";

export interface Preset {
  name: string;
  title: string;
  note: { fr?: string; en?: string };
  figures: Record<string, unknown>;
  need: Need;
}

export async function presets(): Promise<Preset[]> {
  return ((await get("/presets")) as unknown as { presets: Preset[] }).presets;
}

const RANGES = ["plot_ha", "building_m2", "height_m", "power_mw", "water_m3h"] as const;

/** The usual ranges of a sector, as one line. */
export function usual({ figures, note }: Preset): string {
  const told = RANGES.flatMap((name) => {
    const range = figures[name];
    if (!Array.isArray(range) || !range.length) return [];
    return [say(`usual.${name}` as Key, { least: number(range[0] as number), most: number(range.at(-1) as number) })];
  });
  return [say("usual.are", { figures: told.join(say("usual.between")) }), note[lang()]].filter(Boolean).join(" ");
}
