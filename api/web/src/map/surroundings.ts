// Zones of plans and constraints: read for the view when the reader wants them, from near enough to tell them apart.

import type { GeoJSONSource, Map } from "maplibre-gl";
import { get, isAborted } from "../api/client";
import { say } from "../words/words";
import { EMPTY } from "./layers";

export const AROUND = ["zones", "constraints"] as const;
export type Around = (typeof AROUND)[number];

const NEAR_ENOUGH = 11;
const MOST = 1000;

export class Surroundings {
  private readonly wanted = new Set<Around>();
  private asking: AbortController | null = null;

  constructor(private readonly map: Map, private readonly onFar: (far: boolean) => void, private readonly onTold: (sentence: string) => void) {
    map.on("moveend", () => void this.refresh());
    map.on("load", () => void this.refresh());
  }

  want(layers: ReadonlySet<Around>): void {
    this.wanted.clear();
    for (const layer of layers) this.wanted.add(layer);
    void this.refresh();
  }

  private async refresh(): Promise<void> {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.onFar(this.wanted.size > 0 && this.map.getZoom() < NEAR_ENOUGH);
    try {
      await Promise.all(AROUND.map((layer) => this.read(layer, asking.signal)));
    } catch (error) {
      if (!isAborted(error)) this.onTold(say("map.no_surroundings"));
    }
  }

  private async read(layer: Around, signal: AbortSignal): Promise<void> {
    const source = this.map.getSource<GeoJSONSource>(layer);
    if (!this.wanted.has(layer) || this.map.getZoom() < NEAR_ENOUGH) {
      source?.setData(EMPTY);
      return;
    }
    const box = this.map.getBounds();
    const bbox = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((one) => one.toFixed(5)).join(",");
    const found = await get(`/collections/${layer}/items`, { query: { bbox, limit: MOST }, signal });
    source?.setData(found as unknown as Parameters<GeoJSONSource["setData"]>[0]);
  }
}
