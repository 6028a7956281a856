// Dossiers made of a project's sites: looked at as a page, downloaded as PDF or DOCX.

import { addressOf, ask, get } from "../api/client";
import { session } from "../session/session";
import { copyable } from "../ui/copyable";
import { dialog } from "../ui/dialog";
import { h } from "../ui/dom";
import { choice, field } from "../ui/field";
import { complain, tell } from "../ui/notice";
import { byItsClock, day, inDays, lastDay } from "../words/format";
import { lang, say } from "../words/words";
import { asks, button, shows, typed } from "./parts";

interface Dossier {
  readonly id: number;
  readonly title: string;
  readonly anonymous: boolean;
  readonly as_of: string;
  readonly created_at: string;
  readonly shared_until: string | null;
}

const FORMATS = ["pdf", "docx"] as const;
const [USUAL_DAYS, MOST_DAYS] = [30, 365];

export function dossiers(project: number): HTMLElement {
  const place = h("div");
  const path = { project_id: project };
  const read = async (): Promise<Dossier[]> => ((await get("/projects/{project_id}/dossiers", { path })) as unknown as { dossiers: Dossier[] }).dossiers;
  const again = shows(place, read, (all) => (all.length ? h("ul", { class: "lines" }, all.map((one) => line(one, () => void again()))) : h("p", {}, say("dossiers.none"))));
  void again();
  return h("div", {}, place, h("p", {}, button(say("dossier.make"), () => make(project, again))));
}

function line(one: Dossier, again: () => void): HTMLElement {
  const address = (f: string): string => addressOf(`/dossiers/${one.id}`, { query: { f } });
  const name = h("span", { class: "hidden" }, ` : ${one.title}`);
  return h(
    "li",
    {},
    h("strong", {}, one.title),
    h("small", {}, say("dossier.as_of", { day: day(one.as_of), at: byItsClock(one.created_at) }), one.anonymous && ` · ${say("dossier.anonymous.short")}`, one.shared_until && ` · ${say("dossier.shared", { day: lastDay(one.shared_until) })}`),
    h("span", { class: "row" }, h("a", { href: address("html"), target: "_blank", rel: "noopener" }, say("dossier.look"), name), FORMATS.map((f) => h("a", { href: address(f), download: "" }, f.toUpperCase(), name.cloneNode(true))), button([say("share.title"), name.cloneNode(true)], () => share(one, again)), one.shared_until && button([say("share.end"), name.cloneNode(true)], () => void unshare(one, again).catch(complain))),
  );
}

/** A link that opens it without an account, until a day; the service tells it this once. */
function share(one: Dossier, again: () => void): void {
  const { today } = session();
  const until = h("input", { type: "date", required: true, min: today, max: inDays(today, MOST_DAYS), value: inDays(today, USUAL_DAYS) });
  const send = async (): Promise<void> => {
    const { address, expires_at } = (await ask("post", "/dossiers/{dossier_id}/link", { path: { dossier_id: one.id }, body: { until: until.value } })).data as unknown as { address: string; expires_at: string };
    again();
    dialog(say("share.title"), h("p", {}, say("share.once", { at: byItsClock(expires_at) })), copyable(one.title, address, 2));
  };
  asks({ title: say("share.title"), button: say("share.make"), send, fields: [h("p", { class: "hint" }, say("share.hint")), field(say("share.until"), until)] });
}

async function unshare(one: Dossier, again: () => void): Promise<void> {
  await ask("delete", "/dossiers/{dossier_id}/link", { path: { dossier_id: one.id } });
  tell(say("share.ended"));
  again();
}

function make(project: number, again: () => Promise<void>): void {
  const [title, text] = [h("input", { maxlength: 160, autocomplete: "off" }), h("textarea", { rows: 3, maxlength: 4000 })];
  const anonymous = choice(say("dossier.anonymous"), { type: "checkbox" });
  const send = async (): Promise<void> => {
    const body = { title: typed(title), text: text.value, language: lang(), anonymous: anonymous.querySelector("input")?.checked ?? false };
    const { data } = await ask("post", "/projects/{project_id}/dossiers", { path: { project_id: project }, body });
    const { warnings } = data as unknown as { warnings: { detail: string }[] };
    tell(say("saved"));
    await again();
    if (warnings.length) dialog(say("dossier.alike"), warnings.map((one) => h("p", {}, one.detail)));
  };
  asks({ title: say("dossier.make"), button: say("dossier.make"), send, fields: [h("p", { class: "hint" }, say("dossier.hint")), field(say("dossier.title"), title), field(say("dossier.text"), text), anonymous] });
}
