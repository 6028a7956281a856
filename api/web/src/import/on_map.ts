// Rows with a problem on the map, where they can be drawn.

import type { GeoJSONSource, LayerSpecification } from "maplibre-gl";
import type { Outline } from "../api/parcels";
import { ringsOf } from "../answer/outlines";
import { EMPTY } from "../map/layers";
import { boxOf, ParcelMap } from "../map/map";
import { tell } from "../ui/notice";
import type { Problem } from "./report";

const RED = "#a3123c";
const LAYERS: readonly LayerSpecification[] = [
  { id: "problems-fill", type: "fill", source: "problems", paint: { "fill-color": RED, "fill-opacity": 0.25 } },
  { id: "problems-line", type: "line", source: "problems", paint: { "line-color": RED, "line-width": 3 } },
  { id: "problems-spot", type: "circle", source: "problems", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": RED, "circle-radius": 6 } },
];

/** What holds them all, whatever they are: points, lines, outlines. */
function boxOfAll(problems: readonly Problem[]): [number, number, number, number] {
  const numbers = problems.flatMap(({ geometry }) => (geometry?.coordinates.flat(4) ?? []) as unknown as number[]);
  return boxOf(Array.from({ length: numbers.length / 2 }, (_, k) => numbers.slice(2 * k, 2 * k + 2)));
}

/** An outline also as the line round it: a surface that crosses itself until nothing is left of it is not drawn. */
function shapesOf(geometry: Outline | null): object[] {
  if (!geometry) return [];
  return geometry.type.endsWith("Polygon") ? [geometry, { type: "MultiLineString", coordinates: ringsOf(geometry) }] : [geometry];
}

/** Draws them among the parcels; `chosen` is told which one the reader points at. Throws where there is no WebGL. */
export function drawsProblems(place: HTMLElement, problems: readonly Problem[], chosen: (k: number) => void): { show: (one: Problem) => void; leave: () => void } {
  const { map } = new ParcelMap(place, { at: null, bounds: boxOfAll(problems), asked: {}, drawn: null, onParcel: () => undefined, onMoved: () => undefined, onFar: () => undefined, onTold: tell });
  map.on("load", () => {
    map.addSource("problems", { type: "geojson", data: EMPTY });
    for (const layer of LAYERS) map.addLayer(layer);
    const features = problems.flatMap(({ geometry }, k) => shapesOf(geometry).map((shape) => ({ type: "Feature", geometry: shape, properties: { k } })));
    map.getSource<GeoJSONSource>("problems")?.setData({ type: "FeatureCollection", features } as unknown as Parameters<GeoJSONSource["setData"]>[0]);
    for (const layer of ["problems-fill", "problems-line"]) map.on("click", layer, (event) => chosen(Number(event.features?.[0]?.properties.k)));
    place.dataset.drawn = "true";
  });
  const show = (one: Problem): void => void map.fitBounds(boxOfAll([one]), { padding: 60, maxZoom: 17, animate: false });
  return { show, leave: () => map.remove() };
}
