// One enquiry: when it is due, what its words say, what was assumed, the reply to copy, the project it becomes.

import { ask, get } from "../api/client";
import type { Need } from "../need/document";
import { written } from "../need/document";
import { summary } from "../need/summary";
import { go, hashOf } from "../place";
import { copyable } from "../ui/copyable";
import { type Child, fill, h } from "../ui/dom";
import { field } from "../ui/field";
import { complain, tell } from "../ui/notice";
import { byItsClock } from "../words/format";
import { type Key, say } from "../words/words";
import { type Brief, due, nameOf } from "./enquiries";
import { asks, button, part, shows } from "./parts";

interface Said {
  readonly says: string;
  readonly used: boolean;
  readonly assumed: readonly { says: string }[];
}

interface Enquiry extends Brief {
  readonly mail: string;
  readonly contact: { name: string | null; mail: string | null; phone: string | null; role: string | null } | null;
  readonly reading: { said: readonly Said[]; document: Need; is_need: boolean };
  readonly need: Need | null;
  readonly possible_duplicates: readonly { enquiry?: number; organisation?: string | null }[];
}

interface Draft {
  readonly subject: string;
  readonly body: string;
}

interface Reply {
  readonly questions: readonly { says: string }[];
  readonly drafts: { readonly acknowledgement: Draft; readonly reply: Draft };
}

export function enquiry(id: number, changed: () => void): HTMLElement {
  const element = h("article", { class: "desk-sheet" });
  const path = { enquiry_id: id };
  const read = async (): Promise<Enquiry> => (await ask("get", "/enquiries/{enquiry_id}", { path })).data as unknown as Enquiry;
  const again = shows(element, read, (told) => draw(told, change));
  const change = async (told: Enquiry, body: object): Promise<void> => {
    await ask("patch", "/enquiries/{enquiry_id}", { path, body, headers: { "If-Match": `"v${told.version}"` } });
    tell(say("saved"));
    changed();
    await again();
  };
  void again();
  return element;
}

type Change = (told: Enquiry, body: object) => Promise<void>;

function draw(told: Enquiry, change: Change): Child {
  const who = told.contact && [told.contact.name, told.contact.role, told.contact.mail, told.contact.phone].filter(Boolean).join(", ");
  return [
    h("header", {}, h("h2", {}, nameOf(told)), h("p", { class: "marks" }, due(told)), h("p", { class: "hint" }, [say("enquiry.received", { at: byItsClock(told.received_at), from: say(`source.${told.source}` as Key) }), told.company, who].filter(Boolean).join(" · ")), told.closed_why && h("p", {}, told.closed_why)),
    told.possible_duplicates.length > 0 && part(say("enquiry.doubles"), h("ul", {}, told.possible_duplicates.map((one) => h("li", {}, one.enquiry ? h("a", { href: hashOf(["desk", "enquiries", String(one.enquiry)]) }, say("enquiry.number", { id: String(one.enquiry) })) : (one.organisation ?? say("unknown")))))),
    part(say("enquiry.read"), reading(told.reading.said), need(told, change)),
    part(say("enquiry.mail"), h("details", {}, h("summary", {}, say("enquiry.mail.show")), h("pre", { class: "mail" }, told.mail))),
    part(say("enquiry.reply"), reply(told.id)),
    part(say("enquiry.next"), h("p", { class: "row" }, acts(told, change))),
  ];
}

function reading(all: readonly Said[]): HTMLElement {
  if (!all.length) return h("p", {}, say("enquiry.read.nothing"));
  const line = (one: Said): HTMLElement => h("li", {}, one.says, !one.used && h("small", {}, say("enquiry.unused")), one.assumed.map((each) => h("small", { class: "assumed" }, say("enquiry.assumed", { says: each.says }))));
  return h("ul", { class: "said" }, all.map(line));
}

/** The need as confirmed; else the one that was read, or the one the reader comes back with from the form. */
function need(told: Enquiry, change: Change): Child {
  const given = (told.need ?? told.reading.document) as Need;
  const lines = summary(given);
  const confirm = (): void => void change(told, { need: given }).catch(complain);
  const form = `#/need?need=${written(given) ?? ""}&enquiry=${told.id}`;
  return [
    h("h4", {}, say(told.need ? "enquiry.confirmed" : "enquiry.unconfirmed")),
    lines.length > 0 && h("ul", { class: "said" }, lines.map((one) => h("li", {}, one))),
    h("p", { class: "row" }, !told.need && told.reading.is_need && button(say("enquiry.confirm"), confirm, { class: "main" }), h("a", { class: "button", href: form }, say("enquiry.form")), h("a", { class: "button", href: `#/answer?need=${written(given) ?? ""}&enquiry=${told.id}` }, say("need.send"))),
  ];
}

function reply(id: number): HTMLElement {
  const element = h("div", { class: "drafts" });
  const read = async (): Promise<Reply> => (await get("/enquiries/{enquiry_id}/reply", { path: { enquiry_id: id }, query: {} })) as unknown as Reply;
  const show = (): void => void shows(element, read, (told) => [draft(say("reply.reply"), told.drafts.reply), told.questions.length > 0 && [h("h4", {}, say("reply.questions")), h("ul", { class: "said" }, told.questions.map((one) => h("li", {}, one.says)))], draft(say("reply.received"), told.drafts.acknowledgement)])();
  fill(element, button(say("reply.draft"), show));
  return element;
}

const draft = (title: string, { subject, body }: Draft): HTMLElement => copyable(title, `${subject}\n\n${body}`);

function acts(told: Enquiry, change: Change): Child {
  const close = (): void => {
    const why = h("input", { required: true, maxlength: 300, autocomplete: "off" });
    asks({ title: say("enquiry.close"), button: say("enquiry.close"), fields: [field(say("edit.reason"), why, say("enquiry.close.hint"))], send: () => change(told, { status: "closed", closed_why: why.value }) });
  };
  const start = (): void => {
    const name = h("input", { required: true, maxlength: 120, autocomplete: "off" });
    const send = async (): Promise<void> => {
      const made = (await ask("post", "/projects", { body: { code_name: name.value, enquiry: told.id } })).data as unknown as { id: number };
      go(["desk", "projects", String(made.id)]);
    };
    asks({ title: say("project.start"), button: say("project.start"), fields: [field(say("project.code_name"), name, say("project.code_name.hint"))], send });
  };
  return [
    told.project ? h("a", { class: "button", href: hashOf(["desk", "projects", String(told.project)]) }, say("project.open")) : button(say("project.start"), start),
    told.status === "open" && button(say("enquiry.mark_answered"), () => void change(told, { status: "answered" }).catch(complain)),
    told.status !== "closed" ? button(say("enquiry.close"), close) : button(say("enquiry.reopen"), () => void change(told, { status: "open" }).catch(complain)),
  ];
}
