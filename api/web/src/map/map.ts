// The map: parcels in their colours and patterns, what is around them, and what the reader draws.

import { AttributionControl, Map, type MapMouseEvent, type MapOptions, NavigationControl, ScaleControl, setWorkerUrl, type GeoJSONSource, type LngLatBoundsLike, type VectorTileSource } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import type { Outline } from "../api/parcels";
import { type Asked, ringOf } from "../filters/filters";
import { say } from "../words/words";
import { CLASSES, EFFECTS, PIXEL_RATIO, patternOf } from "./classes";
import { draws } from "./drawing";
import { EMPTY, styleOf, tilesOf } from "./layers";
import { locale } from "./locale";
import { Surroundings } from "./surroundings";

setWorkerUrl(workerUrl);

const FRANCE: LngLatBoundsLike = [[-5.2, 41.3], [9.6, 51.1]];
const LOST_AFTER = 3;
const LAYERS_OF_PARCELS = ["parcels-fill"];

export interface Wishes {
  /** `lon,lat,zoom` as the address has it; null: all of `bounds`. */
  at: string | null;
  bounds: readonly [number, number, number, number] | null;
  asked: Asked;
  drawn: string | null;
  onParcel: (id: number) => void;
  onMoved: (at: string) => void;
  /** Whether what is wanted around the parcels is too far away to be shown. */
  onFar: (far: boolean) => void;
  onTold: (sentence: string) => void;
}

export class ParcelMap {
  readonly map: Map;
  readonly surroundings: Surroundings;
  private hovered = -1;

  constructor(container: HTMLElement, private readonly wishes: Wishes) {
    const basemap = document.querySelector<HTMLMetaElement>('meta[name="emprise:basemap"]')?.content ?? "";
    this.map = new Map({
      container,
      style: styleOf(basemap, wishes.asked),
      ...startOf(wishes),
      attributionControl: false,
      locale: locale(),
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: calm() ? 0 : 200,
      maxZoom: 20,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
    this.map.addControl(new AttributionControl({ compact: false }), "bottom-right");
    this.surroundings = new Surroundings(this.map, wishes.onFar, wishes.onTold);
    this.listen();
  }

  private listen(): void {
    const { map, wishes } = this;
    map.on("load", () => {
      this.showDrawn(wishes.drawn);
      map.getContainer().dataset.ready = "true";
    });
    map.setMissingStyleImageResolver((id) => this.addPattern(id));
    map.on("moveend", () => wishes.onMoved(this.at()));
    map.on("click", (event) => this.chosen(event));
    map.on("mousemove", (event) => this.hover(this.under(event)));
    map.on("mouseout", () => this.hover(-1));
    this.minded();
  }

  /** A basemap that cannot be reached is given up after a few tries: parcels are drawn on a plain ground. */
  private minded(): void {
    let lost = 0;
    this.map.on("error", (event) => {
      if ((event as unknown as { sourceId?: string }).sourceId !== "basemap") return console.error(String(event.error));
      lost += 1;
      if (lost !== LOST_AFTER) return;
      this.map.setLayoutProperty("basemap", "visibility", "none");
      this.wishes.onTold(say("map.no_basemap"));
    });
  }

  private addPattern(id: string): void {
    const looks = id.startsWith("class-") ? CLASSES : id.startsWith("effect-") ? EFFECTS : [];
    const look = looks.find((one) => id.endsWith(`-${one.name}`));
    const image = look && patternOf(look);
    if (image && !this.map.hasImage(id)) this.map.addImage(id, image, { pixelRatio: PIXEL_RATIO });
  }

  private under(event: MapMouseEvent): number {
    const [found] = this.map.queryRenderedFeatures(event.point, { layers: LAYERS_OF_PARCELS });
    return found ? Number(found.properties.id) : -1;
  }

  private chosen(event: MapMouseEvent): void {
    if (this.map.getContainer().dataset.drawing) return;
    const [group] = this.map.queryRenderedFeatures(event.point, { layers: ["parcels-merged"] });
    if (group) this.map.easeTo({ center: event.lngLat, zoom: this.map.getZoom() + 2, animate: !calm() });
    else if (this.under(event) > 0) this.wishes.onParcel(this.under(event));
  }

  private at(): string {
    const { lng, lat } = this.map.getCenter();
    return `${lng.toFixed(5)},${lat.toFixed(5)},${this.map.getZoom().toFixed(2)}`;
  }

  /** Marks the parcel that the reader points at, here or in the list. */
  hover(id: number): void {
    if (id === this.hovered) return;
    this.hovered = id;
    this.map.getCanvas().style.cursor = id > 0 ? "pointer" : "";
    if (this.map.getLayer("parcels-hovered")) this.map.setFilter("parcels-hovered", ["==", ["get", "id"], id]);
  }

  /** Marks the parcel whose sheet is open. */
  select(id: number | null): void {
    const mark = (): void => {
      for (const layer of ["parcels-selected-under", "parcels-selected"]) this.map.setFilter(layer, ["==", ["get", "id"], id ?? -1]);
    };
    // A style counts as not loaded while tiles come in: whether its layers are there is what matters
    if (this.map.getLayer("parcels-selected")) mark();
    else this.map.once("load", mark);
  }

  /** Draws the parcels of another question. */
  ask(asked: Asked): void {
    this.map.getSource<VectorTileSource>("parcels")?.setTiles([tilesOf(asked)]);
  }

  /** Brings an outline into view, unless it is there and large enough to see. */
  show(outline: Outline): void {
    const corners = outline.coordinates.flat(outline.type === "Polygon" ? 1 : 2) as [number, number][];
    const [west, south, east, north] = boxOf(corners);
    const view = this.map.getBounds();
    const seen = view.contains([west, south]) && view.contains([east, north]) && this.map.getZoom() >= 12.5;
    if (!seen) this.map.fitBounds([[west, south], [east, north]], { padding: 120, maxZoom: 15.5, animate: !calm() });
  }

  showDrawn(drawn: string | null): void {
    const ring = ringOf(drawn);
    const data = ring ? { type: "Feature" as const, properties: {}, geometry: { type: "Polygon" as const, coordinates: [[...ring, ring[0] as [number, number]]] } } : EMPTY;
    this.map.getSource<GeoJSONSource>("drawn")?.setData(data);
  }

  /** Lets the reader draw an outline; null when they give it up. */
  draw(): Promise<string | null> {
    return draws(this.map);
  }

  /** The view as an outline. */
  view(): string {
    const box = this.map.getBounds();
    const [west, south, east, north] = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((one) => one.toFixed(5));
    return [`${west},${south}`, `${east},${south}`, `${east},${north}`, `${west},${north}`].join(";");
  }
}

/** Whether the reader asked for less motion. */
export const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

function startOf({ at, bounds }: Wishes): Partial<MapOptions> {
  const [lng, lat, zoom] = (at ?? "").split(",").map(Number);
  const sound = [lng, lat, zoom].every((one) => one !== undefined && Number.isFinite(one)) && Math.abs(lat ?? 99) <= 85;
  if (sound) return { center: [lng as number, lat as number], zoom: zoom as number };
  return { bounds: (bounds as LngLatBoundsLike | null) ?? FRANCE, fitBoundsOptions: { padding: 40, maxZoom: 14 } };
}

export function boxOf(corners: readonly (readonly number[])[]): [number, number, number, number] {
  const across = corners.map((corner) => corner[0] as number);
  const up = corners.map((corner) => corner[1] as number);
  return [Math.min(...across), Math.min(...up), Math.max(...across), Math.max(...up)];
}
