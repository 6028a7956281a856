// Territories asked about a project: who, until when, their links told this once; reminders; the end of it.

import { ask, get } from "../api/client";
import { session } from "../session/session";
import { copyable } from "../ui/copyable";
import { dialog } from "../ui/dialog";
import { h } from "../ui/dom";
import { choice, field } from "../ui/field";
import { complain, tell } from "../ui/notice";
import { inDays } from "../words/format";
import { say } from "../words/words";
import { asks, button, typed } from "./parts";

interface Asked {
  readonly name: string;
  readonly mailed: boolean;
  readonly link?: string | null;
}

interface Reminder {
  readonly name: string;
  readonly sent: boolean;
  readonly draft: { subject: string; body: string };
}

/** Weeks that a territory usually has to answer, in days. */
const USUAL_DAYS = 14;

export async function consult(project: number, again: () => void): Promise<void> {
  const { organisations } = (await get("/organisations", { query: { limit: 1000 } })) as unknown as { organisations: { id: number; name: string; kind: string }[] };
  const lines = organisations.filter((one) => one.kind === "territory").map(({ id, name }) => ({
    id,
    box: choice(name, { type: "checkbox" }),
    mail: h("input", { type: "email", autocomplete: "off", placeholder: "eco@epci.fr", "aria-label": say("consult.mail", { name }) }),
  }));
  const until = h("input", { type: "date", required: true, min: session().today, value: inDays(session().today, USUAL_DAYS) });
  const message = h("textarea", { rows: 3, maxlength: 2000 });
  const send = async (): Promise<void> => {
    const territories = lines.filter(({ box }) => box.querySelector("input")?.checked).map(({ id, mail }) => ({ organisation: id, mail: typed(mail) }));
    const { data } = await ask("post", "/consultations", { body: { project, territories, deadline: until.value, message: typed(message) } });
    again();
    told((data as unknown as { territories: readonly Asked[] }).territories);
  };
  const all = lines.length ? lines.map(({ box, mail }) => h("div", { class: "asked-territory" }, box, mail)) : h("p", {}, say("consult.nobody"));
  asks({ title: say("consult.title"), button: say("consult.send"), send, fields: [h("p", { class: "hint" }, say("consult.hint")), h("fieldset", {}, h("legend", {}, say("consult.whom")), all, h("p", { class: "hint" }, say("consult.mail.hint"))), field(say("consult.until"), until), field(say("consult.message"), message, say("consult.message.hint"))] });
}

/** Each one's link: the service tells it this once. */
function told(all: readonly Asked[]): void {
  dialog(say("consult.links"), h("p", {}, say("consult.once")), all.map((one) => copyable(say(one.mailed ? "consult.mailed" : "consult.unmailed", { name: one.name }), one.link ?? "", 2)));
}

export async function remind(id: number, again: () => void): Promise<void> {
  const ask_ = async (send: boolean): Promise<Reminder[]> => ((await ask("post", "/consultations/{consultation_id}/reminders", { path: { consultation_id: id }, body: { send } })).data as unknown as { reminders: Reminder[] }).reminders;
  const send = async (): Promise<void> => {
    tell(say("remind.sent", { count: (await ask_(true)).filter((one) => one.sent).length }));
    again();
  };
  const drafts = await ask_(false);
  asks({ title: say("remind.title"), button: say("remind.send"), send, fields: [h("p", { class: "hint" }, say("remind.hint")), drafts.map(({ name, draft }) => copyable(name, `${draft.subject}\n\n${draft.body}`, 6))] });
}

export function close(id: number, again: () => void): void {
  const send = async (): Promise<void> => {
    await ask("post", "/consultations/{consultation_id}/close", { path: { consultation_id: id } });
    tell(say("saved"));
    again();
  };
  asks({ title: say("consult.close"), button: say("consult.close"), send, fields: [h("p", {}, say("consult.close.hint"))] });
}

export const acts = (id: number, missing: boolean, again: () => void): HTMLElement =>
  h("p", { class: "row" }, missing && button(say("remind.title"), () => void remind(id, again).catch(complain)), button(say("consult.close"), () => close(id, again)));
