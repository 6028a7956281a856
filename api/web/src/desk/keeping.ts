// From an enquiry or a project to the form of needs and its answer, and back: the need as corrected there, a site kept.

import { ask } from "../api/client";
import type { Need } from "../need/document";
import { go, place } from "../place";
import { h } from "../ui/dom";
import { field } from "../ui/field";
import { complain, tell } from "../ui/notice";
import { say } from "../words/words";
import { asks, button, reasonField } from "./parts";

const cameFrom = (what: "enquiry" | "project"): number => Number(place().query.get(what) ?? 0);

/** At the head of the form, for who came from an enquiry or a project; nothing for anybody else. */
export function confirmsFor(current: () => Need): HTMLElement | null {
  const [enquiry, project] = [cameFrom("enquiry"), cameFrom("project")];
  if (!enquiry && !project) return null;
  const link = enquiry ? h("a", { href: `#/desk/enquiries/${enquiry}` }, say("enquiry.number", { id: String(enquiry) })) : h("a", { href: `#/desk/projects/${project}` }, say("project.open"));
  const keep = (): void => (enquiry ? void confirm(enquiry, current()).catch(complain) : append(project, current()));
  return h("p", { class: "row for-enquiry" }, link, button(say(enquiry ? "enquiry.keep" : "project.keep"), keep, { class: "main" }));
}

async function confirm(id: number, need: Need): Promise<void> {
  const path = { enquiry_id: id };
  const { etag } = await ask("get", "/enquiries/{enquiry_id}", { path });
  await ask("patch", "/enquiries/{enquiry_id}", { path, body: { need }, headers: { "If-Match": etag ?? "" } });
  back("enquiries", id);
}

/** A version is added: those before it stay, and why it is another. */
function append(id: number, need: Need): void {
  const why = reasonField();
  const send = async (): Promise<void> => {
    await ask("post", "/projects/{project_id}/needs", { path: { project_id: id }, body: { need, why: why.value } });
    back("projects", id);
  };
  asks({ title: say("project.keep"), button: say("project.keep"), send, fields: [field(say("edit.reason"), why, say("project.keep.hint"))] });
}

function back(view: string, id: number): void {
  tell(say("saved"));
  go(["desk", view, String(id)], { need: null, enquiry: null, project: null });
}

/** On a card of an answer, for who came from a project: the site joins its shortlist, for a reason that can be changed. */
export function keepsSite(parcels: readonly number[], title: string, because: readonly string[]): HTMLElement | null {
  const id = cameFrom("project");
  return id ? button([say("shortlist.keep"), h("span", { class: "hidden" }, ` ${title}`)], () => keep(id, parcels, title, because)) : null;
}

function keep(id: number, parcels: readonly number[], title: string, because: readonly string[]): void {
  const reason = reasonField();
  reason.value = because.join(" ; ");
  const path = { project_id: id };
  const send = async (): Promise<void> => {
    const { data, etag } = await ask("get", "/projects/{project_id}/shortlist", { path });
    const sites = (data as unknown as { sites: { parcels: number[]; reason: string }[] }).sites.map((one) => ({ parcels: one.parcels, reason: one.reason }));
    await ask("put", "/projects/{project_id}/shortlist", { path, body: { sites: [...sites, { parcels, reason: reason.value }] }, headers: { "If-Match": etag ?? "" } });
    tell(say("shortlist.kept", { name: title }));
  };
  asks({ title: say("shortlist.keep"), button: say("shortlist.keep"), send, fields: [h("p", {}, h("strong", {}, title)), field(say("edit.reason"), reason, say("shortlist.reason.hint"))] });
}
