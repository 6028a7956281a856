// The sheet of one parcel, beside the map: what is known of it, from where and since when, and what may be done.

import { get, isAborted, type Schemas } from "../api/client";
import { type Outline, type Parcel, parcel } from "../api/parcels";
import { place, hashOf } from "../place";
import { answersFor, isPlanner } from "../session/session";
import { type Child, fill, h } from "../ui/dom";
import { refused } from "../ui/notice";
import { area, day } from "../words/format";
import { say, wordOf } from "../words/words";
import { commitments } from "./commitments";
import { constraintList, facts, zoneShares } from "./facts";
import { gantt, quantiles, type Readiness, type Step } from "./gantt";
import { history } from "./history";
import { editFacts } from "./edit";
import { plan } from "./plan";
import { profileChart } from "./profile";
import { attestSteps, editStep } from "./steps";

type Land = Schemas["Land"];

export interface Wishes {
  onClose: () => void;
  onOutline: (outline: Outline) => void;
  /** Something of the parcel was changed. */
  onChanged: () => void;
}

interface Read {
  readonly parcel: Parcel;
  readonly planar: Outline | null;
  readonly etag: string;
  readonly land: Land;
  readonly readiness: Readiness;
  readonly constraints: readonly { effect: string; geometry: Outline }[];
}

const AROUND_M = 60;

export class Sheet {
  readonly element = h("section", { class: "sheet", hidden: true, tabindex: "-1", "aria-label": say("sheet.label") });
  outline: Outline | null = null;
  private shown: number | null = null;
  private asking: AbortController | null = null;

  constructor(private readonly wishes: Wishes) {
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) wishes.onClose();
    });
  }

  async show(id: number | null): Promise<void> {
    if (id === this.shown) return;
    const from = document.activeElement;
    this.asking?.abort();
    this.shown = id;
    this.element.hidden = id === null;
    if (id === null) {
      this.outline = null;
      return;
    }
    fill(this.element, this.head(null), h("p", { class: "loading" }, say("loading")));
    if (from !== document.body) this.element.focus({ preventScroll: true });
    await this.load(id);
  }

  private async load(id: number): Promise<void> {
    const asking = (this.asking = new AbortController());
    this.element.setAttribute("aria-busy", "true");
    try {
      const read = await readAll(id, asking.signal);
      this.outline = read.parcel.geometry;
      if (this.outline) this.wishes.onOutline(this.outline);
      this.draw(read);
    } catch (error) {
      if (isAborted(error)) return;
      const told = h("div");
      refused(told, error, () => void this.load(id));
      fill(this.element, this.head(null), told);
    } finally {
      if (asking === this.asking) this.element.removeAttribute("aria-busy");
    }
  }

  private head(read: Read | null): HTMLElement {
    const close = h("a", { class: "back", href: hashOf([]), onclick: (event: Event) => (event.preventDefault(), this.wishes.onClose()) }, say("sheet.back"));
    if (!read) return h("header", { class: "sheet-head" }, close, h("h2", {}, say("parcel.number", { id: place().path[1] ?? "" })));
    const { properties, id } = read.parcel;
    const edit = isPlanner() && h("button", { type: "button", onclick: () => this.edit(read) }, say(answersFor(properties.responsible) ? "edit" : "propose"));
    return h(
      "header",
      { class: "sheet-head" },
      h("div", { class: "sheet-bar" }, close, edit),
      h("h2", {}, properties.name ?? say("parcel.number", { id: String(id) })),
      h("p", { class: "where" }, [properties.commune_name, properties.epci_name].filter(Boolean).join(" · ")),
      h("p", { class: "marks" }, h("span", { class: "mark" }, wordOf("market", properties.market)), h("span", { class: `mark ${properties.industry}` }, `${say("column.industry")} : ${wordOf("industry", properties.industry)}`), properties.synthetic && h("span", { class: "mark warn" }, say("sheet.synthetic")), properties.stale && h("span", { class: "mark warn" }, say("sheet.stale"))),
    );
  }

  private edit(read: Read): void {
    editFacts(read.parcel, read.etag, () => this.changed(read.parcel.id));
  }

  private changed(id: number): void {
    this.wishes.onChanged();
    void this.load(id);
  }

  private draw(read: Read): void {
    const { properties: known, id } = read.parcel;
    const figures: [string, Child][] = [
      [say("figure.surface"), area(known.surface_m2)],
      [say("figure.buildable"), area(known.buildable_m2)],
      [say("figure.ready_p50"), day(known.ready_p50)],
      [say("figure.ready_p80"), day(known.ready_p80)],
    ];
    const own = answersFor(known.responsible);
    const act = isPlanner() ? (step: Step): Child => h("button", { type: "button", class: "plain", "aria-label": say("step.update.of", { step: step.label ?? "" }), onclick: () => editStep(id, step, own, () => this.changed(id)) }, say("step.update")) : null;
    const due = read.readiness.steps.filter((step) => step.stale);
    fill(
      this.element,
      this.head(read),
      h("dl", { class: "figures-row" }, figures.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value)))),
      part("plan.title", read.planar ? plan({ outline: read.planar, buildable: read.land.buildable as unknown as Outline | null, constraints: read.constraints, scale: read.land.scale ?? 1 }) : h("p", {}, say("plan.none")), planKey()),
      part("ready.title", h("p", { class: "lead" }, say("ready.class", { label: wordOf("class", read.readiness.class) })), quantiles(read.readiness), gantt(read.readiness, { act }), own && due.length > 0 && attestSteps(id, due, () => this.changed(id))),
      part("profile.title", read.land.profile ? profileChart(read.land.profile) : h("p", {}, say("profile.unknown"))),
      part("zones.title", zoneShares(read.land)),
      part("constraints.title", constraintList(read.land)),
      part("commitments.title", commitments(id, () => this.changed(id))),
      part("facts.title", facts(known, read.land)),
      isPlanner() && part("history.title", history(id)),
    );
  }
}

