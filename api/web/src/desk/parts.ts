// What the desk's views are made of: something read and shown, a question in a dialog, a fact with its name.

import { follow, Refusal } from "../api/client";
import { dialog } from "../ui/dialog";
import { type Child, fill, h } from "../ui/dom";
import { complain, refused, said } from "../ui/notice";
import { say } from "../words/words";

/** Shows what is read; a refusal stands in its place, with a button to try again. */
export function shows<T>(place: HTMLElement, read: () => Promise<T>, draw: (told: T) => Child): () => Promise<void> {
  const again = async (): Promise<void> => {
    place.setAttribute("aria-busy", "true");
    try {
      fill(place, draw(await read()));
    } catch (error) {
      refused(place, error, () => void again());
    } finally {
      place.removeAttribute("aria-busy");
    }
  };
  fill(place, h("p", { class: "loading" }, say("loading")));
  return again;
}

export interface Question {
  readonly title: string;
  readonly button: string;
  readonly fields: readonly Child[];
  /** Closes the dialog unless the service refuses. */
  readonly send: () => Promise<unknown>;
}

/** A form over the page; what the service refuses is said in it. */
export function asks({ title, button, fields, send }: Question): void {
  const wrong = h("p", { class: "wrong", role: "alert" });
  const form = h("form", { class: "form", onsubmit: (event: Event) => (event.preventDefault(), void sent()) }, fields, wrong, h("p", { class: "actions" }, h("button", { class: "main" }, button)));
  const box = dialog(title, form);
  form.querySelector<HTMLElement>("input, select, textarea")?.focus();
  const sent = async (): Promise<void> => {
    wrong.textContent = "";
    try {
      await send();
      box.close();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      wrong.textContent = said(error);
    }
  };
}

export const reasonField = (): HTMLTextAreaElement => h("textarea", { required: true, minlength: 3, maxlength: 2000, rows: 2 });

export const part = (title: string, ...children: Child[]): HTMLElement => h("section", { class: "part" }, h("h3", {}, title), ...children);

export const button = (label: Child, onclick: () => void, more: Record<string, string | boolean> = {}): HTMLButtonElement => h("button", { type: "button", onclick, ...more }, label);

/** What a field says, undefined where it says nothing. */
export const typed = (input: HTMLInputElement | HTMLTextAreaElement): string | undefined => input.value.trim() || undefined;

/** Numbers of parcels as a reader writes them: `12, 15`. */
export const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);

/** A page of a list, with where it goes on. */
export interface Linked {
  readonly links: readonly { rel: string; href: string }[];
}

/** A list that goes on at a button, page after page. */
export function listed<P extends Linked>(first: P, lines: (page: P) => HTMLElement[]): HTMLElement {
  const list = h("ul", { class: "lines" });
  const place = h("div", {}, list);
  const show = (page: P): void => {
    list.append(...lines(page));
    place.querySelector("button.more")?.remove();
    const next = page.links.find((one) => one.rel === "next");
    if (next) place.append(button(say("desk.more"), () => void goOn(next.href), { class: "more" }));
  };
  const goOn = async (href: string): Promise<void> => {
    try {
      show(await follow<P>(href));
    } catch (error) {
      complain(error);
    }
  };
  show(first);
  return place;
}
