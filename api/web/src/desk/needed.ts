// The need of a project: the version that counts, those before it, and what changed since it was last answered.

import { ask, get } from "../api/client";
import { type Need, written } from "../need/document";
import { summary } from "../need/summary";
import { type Child, h } from "../ui/dom";
import { complain, tell } from "../ui/notice";
import { byItsClock, day } from "../words/format";
import { type Key, say } from "../words/words";
import { button, shows } from "./parts";

interface Version {
  readonly version: number;
  readonly need: Need;
  readonly why: string | null;
  readonly created_at: string;
}

interface Site {
  readonly parcels: readonly number[];
  readonly name: string | null;
  readonly says?: string;
}

interface Changes {
  readonly since: { as_of: string };
  readonly counts: Record<"then" | "now", { proved: number; open: number; to_check: number }>;
  readonly new: readonly Site[];
  readonly lost: readonly Site[];
  readonly moved: readonly Site[];
}

const lines = (need: Need): HTMLElement => h("ul", { class: "said" }, summary(need).map((one) => h("li", {}, one)));

export function needed(project: number, need: Need | null): Child {
  const address = (room: string): string => `#/${room}?need=${(need && written(need)) ?? ""}&project=${project}`;
  const link = (room: string, label: string): HTMLElement => h("a", { class: "button", href: address(room) }, label);
  if (!need) return [h("p", {}, say("project.no_need")), h("p", {}, link("need", say("project.describe")))];
  return [lines(need), h("p", { class: "row" }, link("answer", say("need.send")), link("need", say("project.change_need"))), versions(project), changes(project)];
}

function versions(project: number): HTMLElement {
  const place = h("div");
  const read = async (): Promise<Version[]> => ((await get("/projects/{project_id}/needs", { path: { project_id: project } })) as unknown as { needs: Version[] }).needs;
  const show = shows(place, read, (all) => h("ol", { class: "versions" }, all.map((one) => h("li", {}, h("strong", {}, say("need.version", { number: one.version, at: byItsClock(one.created_at) })), one.why && h("p", {}, one.why), lines(one.need)))));
  return h("details", { ontoggle: (event: Event) => (event.target as HTMLDetailsElement).open && void show() }, h("summary", {}, say("need.versions")), place);
}

function changes(project: number): HTMLElement {
  const place = h("div", { class: "changes" });
  const path = { project_id: project };
  const read = async (): Promise<Changes> => (await get("/projects/{project_id}/changes", { path, query: {} })) as unknown as Changes;
  const keep = async (): Promise<void> => {
    await ask("post", "/projects/{project_id}/answers", { path });
    tell(say("changes.kept"));
  };
  return h("div", { class: "changed" }, h("h4", {}, say("changes.title")), h("p", { class: "hint" }, say("changes.hint")), h("p", { class: "row" }, button(say("changes.show"), () => void shows(place, read, draw)()), button(say("changes.keep"), () => void keep().catch(complain))), place);
}

function draw(told: Changes): Child {
  const [then, now] = (["then", "now"] as const).map((when) => told.counts[when].proved + told.counts[when].open) as [number, number];
  const group = (kind: "new" | "lost" | "moved"): Child => told[kind].length > 0 && [h("h5", {}, say(`changes.${kind}` as Key, { count: told[kind].length })), h("ul", { class: "said" }, told[kind].map((one) => h("li", {}, h("a", { href: `#/parcels/${one.parcels[0] ?? ""}` }, one.name ?? say("parcel.number", { id: one.parcels.join(", ") })), one.says && h("small", {}, one.says))))];
  return [h("p", { role: "status" }, say("changes.since", { day: day(told.since.as_of), then, now }), !(told.new.length + told.lost.length + told.moved.length) && ` ${say("changes.none")}`), group("new"), group("lost"), group("moved")];
}
