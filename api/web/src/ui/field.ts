// Fields of forms, each with its label.

import { type Attributes, type Child, fresh, h } from "./dom";

export function field(label: string, control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement, hint?: string): HTMLElement {
  const id = control.id || fresh("field");
  control.id = id;
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "field" }, h("label", { for: id }, label), control, hint && h("p", { class: "hint", id: `${id}-hint` }, hint));
}

export function choice(label: Child, attributes: Attributes): HTMLLabelElement {
  return h("label", { class: "choice" }, h("input", attributes), h("span", {}, label));
}

export function options(values: readonly (readonly [string, string])[], chosen: string | null): HTMLOptionElement[] {
  return values.map(([value, label]) => h("option", { value, selected: value === chosen }, label));
}
