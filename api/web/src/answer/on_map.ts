// An answer on the map: each site as one outline, its building where it was placed, its rank.

import type { GeoJSONSource, LayerSpecification, Map } from "maplibre-gl";
import type { Outline } from "../api/parcels";
import { EMPTY } from "../map/layers";
import { boxOf, calm } from "../map/map";
import type { Match } from "../need/asking";
import { ringsOf } from "./outlines";

/** No other thing on the map has this colour. */
export const BUILDING = "#2b3a8c";
const LAND = "#f7e6b0";
const INK = "#1d2623";
const FONT = ["DejaVu Sans", "sans-serif"];
const SOURCES = ["sites", "buildings", "ranks"] as const;

const LAYERS: readonly LayerSpecification[] = [
  // Lines below the ground they go round: where neighbours meet, nothing is left of them
  { id: "sites-line", type: "line", source: "sites", paint: { "line-color": INK, "line-width": 5 } },
  { id: "sites-fill", type: "fill", source: "sites", paint: { "fill-color": LAND, "fill-antialias": false } },
  { id: "buildings-fill", type: "fill", source: "buildings", paint: { "fill-color": BUILDING } },
  { id: "buildings-line", type: "line", source: "buildings", paint: { "line-color": "#ffffff", "line-width": 1.5 } },
  { id: "ranks-spot", type: "circle", source: "ranks", maxzoom: 14, paint: { "circle-color": BUILDING, "circle-radius": 11, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 } },
  // Where sites lie upon each other, the number of the best is read
  { id: "ranks-label", type: "symbol", source: "ranks", layout: { "text-field": ["get", "rank"], "text-font": FONT, "text-size": 12, "symbol-sort-key": ["to-number", ["get", "rank"]] }, paint: { "text-color": "#ffffff" } },
];

const feature = (geometry: Outline, properties: object): object => ({ type: "Feature", geometry, properties });

function show(map: Map, source: (typeof SOURCES)[number], features: readonly object[]): void {
  const data = { type: "FeatureCollection", features } as unknown as Parameters<GeoJSONSource["setData"]>[0];
  map.getSource<GeoJSONSource>(source)?.setData(data);
}

export function drawAnswer(map: Map, matches: readonly Match[], outlines: ReadonlyMap<number, Outline>): void {
  for (const source of SOURCES) if (!map.getSource(source)) map.addSource(source, { type: "geojson", data: EMPTY });
  for (const layer of LAYERS) if (!map.getLayer(layer.id)) map.addLayer(layer);
  // Counts of other land would be read as ranks
  for (const id of ["parcels-merged", "parcels-counted"]) map.setLayoutProperty(id, "visibility", "none");
  show(map, "sites", matches.flatMap((match) => match.parcel_ids.flatMap((id) => outlines.get(id) ?? []).map((one) => feature(one, {}))));
  show(map, "buildings", matches.flatMap((match) => [match.placement, match.extension?.placement].flatMap((one) => (one ? [feature(one, {})] : []))));
  show(map, "ranks", matches.flatMap((match, place) => rank(match, place + 1, outlines)));
}

function rank(match: Match, place: number, outlines: ReadonlyMap<number, Outline>): object[] {
  const box = boxOfSite(match, outlines, true);
  if (!box) return [];
  const at = { type: "Point", coordinates: [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] };
  return [{ type: "Feature", geometry: at, properties: { rank: String(place) } }];
}

type Box = [number, number, number, number];

function boxOfSite(match: Match, outlines: ReadonlyMap<number, Outline>, building = false): Box | null {
  const shapes = building && match.placement ? [match.placement] : match.parcel_ids.flatMap((id) => outlines.get(id) ?? []);
  const corners = shapes.flatMap(ringsOf).flat();
  return corners.length ? boxOf(corners) : null;
}

/** Brings sites into view. */
export function showSites(map: Map, matches: readonly Match[], outlines: ReadonlyMap<number, Outline>): void {
  const boxes = matches.flatMap((one) => boxOfSite(one, outlines) ?? []);
  if (!boxes.length) return;
  const pairs = Array.from({ length: boxes.length / 2 }, (_, k) => boxes.slice(2 * k, 2 * k + 2));
  const [west, south, east, north] = boxOf(pairs);
  map.fitBounds([[west, south], [east, north]], { padding: 60, maxZoom: 16, animate: !calm() });
}
