// One project: where it stands, what it needs, its sites in their order, their comparison, who answered, dossiers.

import { ask } from "../api/client";
import type { Need } from "../need/document";
import { hashOf } from "../place";
import { type Child, h } from "../ui/dom";
import { field, options } from "../ui/field";
import { tell } from "../ui/notice";
import { byItsClock } from "../words/format";
import { say } from "../words/words";
import { compared } from "./compared";
import { consulted } from "./consulted";
import { dossiers } from "./dossiers";
import { needed } from "./needed";
import { asks, button, part, shows, typed } from "./parts";
import { statusOf } from "./projects";
import { shortlist } from "./shortlist";

interface Project {
  readonly id: number;
  readonly version: number;
  readonly code_name: string;
  readonly status: string;
  readonly confidential: boolean;
  readonly need: Need | null;
  readonly lost_why: string | null;
  readonly history: readonly { status: string; reason: string | null; at: string }[];
  readonly enquiries: readonly number[];
  readonly next: readonly string[];
}

export function project(id: number, changed: () => void): HTMLElement {
  const element = h("article", { class: "desk-sheet" });
  const path = { project_id: id };
  const read = async (): Promise<Project> => (await ask("get", "/projects/{project_id}", { path })).data as unknown as Project;
  const moved = async (): Promise<void> => {
    changed();
    await again();
  };
  const again = shows(element, read, (told) => draw(told, moved));
  void again();
  return element;
}

function draw(told: Project, moved: () => Promise<void>): Child {
  const enquiries = told.enquiries.map((id) => h("li", {}, h("a", { href: hashOf(["desk", "enquiries", String(id)]) }, say("enquiry.number", { id: String(id) }))));
  return [
    h("header", {}, h("h2", {}, told.code_name), h("p", { class: "marks" }, h("span", { class: "mark" }, statusOf(told.status)), told.confidential && h("span", { class: "mark" }, say("project.confidential"))), told.lost_why && h("p", {}, told.lost_why), told.next.length > 0 && h("p", {}, button(say("project.move"), () => move(told, moved)))),
    part(say("project.need"), needed(told.id, told.need), enquiries.length > 0 && h("ul", {}, enquiries)),
    part(say("shortlist.title"), shortlist(told.id)),
    part(say("compare.title"), compared(told.id)),
    part(say("consulted.title"), consulted(told.id)),
    part(say("dossiers.title"), dossiers(told.id)),
    part(say("project.history"), h("ol", { class: "said" }, told.history.map((one, at) => h("li", {}, `${byItsClock(one.at)} : ${statusOf(one.status)}`, at > 0 && one.reason && h("small", {}, one.reason))))),
  ];
}

function move(told: Project, moved: () => Promise<void>): void {
  const status = h("select", {}, options(told.next.map((one) => [one, statusOf(one)] as const), null));
  const reason = h("textarea", { rows: 2, maxlength: 2000 });
  const send = async (): Promise<void> => {
    await ask("patch", "/projects/{project_id}", { path: { project_id: told.id }, body: { status: status.value, reason: typed(reason) }, headers: { "If-Match": `"v${told.version}"` } });
    tell(say("saved"));
    await moved();
  };
  asks({ title: say("project.move"), button: say("save"), send, fields: [field(say("project.status"), status), field(say("edit.reason"), reason, say("project.move.hint"))] });
}
