// The strip of filters: each opens below its name, and its value stands in the address.

import { type Changes, change, place } from "../place";
import { Choose } from "../places/choose";
import { learn, nameOf, type Spot } from "../places/places";
import { choice, field, options } from "../ui/field";
import { type Child, fill, h, settled } from "../ui/dom";
import { tell } from "../ui/notice";
import { day, number } from "../words/format";
import { type Key, say, wordOf } from "../words/words";
import { type Filter, INDUSTRIES, MARKETS, NETWORKS, PROBABILITIES, ZONE_TYPES, active, spotsOf, spotsSaid, without } from "./filters";

export interface Wishes {
  /** Whether prices are told to this reader. */
  readonly prices: boolean;
  onDraw: () => void;
  onView: () => void;
}

interface Group {
  readonly filters: readonly Filter[];
  readonly title: Key;
  readonly form: (wishes: Wishes) => Child[];
  /** The value in few words, when it is set. */
  readonly told: (query: URLSearchParams) => string;
}

const TYPING_MS = 120;
/** A value that is typed on is no step for the browser's back button; that it is filtered by at all is one. */
const later = settled(TYPING_MS, (changes: Changes) => change(changes, Object.keys(changes).some((name) => place().query.has(name))));

function input(name: string, type: string, more: Record<string, string> = {}): HTMLInputElement {
  const made = h("input", { type, name, value: place().query.get(name) ?? "", autocomplete: "off", ...more });
  made.addEventListener("input", () => later({ [name]: made.value.trim() || null }));
  return made;
}

const amount = (name: string, example: string): HTMLInputElement => input(name, "text", { inputmode: "decimal", placeholder: example, size: "8" });

function several(name: string, values: readonly string[], label: (value: string) => string): Child[] {
  const chosen = new Set((place().query.get(name) ?? "").split(",").filter(Boolean));
  return values.map((value) =>
    choice(label(value), {
      type: "checkbox",
      name,
      value,
      checked: chosen.has(value),
      onchange: (event: Event) => {
        if ((event.target as HTMLInputElement).checked) chosen.add(value);
        else chosen.delete(value);
        change({ [name]: values.filter((one) => chosen.has(one)).join(",") || null });
      },
    }),
  );
}

function between(low: string | null, high: string | null, unit: string): string {
  if (low && high) return `${low}–${high} ${unit}`;
  return low ? `≥ ${low} ${unit}` : `≤ ${high} ${unit}`;
}

const many = (listed: string, label: (value: string) => string): string => {
  const values = listed.split(",");
  return values.length > 2 ? number(values.length) : values.map(label).join(", ");
};

const networkName = (name: string): string => say(`network.${name}` as Key);

function chooses(): Choose {
  const chosen = (): Spot[] => spotsOf(place().query.get("area"));
  const keep = (spots: readonly Spot[]): void => change({ area: spotsSaid(spots) });
  return new Choose({
    field: (input) => field(say("filter.where"), input, say("filter.where.hint")),
    chosen,
    add: ({ kind, code }) => chosen().some((one) => one.code === code) || keep([...chosen(), { kind, code }]),
    remove: ({ code }) => keep(chosen().filter((one) => one.code !== code)),
    unknown: (name) => tell(say("filter.where.unknown", { name })),
  });
}

