// Dossiers made of a project's sites: looked at as a page, downloaded as PDF or DOCX.

import { addressOf, ask, get } from "../api/client";
import { h } from "../ui/dom";
import { choice, field } from "../ui/field";
import { tell } from "../ui/notice";
import { day, byItsClock } from "../words/format";
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

export function dossiers(project: number): HTMLElement {
  const place = h("div");
  const path = { project_id: project };
  const read = async (): Promise<Dossier[]> => ((await get("/projects/{project_id}/dossiers", { path })) as unknown as { dossiers: Dossier[] }).dossiers;
  const again = shows(place, read, (all) => (all.length ? h("ul", { class: "lines" }, all.map(line)) : h("p", {}, say("dossiers.none"))));
  void again();
  return h("div", {}, place, h("p", {}, button(say("dossier.make"), () => make(project, again))));
}

function line(one: Dossier): HTMLElement {
  const address = (f: string): string => addressOf(`/dossiers/${one.id}`, { query: { f } });
  const name = h("span", { class: "hidden" }, ` : ${one.title}`);
  return h(
    "li",
    {},
    h("strong", {}, one.title),
    h("small", {}, say("dossier.as_of", { day: day(one.as_of), at: byItsClock(one.created_at) }), one.anonymous && ` · ${say("dossier.anonymous.short")}`, one.shared_until && ` · ${say("dossier.shared", { day: day(one.shared_until) })}`),
    h("span", { class: "row" }, h("a", { href: address("html"), target: "_blank", rel: "noopener" }, say("dossier.look"), name), FORMATS.map((f) => h("a", { href: address(f), download: "" }, f.toUpperCase(), name.cloneNode(true)))),
  );
}

function make(project: number, again: () => Promise<void>): void {
  const [title, text] = [h("input", { maxlength: 160, autocomplete: "off" }), h("textarea", { rows: 3, maxlength: 4000 })];
  const anonymous = choice(say("dossier.anonymous"), { type: "checkbox" });
  const send = async (): Promise<void> => {
    const body = { title: typed(title), text: text.value, language: lang(), anonymous: anonymous.querySelector("input")?.checked ?? false };
    await ask("post", "/projects/{project_id}/dossiers", { path: { project_id: project }, body });
    tell(say("saved"));
    await again();
  };
  asks({ title: say("dossier.make"), button: say("dossier.make"), send, fields: [h("p", { class: "hint" }, say("dossier.hint")), field(say("dossier.title"), title), field(say("dossier.text"), text), anonymous] });
}
