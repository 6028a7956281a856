// Facts of a parcel, each with where it comes from and since when; shares of zones; constraints.

import type { Schemas } from "../api/client";
import type { Facts } from "../api/parcels";
import { EFFECTS, lookOf, swatch } from "../map/classes";
import { type Child, h, s } from "../ui/dom";
import { wide } from "../ui/wide";
import { area, day, instant, metres, number, percent } from "../words/format";
import { type Key, say, wordOf } from "../words/words";

type Land = Schemas["Land"];

interface Row {
  readonly name: string;
  readonly value: Child;
  readonly source?: string | null;
  readonly on?: string | null;
}

const plain = (value: string | number | null | undefined): string | null => (value === null || value === undefined || value === "" ? null : String(value));

/** The facts as a table; what is not known says so. */
export function facts(known: Facts, land: Land): HTMLElement {
  const from = { source: known.source, on: known.observed_on };
  const computed = { source: say("facts.computed"), on: known.updated_at.slice(0, 10) };
  const distances = Object.entries(known.distance_m ?? {});
  const networks = Object.entries(land.networks ?? {});
  const rows: Row[] = [
    { name: "market", value: [wordOf("market", known.market), land.market_conditions && `, ${say("facts.conditions")}`], ...from, on: land.market_on ?? known.observed_on },
    ...("price_eur_m2" in known ? [{ name: "price_eur_m2", value: known.price_eur_m2 === null || known.price_eur_m2 === undefined ? null : `${number(known.price_eur_m2)}\u00a0€/m²`, ...from }] : []),
    { name: "power_mw", value: known.power_mw === null ? null : `${number(known.power_mw)}\u00a0MW`, ...from },
    { name: "surface_stated_m2", value: known.surface_stated_m2 === null ? null : area(known.surface_stated_m2), ...from },
    { name: "surface_m2", value: known.surface_m2 === null ? null : area(known.surface_m2), ...computed },
    { name: "buildable_m2", value: known.buildable_m2 === null ? null : area(known.buildable_m2), ...computed },
    { name: "industry", value: wordOf("industry", known.industry), source: land.industry.source, on: null },
    ...(distances.length ? [{ name: "distance_m", value: h("ul", { class: "bare" }, distances.map(([kind, distance]) => h("li", {}, `${wordOf("kind", kind)} : ${metres(distance)}`))), ...computed }] : []),
    ...(networks.length ? [{ name: "networks", value: networks.map(([kind, value]) => `${say(`network.${kind}` as Key)} : ${value}`).join(", "), source: land.networks_source, on: plain(land.networks_on)?.slice(0, 10) ?? null }] : []),
    ...(land.pollution ? [{ name: "pollution", value: land.pollution, ...from }] : []),
    { name: "cadastral_ids", value: known.cadastral_ids.length ? known.cadastral_ids.join(", ") : null, ...from },
    { name: "site_id", value: plain(known.site_id), ...from },
    { name: "source_id", value: plain(known.source_id), ...from },
    ...(["contact", "owner_kind", "owner_siren", "buyer"] as const).filter((name) => name in known).map((name) => ({ name, value: plain(known[name]), ...from })),
    { name: "responsible", value: plain(known.responsible) },
    { name: "visibility", value: wordOf("visibility", known.visibility) },
    { name: "updated_at", value: instant(known.updated_at) },
  ];
  return h(
    "table",
    { class: "facts" },
    h("caption", { class: "hidden" }, say("facts.caption")),
    h("thead", {}, h("tr", {}, (["facts.name", "facts.value", "facts.source", "facts.on"] as const).map((key) => h("th", { scope: "col" }, say(key))))),
    h("tbody", {}, rows.map(({ name, value, source, on }) => h("tr", {}, h("th", { scope: "row" }, nameOf(name)), h("td", {}, value ?? h("span", { class: "none" }, say("unknown"))), h("td", { class: "source" }, source ?? ""), h("td", { class: "figures" }, on ? day(on) : "")))),
  );
}

const nameOf = (name: string): string => (name === "networks" ? say("facts.networks") : name === "pollution" ? say("facts.pollution") : wordOf("property", name).replace(/ \(m²\)| \(MW\)| \(m\)| \(€ HT\/m²\)/, ""));

/** The zones of the plan on the parcel: a bar of shares, and the same as a table. */
export function zoneShares({ zones, industry }: Land): Child {
  if (!zones.length) return h("p", {}, say("zones.none"));
  let from = 0;
  const bar = s("svg", { class: "shares", viewBox: "0 0 1000 16", preserveAspectRatio: "none", "aria-hidden": "true" });
  for (const zone of zones) {
    bar.append(s("rect", { class: `share ${zone.industry}`, x: from * 1000, y: 0, width: Math.max(2, zone.share * 1000), height: 16 }));
    from += zone.share;
  }
  const row = (zone: (typeof zones)[number]): HTMLElement => h("tr", {}, h("th", { scope: "row" }, zone.libelle ?? say("unknown")), h("td", {}, zone.typezone ?? ""), h("td", {}, wordOf("industry", zone.industry)), h("td", { class: "figures" }, percent(zone.share)));
  const heads = (["zones.zone", "zones.type", "column.industry", "zones.share"] as const).map((key) => h("th", { scope: "col", class: key === "zones.share" ? "figures" : "" }, say(key)));
  const why = industry.source && h("p", { class: "hint" }, say("zones.why", { source: industry.source }), industry.confidence !== null ? ` ${say("zones.confidence", { share: percent(industry.confidence) })}` : "");
  const table = h("table", { class: "small" }, h("caption", { class: "hidden" }, say("zones.title")), h("thead", {}, h("tr", {}, heads)), h("tbody", {}, zones.map(row)));
  return [bar, wide(say("zones.title"), table), why];
}

export function constraintList({ constraints, constraints_known: complete }: Land): Child {
  if (!constraints.length) return h("p", {}, say(complete ? "constraints.none" : "constraints.unknown"));
  const row = (one: (typeof constraints)[number]): HTMLElement =>
    h("li", {}, swatch(lookOf(EFFECTS, one.effect)), h("div", {}, h("strong", {}, one.label ?? one.kind), ` ${say(`effect.${one.effect}` as Key)}`, h("span", { class: "source" }, [say("constraints.covers", { area: area(one.covered_m2) }), one.clearance_m > 0 && say("constraints.clearance", { distance: metres(one.clearance_m) }), one.source_date && day(one.source_date)].filter(Boolean).join(" · "))));
  return [h("ul", { class: "constraints" }, constraints.map(row)), !complete && h("p", { class: "hint" }, say("constraints.unknown"))];
}