const GROUPS: readonly Group[] = [
  {
    filters: ["name", "area", "drawn", "since"],
    title: "filter.place",
    form: (wishes) => [
      field(say("filter.name"), input("name", "search")),
      chooses().element,
      h("div", { class: "row" }, h("button", { type: "button", onclick: wishes.onDraw }, say("filter.draw")), h("button", { type: "button", onclick: wishes.onView }, say("filter.view"))),
      field(say("filter.since"), input("since", "date")),
    ],
    told: (query) => [query.get("name"), ...spotsOf(query.get("area")).map(nameOf), query.get("drawn") && say("filter.drawn"), query.get("since") && say("filter.since.short", { day: day(query.get("since")) })].filter(Boolean).join(", "),
  },
  {
    filters: ["surface", "buildable", "clear"],
    title: "filter.surface",
    form: () => [
      h("div", { class: "row" }, field(say("filter.surface_min"), amount("surface_min", "2")), field(say("filter.surface_max"), amount("surface_max", "20"))),
      field(say("filter.buildable_min"), amount("buildable_min", "1,5"), say("filter.buildable.hint")),
      choice(say("filter.clear"), { type: "checkbox", name: "clear", checked: place().query.get("clear") === "1", onchange: (event: Event) => change({ clear: (event.target as HTMLInputElement).checked ? "1" : null }) }),
    ],
    told: (query) => {
      const [low, high, buildable] = ["surface_min", "surface_max", "buildable_min"].map((name) => query.get(name));
      return [low || high ? between(low ?? null, high ?? null, "ha") : "", buildable && between(buildable, null, "ha"), query.get("clear") && say("filter.clear.short")].filter(Boolean).join(", ");
    },
  },
  {
    filters: ["zone", "industry"],
    title: "filter.plan",
    form: () => [
      h("fieldset", {}, h("legend", {}, say("filter.industry")), several("industry", INDUSTRIES, (value) => wordOf("industry", value))),
      h("fieldset", {}, h("legend", {}, say("filter.zone")), several("zone", ZONE_TYPES, (value) => `${value} – ${say(`zone.${value}` as Key)}`)),
    ],
    told: (query) => [query.get("industry") && many(query.get("industry") ?? "", (value) => wordOf("industry", value)), query.get("zone")?.split(",").join(", ")].filter(Boolean).join(" ; "),
  },
  {
    filters: ["ready_by"],
    title: "filter.ready",
    form: () => [field(say("filter.ready_by"), input("ready_by", "date")), field(say("filter.probability"), probability(), say("filter.probability.hint"))],
    told: (query) => `${day(query.get("ready_by"))}, ${number(Number(query.get("probability") ?? 0.8), { style: "percent" })}`,
  },
  {
    filters: ["market", "price"],
    title: "filter.market",
    form: (wishes) => [
      h("fieldset", {}, h("legend", {}, say("filter.market.states")), several("market", MARKETS, (value) => wordOf("market", value))),
      wishes.prices && field(say("filter.price_max"), amount("price_max", "60")),
    ],
    told: (query) => [query.get("market") && many(query.get("market") ?? "", (value) => wordOf("market", value)), query.get("price_max") && between(null, query.get("price_max"), "€/m²")].filter(Boolean).join(" ; "),
  },
  {
    filters: ["power", "networks"],
    title: "filter.utilities",
    form: () => [field(say("filter.power_min"), amount("power_min", "10"), say("filter.power.hint")), h("fieldset", {}, h("legend", {}, say("filter.networks")), several("networks", NETWORKS, networkName))],
    told: (query) => [query.get("power_min") && between(query.get("power_min"), null, "MW"), query.get("networks") && many(query.get("networks") ?? "", networkName)].filter(Boolean).join(" ; "),
  },
];

function probability(): HTMLSelectElement {
  const labels = PROBABILITIES.map((value) => [value, say(`probability.${value}` as Key)] as const);
  return h("select", { name: "probability", onchange: (event: Event) => change({ probability: (event.target as HTMLSelectElement).value }) }, options(labels, place().query.get("probability") ?? "0.8"));
}

export class FilterBar {
  readonly element = h("search", { class: "filters", "aria-label": say("filters.label") });
  private readonly groups: { group: Group; box: HTMLDetailsElement; told: HTMLElement }[];
  private readonly reset = h("button", { type: "button", class: "plain", onclick: () => change(without(...active(place().query))) }, say("filters.reset"));

  constructor(private readonly wishes: Wishes) {
    this.groups = GROUPS.map((group) => {
      const told = h("span", { class: "told" });
      const box = h("details", { name: "filters", class: "filter" }, h("summary", {}, h("span", {}, say(group.title)), told));
      const panel = h("div", { class: "panel" });
      box.append(panel);
      box.addEventListener("toggle", () => box.open && fill(panel, group.form(this.wishes)));
      return { group, box, told };
    });
    fill(this.element, this.groups.map((one) => one.box), this.reset);
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.close(true));
    document.addEventListener("pointerdown", (event) => this.element.contains(event.target as Node) || this.close());
    this.draw();
  }

  /** Closes what is open; the focus goes back to its name where the reader was within. */
  close(back = false): void {
    for (const { box } of this.groups) {
      if (!box.open) continue;
      if (back) box.querySelector("summary")?.focus();
      box.open = false;
    }
  }

  draw(): void {
    const { query } = place();
    const set = new Set(active(query));
    for (const { group, box, told } of this.groups) {
      const on = group.filters.some((filter) => set.has(filter));
      box.classList.toggle("on", on);
      told.textContent = on ? group.told(query) : "";
    }
    this.reset.hidden = set.size === 0;
    void learn(spotsOf(query.get("area"))).then((more) => more && this.draw());
  }
}
