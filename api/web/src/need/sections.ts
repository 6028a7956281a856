// The parts of the form that are fields and nothing else.

import { h } from "../ui/dom";
import { say, type Key } from "../words/words";
import { type Desk, UNITS, dayField, pick, quantity, tick, wish } from "./field";

const row = (...children: HTMLElement[]): HTMLElement => h("div", { class: "row" }, children);

export const land = (desk: Desk): HTMLElement[] => [
  row(quantity(desk, say("need.land_min"), ["land_m2", "min"], UNITS.ha), quantity(desk, say("need.land_max"), ["land_m2", "max"], UNITS.ha)),
];

export function dates(desk: Desk): HTMLElement[] {
  const probabilities = ["0.5", "0.8", "0.9"].map((one) => [one, say(`probability.${one}` as Key)] as const);
  return [
    row(dayField(desk, say("filter.ready_by"), ["start_by"]), dayField(desk, say("need.production_by"), ["production_by"])),
    wish(desk, "start_by", say("need.wish.start")),
    pick(desk, say("filter.probability"), ["probability"], probabilities, Number, say("filter.probability.hint")),
  ];
}

export const networks = (desk: Desk): HTMLElement[] => [
  row(quantity(desk, say("need.power"), ["power_mw", "at_opening"], UNITS.mw), quantity(desk, say("need.water"), ["water_m3h"], UNITS.flow), quantity(desk, say("need.gas"), ["gas_m3h"], UNITS.flow)),
  row(tick(desk, say("need.fibre"), ["fibre"], true), tick(desk, say("need.rail"), ["rail_siding"], true)),
];

export function activity(desk: Desk): HTMLElement {
  const uses = ["", "industrie", "entrepot", "artisanat", "commerce_de_gros", "bureau"].map((one) => [one, one ? say(`use.${one}` as Key) : say("need.any")] as const);
  const regimes = ["", "NC", "D", "DC", "E", "A"].map((one) => [one, one ? say(`regime.${one}` as Key) : say("need.not_said")] as const);
  const list = (value: string): string[] | undefined => (value.trim() ? value.split(/[\s,;]+/).filter(Boolean) : undefined);
  const entries = desk.need().icpe;
  const given = typeof entries === "object" && entries !== null && !Array.isArray(entries) && Array.isArray(entries.rubriques) ? entries.rubriques.join(", ") : "";
  const input = h("input", { autocomplete: "off", value: given, placeholder: "2560, 2940", oninput: () => desk.write(["icpe", "rubriques"], list(input.value)) });
  return h(
    "div",
    { class: "fields" },
    row(pick(desk, say("need.use"), ["use"], uses), pick(desk, say("need.regime"), ["icpe", "regime"], regimes)),
    row(h("label", { class: "field" }, h("span", {}, say("need.rubriques")), input), quantity(desk, say("need.height"), ["height_m"], UNITS.m)),
    wish(desk, "height_m", say("need.height")),
  );
}

export function prices(desk: Desk): HTMLElement {
  const tenures = ["", "buy", "lease"].map((one) => [one, one ? say(`tenure.${one}` as Key) : say("need.any")] as const);
  return h(
    "div",
    { class: "fields" },
    row(pick(desk, say("need.tenure"), ["tenure"], tenures), quantity(desk, say("need.price"), ["price_max_eur_m2"], UNITS.price)),
    wish(desk, "price_max_eur_m2", say("need.price")),
    tick(desk, say("need.brownfield"), ["brownfield"], "only"),
    tick(desk, say("need.prospects"), ["include"], ["prospect"]),
  );
}
