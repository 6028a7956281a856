// Fields of the need: each writes one member of the document, in the unit that people say it in.

import { type Attributes, fresh, h } from "../ui/dom";
import { options } from "../ui/field";
import { number } from "../words/format";
import { say } from "../words/words";
import { at, isObject, type Json, type Need, type Path } from "./document";

/** A unit of a field, and what one of it is in the unit of the document. */
export interface Unit {
  readonly name: string;
  readonly said: string;
  readonly size: number;
}

export const UNITS = {
  ha: { name: "ha", said: "ha", size: 10_000 },
  m2: { name: "m²", said: "m²", size: 1 },
  m: { name: "m", said: "m", size: 1 },
  km: { name: "km", said: "km", size: 1 },
  mw: { name: "MW", said: "MW", size: 1 },
  flow: { name: "m³/h", said: "m³/h", size: 1 },
  price: { name: "€/m²", said: "€ HT/m²", size: 1 },
} as const satisfies Record<string, Unit>;

export interface Desk {
  readonly need: () => Need;
  readonly write: (path: Path, value: Json | undefined) => void;
}

const PLAIN = /^[\d\s.,\u00a0\u202f]+$/;

/** What stands in a field for a value of the document. */
export function shown(value: Json | undefined, unit: Unit): string {
  if (typeof value === "number") return number(value / unit.size, { maximumFractionDigits: 4, useGrouping: false });
  if (typeof value !== "string") return "";
  return value.endsWith(unit.name) ? value.slice(0, -unit.name.length).trim() : value;
}

/** What a field says to the document: a number without a unit gets the field's own; the service reads the rest. */
export const told = (text: string, unit: Unit): string | undefined => (text.trim() === "" ? undefined : PLAIN.test(text.trim()) ? `${text.trim()} ${unit.name}` : text.trim());

/** A label, a control and where what is wrong with it is said. */
export function labelled(label: string, control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement, field: string, hint?: string): HTMLElement {
  control.id = control.id || fresh("need");
  control.dataset.field = field;
  const [hintId, wrongId] = [`${control.id}-hint`, `${control.id}-wrong`];
  control.setAttribute("aria-describedby", hint ? `${hintId} ${wrongId}` : wrongId);
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control, hint && h("p", { class: "hint", id: hintId }, hint), h("p", { class: "wrong", id: wrongId, "data-wrong": field }));
}

const dotted = (path: Path): string => path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("").replace(/^\./, "");

export function quantity(desk: Desk, label: string, path: Path, unit: Unit, hint?: string): HTMLElement {
  const read = (): string => shown(at(desk.need(), path), unit);
  const input = h("input", { inputmode: "decimal", autocomplete: "off", value: read(), oninput: () => desk.write(path, told(input.value, unit)) });
  return labelled(`${label} (${unit.said})`, input, dotted(path), hint);
}

export function whole(desk: Desk, label: string, path: Path): HTMLElement {
  const input = h("input", { inputmode: "numeric", autocomplete: "off", value: String(at(desk.need(), path) ?? ""), oninput: () => desk.write(path, input.value.trim() === "" ? undefined : /^\d+$/.test(input.value.trim()) ? Number(input.value) : input.value) });
  return labelled(label, input, dotted(path));
}

export function dayField(desk: Desk, label: string, path: Path): HTMLElement {
  const input = h("input", { type: "date", min: "2000-01-01", max: "2199-12-31", value: String(at(desk.need(), path) ?? ""), oninput: () => desk.write(path, input.value || undefined) });
  return labelled(label, input, dotted(path));
}

export function pick(desk: Desk, label: string, path: Path, values: readonly (readonly [string, string])[], read: (value: string) => Json | undefined = (value) => value || undefined, hint?: string): HTMLElement {
  const select = h("select", { onchange: () => desk.write(path, read(select.value)) }, options(values, String(at(desk.need(), path) ?? "")));
  return labelled(label, select, dotted(path), hint);
}

export function tick(desk: Desk, label: string, path: Path, value: Json): HTMLElement {
  const input: HTMLInputElement = h("input", { type: "checkbox", checked: at(desk.need(), path) !== undefined, "data-field": dotted(path), onchange: () => desk.write(path, input.checked ? value : undefined) } as Attributes);
  return h("label", { class: "choice" }, input, h("span", {}, label));
}

/** Whether a criterion is a wish rather than a must. */
export function wish(desk: Desk, criterion: string, label: string): HTMLElement {
  const path = ["wishes", criterion];
  const flip = (event: Event): void => desk.write(path, (event.target as HTMLInputElement).checked ? { weight: 1 } : undefined);
  return h("label", { class: "choice wish" }, h("input", { type: "checkbox", checked: isObject(at(desk.need(), path)), onchange: flip }), h("span", {}, say("need.wish", { criterion: label })));
}

/** Says what is wrong at each field that it is wrong of; what belongs to none of them is returned. */
export function complainAt(form: HTMLElement, errors: readonly { field?: string; detail: string }[]): string[] {
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  for (const one of form.querySelectorAll<HTMLElement>("[data-wrong]")) one.textContent = "";
  return errors.flatMap(({ field = "", detail }) => {
    // A mistake of a whole (a range, a circle) is told at its first field
    const where = [...form.querySelectorAll<HTMLElement>("[data-wrong]")].find(({ dataset }) => dataset.wrong === field) ?? [...form.querySelectorAll<HTMLElement>("[data-wrong]")].find(({ dataset }) => field && (dataset.wrong ?? "").match(/^[^.[]+/)?.[0] === field.match(/^[^.[]+/)?.[0]);
    if (!where) return [detail];
    where.textContent = where.textContent ? `${where.textContent} ${detail}` : detail;
    form.querySelector(`[data-field="${where.dataset.wrong ?? ""}"]`)?.setAttribute("aria-invalid", "true");
    where.closest("details")?.setAttribute("open", "");
    return [];
  });
}
