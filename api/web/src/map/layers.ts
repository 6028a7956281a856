// What the map draws, from the ground up.

import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { HOME, addressOf } from "../api/client";
import type { Asked } from "../filters/filters";
import { say } from "../words/words";
import { CLASSES, EFFECTS, type Look } from "./classes";

export const EMPTY = { type: "FeatureCollection" as const, features: [] };
const FONT = ["DejaVu Sans", "sans-serif"];
const INK = "#1d2623";
const AVAILABLE: ExpressionSpecification = ["in", ["get", "market"], ["literal", ["for_sale", "for_lease"]]];

/** A value by the name of a look, as an expression over a property. */
function by(property: string, looks: readonly Look[], value: (look: Look) => string): ExpressionSpecification {
  const pairs = looks.slice(0, -1).flatMap((look) => [look.name, value(look)]);
  return ["match", ["get", property], ...pairs, value(looks.at(-1) as Look)] as unknown as ExpressionSpecification;
}

const patterned = (property: string, looks: readonly Look[]): ExpressionSpecification =>
  ["in", ["get", property], ["literal", looks.filter((look) => look.draw).map((look) => look.name)]];

/** The address of the tiles of the parcels asked for, {z}/{y}/{x} left in. */
export function tilesOf(asked: Asked): string {
  const query = new URL(addressOf("/collections/parcels/items", { query: { ...asked } })).search;
  return `${HOME}collections/parcels/tiles/WebMercatorQuad/{z}/{y}/{x}${query}`;
}

export function styleOf(basemap: string, asked: Asked): StyleSpecification {
  const below = basemap ? { basemap: { type: "raster" as const, tiles: [basemap], tileSize: 256, maxzoom: 19, attribution: say("map.attribution") } } : {};
  return {
    version: 8,
    sources: {
      ...below,
      parcels: { type: "vector", tiles: [tilesOf(asked)], minzoom: 0, maxzoom: 18 },
      zones: { type: "geojson", data: EMPTY },
      constraints: { type: "geojson", data: EMPTY },
      drawn: { type: "geojson", data: EMPTY },
      drawing: { type: "geojson", data: EMPTY },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#e9ecea" } },
      ...(basemap ? [{ id: "basemap", type: "raster", source: "basemap", paint: { "raster-saturation": -0.55, "raster-opacity": 0.8 } } as LayerSpecification] : []),
      ...ofZones(),
      ...ofParcels(),
      ...ofConstraints(),
      ...ofDrawing(),
    ],
  };
}

function ofZones(): LayerSpecification[] {
  return [
    { id: "zones-fill", type: "fill", source: "zones", paint: { "fill-color": "#6b7f8f", "fill-opacity": 0.1 } },
    { id: "zones-line", type: "line", source: "zones", paint: { "line-color": "#40525f", "line-width": 1.2, "line-dasharray": [4, 2, 1, 2] } },
    { id: "zones-label", type: "symbol", source: "zones", layout: { "text-field": ["get", "libelle"], "text-font": FONT, "text-size": 11 }, paint: halo("#40525f") },
  ];
}

function ofConstraints(): LayerSpecification[] {
  const color = by("effect", EFFECTS, (look) => look.color);
  return [
    { id: "constraints-pattern", type: "fill", source: "constraints", paint: { "fill-pattern": by("effect", EFFECTS, (look) => `effect-${look.name}`), "fill-opacity": 0.75 } },
    { id: "constraints-line", type: "line", source: "constraints", paint: { "line-color": color, "line-width": 1.6, "line-dasharray": [2, 1.5] } },
    { id: "constraints-label", type: "symbol", source: "constraints", minzoom: 13, layout: { "text-field": ["coalesce", ["get", "label"], ["get", "kind"]], "text-font": FONT, "text-size": 11 }, paint: halo("#7a1232") },
  ];
}

function ofParcels(): LayerSpecification[] {
  const outlines = { source: "parcels", "source-layer": "parcels" } as const;
  const points = { source: "parcels", "source-layer": "parcels_merged" } as const;
  const color = by("ready_class", CLASSES, (look) => look.color);
  const nobody: ExpressionSpecification = ["==", ["get", "id"], -1];
  return [
    { id: "parcels-fill", type: "fill", ...outlines, paint: { "fill-color": color, "fill-opacity": 0.5 } },
    { id: "parcels-pattern", type: "fill", ...outlines, minzoom: 11, filter: patterned("ready_class", CLASSES), paint: { "fill-pattern": by("ready_class", CLASSES, (look) => `class-${look.name}`), "fill-opacity": 0.65 } },
    { id: "parcels-line", type: "line", ...outlines, filter: AVAILABLE, paint: { "line-color": INK, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.6, 14, 1.6] } },
    { id: "parcels-line-dashed", type: "line", ...outlines, filter: ["!", AVAILABLE], paint: { "line-color": INK, "line-opacity": 0.7, "line-width": 1, "line-dasharray": [3, 2] } },
    { id: "parcels-merged", type: "circle", ...points, paint: { "circle-color": "#23463a", "circle-opacity": 0.85, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.2, "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, 4, 1, 11, 4, 22] } },
    { id: "parcels-counted", type: "symbol", ...points, filter: [">", ["get", "count"], 1], layout: { "text-field": ["to-string", ["get", "count"]], "text-font": FONT, "text-size": 11, "text-allow-overlap": true }, paint: { "text-color": "#ffffff" } },
    { id: "parcels-label", type: "symbol", ...outlines, minzoom: 14, layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-max-width": 9, "text-padding": 30 }, paint: halo(INK) },
    { id: "parcels-hovered", type: "line", ...outlines, filter: nobody, paint: { "line-color": "#ffffff", "line-width": 3 } },
    { id: "parcels-selected-under", type: "line", ...outlines, filter: nobody, paint: { "line-color": "#ffffff", "line-width": 7 } },
    { id: "parcels-selected", type: "line", ...outlines, filter: nobody, paint: { "line-color": "#b4481e", "line-width": 4 } },
  ];
}

function ofDrawing(): LayerSpecification[] {
  return [
    { id: "drawn-line", type: "line", source: "drawn", paint: { "line-color": "#b4481e", "line-width": 2, "line-dasharray": [3, 2] } },
    { id: "drawing-line", type: "line", source: "drawing", paint: { "line-color": "#b4481e", "line-width": 2 } },
    { id: "drawing-corners", type: "circle", source: "drawing", paint: { "circle-color": "#ffffff", "circle-stroke-color": "#b4481e", "circle-stroke-width": 2, "circle-radius": 4 } },
  ];
}

function halo(color: string): { "text-color": string; "text-halo-color": string; "text-halo-width": number } {
  return { "text-color": color, "text-halo-color": "rgba(255,255,255,0.9)", "text-halo-width": 1.4 };
}
