// Changing facts of a parcel with a reason; when somebody else saved first, both versions are shown and the reader decides.

import { ask, get, Refusal } from "../api/client";
import { type Parcel, parcel, patch } from "../api/parcels";
import { answersFor } from "../session/session";
import { dialog, type Dialog } from "../ui/dialog";
import { fill, h } from "../ui/dom";
import { field, options } from "../ui/field";
import { complain, said, tell } from "../ui/notice";
import { tabled } from "../ui/wide";
import { type Family, say, wordOf } from "../words/words";

type Value = string | number | boolean | null;
type Values = Record<string, Value>;

interface Property {
  title: string;
  type: "string" | "number" | "integer" | "boolean" | "array" | "object";
  format?: string;
  enum?: string[];
  readOnly?: boolean;
}

/** What planners change most, first. */
const FIRST = ["market", "market_on", "price_eur_m2", "power_mw", "visibility", "contact", "name", "observed_on"];
const EDITABLE = ["string", "number", "integer", "boolean"];

export async function editFacts(shown: Parcel, etag: string, done: () => void): Promise<void> {
  try {
    const schema = (await get("/collections/parcels/schema", { query: { f: "json" } })) as unknown as { properties: Record<string, Property> };
    const properties = Object.entries(schema.properties).filter(([, one]) => !one.readOnly && EDITABLE.includes(one.type));
    open(shown, etag, new Map(properties), done);
  } catch (error) {
    complain(error);
  }
}

function open(shown: Parcel, etag: string, properties: Map<string, Property>, done: () => void): void {
  const before = shown.properties as unknown as Values;
  const names = [...properties.keys()].sort((one, other) => rank(one) - rank(other));
  const controls = new Map(names.map((name) => [name, control(name, properties.get(name) as Property, before[name] ?? null)]));
  const reason = h("textarea", { name: "reason", required: true, minlength: 3, maxlength: 2000, rows: 2 });
  const wrong = h("div", { class: "wrong", role: "alert" });
  const labelled = (name: string): HTMLElement => field(properties.get(name)?.title ?? name, controls.get(name) as HTMLInputElement);
  const first = names.filter((name) => FIRST.includes(name));
  const others = names.filter((name) => !FIRST.includes(name));
  const form = h(
    "form",
    { class: "form" },
    h("div", { class: "grid-2" }, first.map(labelled)),
    others.length > 0 && h("details", {}, h("summary", {}, say("edit.others")), h("div", { class: "grid-2" }, others.map(labelled))),
    field(say("edit.reason"), reason, say("edit.reason.hint")),
    wrong,
    h("p", { class: "actions" }, h("button", { class: "main" }, say(answersFor(shown.properties.responsible) ? "save" : "propose.send"))),
  );
  const own = answersFor(shown.properties.responsible);
  const name = shown.properties.name ?? say("parcel.number", { id: String(shown.id) });
  if (!own) form.prepend(h("p", { class: "hint" }, say("propose.hint")));
  const box = dialog(say(own ? "edit.title" : "propose.title", { name }), form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const changed = Object.fromEntries(names.map((name) => [name, valueOf(properties.get(name) as Property, controls.get(name) as HTMLInputElement)] as const).filter(([name, value]) => value !== (before[name] ?? null)));
    if (!Object.keys(changed).length) return fill(wrong, say("edit.nothing"));
    void save({ id: shown.id, etag, changed, before, reason: reason.value, properties, box, wrong, done, own });
  });
}

const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

function control(name: string, property: Property, value: Value): HTMLInputElement | HTMLSelectElement {
  if (property.enum) {
    const empty = value === null ? [["", say("unknown")] as const] : [];
    return h("select", { name }, options([...empty, ...property.enum.map((one) => [one, wordOf(name as Family, one)] as const)], value === null ? "" : String(value)));
  }
  if (property.type === "boolean") return h("select", { name }, options([["", say("unknown")], ["true", say("yes")], ["false", say("no")]], value === null ? "" : String(value)));
  const type = property.format === "date" ? "date" : "text";
  return h("input", { type, name, value: value === null ? "" : String(value), inputmode: property.type === "string" ? null : "decimal", autocomplete: "off" });
}

function valueOf(property: Property, input: HTMLInputElement | HTMLSelectElement): Value {
  const text = input.value.trim();
  if (text === "") return null;
  if (property.type === "boolean") return text === "true";
  if (property.type === "string") return text;
  const value = Number(text.replace(/[\s\u00a0\u202f]/g, "").replace(",", "."));
  return Number.isFinite(value) ? value : text;
}

interface Saving {
  readonly id: number;
  readonly etag: string;
  readonly changed: Values;
  readonly before: Values;
  readonly reason: string;
  readonly properties: Map<string, Property>;
  readonly box: Dialog;
  readonly wrong: HTMLElement;
  readonly done: () => void;
  /** Whether it is written at once; else it is proposed to who answers for the land. */
  readonly own: boolean;
}

async function save(saving: Saving): Promise<void> {
  try {
    if (saving.own) await patch(saving.id, saving.etag, saving.changed, saving.reason);
    else await ask("post", "/parcels/{parcel_id}/proposals", { path: { parcel_id: saving.id }, body: { properties: saving.changed, reason: saving.reason } });
    saving.box.close();
    tell(say(saving.own ? "saved" : "proposed"));
    saving.done();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.problem.status === 412) await conflict(saving, error);
    else fill(saving.wrong, said(error));
  }
}

/** Somebody saved first: what stands now beside what was typed, field by field. */
async function conflict(saving: Saving, refusal: Refusal): Promise<void> {
  const now = await parcel(saving.id);
  const current = now.data.properties as unknown as Values;
  saving.box.close();
  const shown = (name: string, value: Value | undefined): string => (value === null || value === undefined ? say("unknown") : saving.properties.get(name)?.enum ? wordOf(name as Family, String(value)) : String(value));
  const names = [...new Set([...Object.keys(saving.changed), ...saving.properties.keys()].filter((name) => name in saving.changed || (current[name] ?? null) !== (saving.before[name] ?? null)))];
  const row = (name: string): HTMLElement =>
    h("tr", {}, h("th", { scope: "row" }, saving.properties.get(name)?.title ?? name), h("td", {}, shown(name, saving.before[name])), h("td", {}, shown(name, current[name])), h("td", {}, name in saving.changed ? shown(name, saving.changed[name]) : "–"));
  const wrong = h("div", { class: "wrong", role: "alert" });
  const box = dialog(
    say("conflict.title"),
    h("p", {}, said(refusal)),
    tabled(say("conflict.title"), ["conflict.field", "conflict.before", "conflict.now", "conflict.mine"], names.map(row)),
    wrong,
    h("p", { class: "actions" }, h("button", { type: "button", onclick: () => (box.close(), saving.done()) }, say("conflict.theirs")), h("button", { type: "button", class: "main", onclick: () => void save({ ...saving, etag: now.etag ?? "", before: current, box, wrong }) }, say("conflict.save_mine"))),
  );
}
