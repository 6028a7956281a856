// Short messages at the foot of the page, said to screen readers as well.

import { isAborted, Refusal } from "../api/client";
import { say } from "../words/words";
import { fill, h } from "./dom";

const STAYS_MS = 8000;

const polite = h("div", { class: "notices", role: "status" });
const urgent = h("div", { class: "notices", role: "alert" });
export const notices = h("div", { class: "notice-place" }, polite, urgent);

function show(where: HTMLElement, text: string, lasts: number): void {
  if ([...where.children].some((one) => one.firstChild?.textContent === text)) return;
  const close = h("button", { type: "button", class: "plain", "aria-label": say("close"), onclick: () => made.remove() }, "×");
  const made = h("p", { class: "notice" }, h("span", {}, text), close);
  where.append(made);
  if (lasts) window.setTimeout(() => made.remove(), lasts);
}

export const tell = (text: string): void => show(polite, text, STAYS_MS);

/** What went wrong, in the service's own words; nothing where the reader simply went on. */
export function complain(error: unknown): void {
  if (isAborted(error)) return;
  if (!(error instanceof Refusal)) throw error;
  show(urgent, said(error), 0);
}

/** A refusal as one sentence. */
export function said(refusal: Refusal): string {
  const { status, title, detail, errors } = refusal.problem;
  if (status === 0) return say("error.no_service");
  if (status === 401) return say("error.session_over");
  const all = [detail, ...(errors ?? []).map((one) => (one.field ? `${one.field} : ${one.detail}` : one.detail))].filter(Boolean);
  return all.length ? all.join(" ") : title;
}

/** A refusal where its answer would have stood, with a button to try again. */
export function refused(where: HTMLElement, error: unknown, again?: () => void): void {
  if (isAborted(error)) return;
  if (!(error instanceof Refusal)) throw error;
  fill(where, h("div", { class: "refused", role: "alert" }, h("p", {}, said(error)), again && h("button", { type: "button", onclick: again }, say("retry"))));
}
