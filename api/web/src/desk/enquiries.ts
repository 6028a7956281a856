// Enquiries to answer, what is due first at the head; a mail that came in is logged here.

import { ask, get } from "../api/client";
import { go, hashOf } from "../place";
import { h } from "../ui/dom";
import { field, options } from "../ui/field";
import { byItsClock } from "../words/format";
import { type Key, say } from "../words/words";
import { asks, button, type Linked, listed, shows, typed } from "./parts";

export interface Brief {
  readonly id: number;
  readonly version: number;
  readonly source: string;
  readonly subject: string | null;
  readonly company: string | null;
  readonly status: "open" | "answered" | "closed";
  readonly closed_why: string | null;
  readonly received_at: string;
  readonly due_at: string;
  readonly overdue: boolean;
  readonly answered_at: string | null;
  readonly project: number | null;
}

interface Page extends Linked {
  readonly enquiries: readonly Brief[];
}

const SOURCES = ["direct", "business_france", "club_relocalisation", "epci", "cci", "form", "other"];

export const nameOf = (one: Brief): string => one.subject ?? one.company ?? say("enquiry.number", { id: String(one.id) });

/** When it is due, in words: late is said, not only coloured. */
export function due(one: Brief): HTMLElement {
  if (one.status !== "open") return h("span", { class: "mark" }, say(`enquiry.${one.status}`));
  return h("span", { class: one.overdue ? "mark warn" : "mark" }, say(one.overdue ? "enquiry.overdue" : "enquiry.due", { at: byItsClock(one.due_at) }));
}

export function enquiries(drawn: () => void): HTMLElement {
  const status = h("select", {}, options([["open", say("enquiries.open")], ["answered", say("enquiries.answered")], ["closed", say("enquiries.closed")], ["", say("enquiries.all")]], "open"));
  const place = h("div");
  const read = async (): Promise<Page> => (await get("/enquiries", { query: { status: status.value, limit: 50 } })) as unknown as Page;
  const again = shows(place, read, (page) => {
    queueMicrotask(drawn);
    return page.enquiries.length ? [h("p", { class: "hint", role: "status" }, say("enquiries.count", { count: page.enquiries.length })), listed(page, (one) => one.enquiries.map(line))] : h("p", {}, say("enquiries.none"));
  });
  status.addEventListener("change", () => void again());
  void again();
  return h("div", { class: "desk-lines" }, h("p", {}, button(say("log.title"), () => log(again), { class: "main" })), field(say("enquiries.which"), status), place);
}

function line(one: Brief): HTMLElement {
  const from = [one.company !== nameOf(one) && one.company, say(`source.${one.source}` as Key)].filter(Boolean).join(" · ");
  return h("li", {}, h("a", { href: hashOf(["desk", "enquiries", String(one.id)]) }, nameOf(one)), h("small", {}, from), due(one));
}

/** A mail pasted as it came. What it says is read by the service; nothing is a need before it is confirmed. */
function log(again: () => Promise<void>): void {
  const mail = h("textarea", { rows: 10, required: true, minlength: 3, maxlength: 100000 });
  const source = h("select", {}, options(SOURCES.map((one) => [one, say(`source.${one}` as Key)] as const), "direct"));
  const line = (attributes: Record<string, string>): HTMLInputElement => h("input", { autocomplete: "off", maxlength: "300", ...attributes });
  const [subject, company, from] = [line({}), line({}), line({ type: "email" })];
  const send = async (): Promise<void> => {
    const address = typed(from);
    const body = { mail: mail.value, source: source.value, subject: typed(subject), company: typed(company), contact: address && { mail: address } };
    const made = (await ask("post", "/enquiries", { body })).data as unknown as Brief;
    go(["desk", "enquiries", String(made.id)]);
    await again();
  };
  asks({
    title: say("log.title"),
    button: say("log.send"),
    send,
    fields: [field(say("log.mail"), mail, say("log.mail.hint")), h("div", { class: "grid-2" }, field(say("log.subject"), subject), field(say("log.source"), source), field(say("log.company"), company), field(say("log.from"), from))],
  });
}
