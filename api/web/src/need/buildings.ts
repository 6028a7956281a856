// The buildings asked for: sides and how many, or a surface while no building is known; drawn to scale below.

import { fill, h } from "../ui/dom";
import { say } from "../words/words";
import { isObject, type Json } from "./document";
import { type Desk, UNITS, pick, quantity, whole } from "./field";
import { drawing } from "./drawing";

const MOST = 20;
const FIRST: Json = { length_m: "100 m", width_m: "60 m", count: 1 };

export class Buildings {
  readonly element = h("div", { class: "buildings" });
  private readonly picture = h("div", { class: "picture" });
  private shape = "";

  constructor(private readonly desk: Desk) {
    this.refresh(true);
  }

  private all(): Json[] {
    const given = this.desk.need().buildings;
    return Array.isArray(given) ? given : [];
  }

  /** Draws the buildings anew; the fields only when there are others than before. */
  refresh(anew = false): void {
    const shape = this.all().map((one) => Object.keys(isObject(one) ? one : {}).includes("area_m2")).join();
    if (anew || shape !== this.shape) this.fields();
    this.shape = shape;
    fill(this.picture, drawing(this.desk.need()));
  }

  private fields(): void {
    const rows = this.all().map((one, place) => this.row(one, place));
    const add = (what: Json): void => (this.desk.write(["buildings", this.all().length], what), this.refresh(true));
    fill(
      this.element,
      rows,
      h(
        "div",
        { class: "row buttons" },
        rows.length < MOST && h("button", { type: "button", onclick: () => add(FIRST) }, say("need.building.add")),
        rows.length < MOST && h("button", { type: "button", onclick: () => add({ area_m2: "10000 m²", max_aspect: 3 }) }, say("need.building.add_area")),
      ),
      rows.length > 0 && quantity(this.desk, say("need.setback"), ["setback_m"], UNITS.m, say("need.setback.hint")),
      rows.length > 1 && quantity(this.desk, say("need.gap"), ["gap_m"], UNITS.m),
      this.picture,
    );
  }

  private row(one: Json, place: number): HTMLElement {
    const path = ["buildings", place] as const;
    const remove = h("button", { type: "button", class: "plain", "aria-label": say("need.building.remove", { place: place + 1 }), onclick: () => (this.desk.write(path, undefined), this.refresh(true)) }, "×");
    const fields = isObject(one) && "area_m2" in one ? this.surface(path) : isObject(one) && "polygon" in one ? h("p", { class: "hint" }, say("need.building.outline")) : this.sides(path);
    return h("fieldset", { class: "building" }, h("legend", {}, say("need.building", { place: place + 1 })), h("div", { class: "row" }, fields, remove));
  }

  private sides(path: readonly (string | number)[]): HTMLElement[] {
    return [
      quantity(this.desk, say("need.length"), [...path, "length_m"], UNITS.m),
      quantity(this.desk, say("need.width"), [...path, "width_m"], UNITS.m),
      whole(this.desk, say("need.how_many"), [...path, "count"]),
    ];
  }

  private surface(path: readonly (string | number)[]): HTMLElement[] {
    const aspects = [["", say("need.aspect.any")], ["1.5", "1,5"], ["2", "2"], ["3", "3"], ["5", "5"]] as const;
    return [
      quantity(this.desk, say("need.footprint"), [...path, "area_m2"], UNITS.m2),
      quantity(this.desk, say("need.min_side"), [...path, "min_side_m"], UNITS.m),
      pick(this.desk, say("need.aspect"), [...path, "max_aspect"], aspects, (value) => (value ? Number(value) : undefined)),
    ];
  }
}