function part(title: "plan.title" | "ready.title" | "profile.title" | "zones.title" | "constraints.title" | "commitments.title" | "facts.title" | "history.title", ...children: Child[]): HTMLElement {
  return h("section", { class: "part" }, h("h3", {}, say(title)), ...children);
}

function planKey(): HTMLElement {
  const entry = (name: string, label: string): HTMLElement => h("li", {}, h("span", { class: `plan-swatch ${name}`, "aria-hidden": "true" }), label);
  return h("ul", { class: "key inline" }, entry("buildable", say("plan.buildable")), entry("parcel", say("plan.outside")));
}

async function readAll(id: number, signal: AbortSignal): Promise<Read> {
  const path = { parcel_id: id };
  const [whole, land, readiness] = await Promise.all([parcel(id, undefined, signal), get("/parcels/{parcel_id}/land", { path, signal }), get("/parcels/{parcel_id}/readiness", { path, signal })]);
  const planar = whole.data.geometry ? (await parcel(id, land.crs, signal)).data.geometry : null;
  const constraints = planar && land.constraints.length ? await constraintsAround(planar, land, signal) : [];
  return { parcel: whole.data, planar, etag: whole.etag ?? "", land, readiness, constraints };
}

/** The outlines of the constraints that touch the parcel, as far as the plan shows them. */
async function constraintsAround(planar: Outline, land: Land, signal: AbortSignal): Promise<Read["constraints"]> {
  const all = planar.coordinates.flat(planar.type === "Polygon" ? 1 : 2) as number[][];
  const [xs, ys] = [all.map((one) => one[0] as number), all.map((one) => one[1] as number)];
  const bbox = [Math.min(...xs) - AROUND_M, Math.min(...ys) - AROUND_M, Math.max(...xs) + AROUND_M, Math.max(...ys) + AROUND_M].join(",");
  const found = (await get("/collections/constraints/items", { query: { bbox, "bbox-crs": land.crs, crs: land.crs, limit: 200 }, signal })) as unknown as { features: { id: number; geometry: Outline; properties: { effect: string } }[] };
  const touching = new Set(land.constraints.map((one) => one.id));
  return found.features.filter((one) => touching.has(one.id)).map(({ geometry, properties }) => ({ effect: properties.effect, geometry }));
}
