// Drawing an outline on the map: a click for each corner, a double click or Enter to end, Escape to give it up.

import type { GeoJSONSource, Map, MapMouseEvent } from "maplibre-gl";
import { EMPTY } from "./layers";

const LEAST_CORNERS = 3;
const MOST_CORNERS = 40;

export function draws(map: Map): Promise<string | null> {
  const corners: [number, number][] = [];
  const source = map.getSource<GeoJSONSource>("drawing");
  const container = map.getContainer();
  container.dataset.drawing = "true";
  map.doubleClickZoom.disable();
  return new Promise((resolve) => {
    const show = (): void => {
      const line = { type: "Feature" as const, properties: {}, geometry: { type: "LineString" as const, coordinates: corners } };
      const points = corners.map((at) => ({ type: "Feature" as const, properties: {}, geometry: { type: "Point" as const, coordinates: at } }));
      source?.setData({ type: "FeatureCollection", features: corners.length > 1 ? [line, ...points] : points });
    };
    const end = (whole: boolean): void => {
      map.off("click", add);
      map.off("dblclick", close);
      document.removeEventListener("keydown", key);
      source?.setData(EMPTY);
      window.setTimeout(() => {
        map.doubleClickZoom.enable();
        delete container.dataset.drawing;
      }, 0);
      resolve(whole && corners.length >= LEAST_CORNERS ? corners.map(([x, y]) => `${x},${y}`).join(";") : null);
    };
    const add = ({ lngLat }: MapMouseEvent): void => {
      corners.push([Number(lngLat.lng.toFixed(5)), Number(lngLat.lat.toFixed(5))]);
      show();
      if (corners.length === MOST_CORNERS) end(true);
    };
    const close = (event: MapMouseEvent): void => {
      event.preventDefault();
      corners.pop(); // the second click of the two stands where the first does
      end(true);
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key === "Enter" || event.key === "Escape") end(event.key === "Enter");
    };
    map.on("click", add);
    map.on("dblclick", close);
    document.addEventListener("keydown", key);
  });
}
