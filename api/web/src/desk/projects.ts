// The projects one follows, by where they stand.

import { ask, get } from "../api/client";
import { go, hashOf } from "../place";
import { h } from "../ui/dom";
import { field, options } from "../ui/field";
import { day } from "../words/format";
import { say, wordOf } from "../words/words";
import { asks, button, type Linked, listed, shows } from "./parts";

interface Brief {
  readonly id: number;
  readonly code_name: string;
  readonly status: string;
  readonly updated_at: string;
}

interface Page extends Linked {
  readonly projects: readonly Brief[];
}

export const STATUSES = ["detected", "qualified", "proposed", "visited", "sited", "lost"] as const;
export const statusOf = (status: string): string => wordOf("words.project_status", status);

export function projects(drawn: () => void): HTMLElement {
  const status = h("select", {}, options([["", say("projects.all")], ...STATUSES.map((one) => [one, statusOf(one)] as const)], ""));
  const place = h("div");
  const read = async (): Promise<Page> => (await get("/projects", { query: { status: status.value, limit: 50 } })) as unknown as Page;
  const again = shows(place, read, (page) => {
    queueMicrotask(drawn);
    return page.projects.length ? listed(page, (one) => one.projects.map(line)) : h("p", {}, say("projects.none"));
  });
  status.addEventListener("change", () => void again());
  void again();
  return h("div", { class: "desk-lines" }, h("p", {}, button(say("project.start"), () => start(again), { class: "main" })), field(say("projects.which"), status), place);
}

const line = (one: Brief): HTMLElement => h("li", {}, h("a", { href: hashOf(["desk", "projects", String(one.id)]) }, one.code_name), h("small", {}, say("projects.updated", { on: day(one.updated_at) })), h("span", { class: "mark" }, statusOf(one.status)));

function start(again: () => Promise<void>): void {
  const name = h("input", { required: true, maxlength: 120, autocomplete: "off" });
  const send = async (): Promise<void> => {
    const made = (await ask("post", "/projects", { body: { code_name: name.value } })).data as unknown as Brief;
    go(["desk", "projects", String(made.id)]);
    await again();
  };
  asks({ title: say("project.start"), button: say("project.start"), send, fields: [field(say("project.code_name"), name, say("project.code_name.hint"))] });
}
