// What others propose of one's land: what stands, what is proposed, by whom; accepted, or refused with a reason.

import { ask, get, Refusal } from "../api/client";
import { type Child, h } from "../ui/dom";
import { field } from "../ui/field";
import { complain, said, tell } from "../ui/notice";
import { tabled } from "../ui/wide";
import { day, instant } from "../words/format";
import { told } from "../words/values";
import { type Key, say, wordOf } from "../words/words";
import { asks, button, reasonField, shows } from "./parts";

interface Proposal {
  readonly proposal: number;
  readonly parcel: number;
  readonly name: string | null;
  readonly kind: string;
  readonly proposed: { properties?: Record<string, unknown>; geometry?: unknown } & Record<string, unknown>;
  readonly stood?: Record<string, unknown>;
  readonly reason: string;
  readonly organisation: string | null;
  readonly by: string;
  readonly filed_at: string;
}

export function proposals(): HTMLElement {
  const place = h("div");
  const read = async (): Promise<Proposal[]> => ((await get("/proposals", { query: { box: "inbox", state: "open", limit: 100 } })) as unknown as { proposals: Proposal[] }).proposals;
  const again = shows(place, read, (all) => (all.length ? all.map((one) => card(one, () => void again())) : h("p", {}, say("proposals.none"))));
  void again();
  return h("div", { class: "proposals" }, h("p", { class: "hint" }, say("proposals.hint")), place);
}

function card(one: Proposal, again: () => void): HTMLElement {
  const title = one.name ?? say("parcel.number", { id: String(one.parcel) });
  const hidden = h("span", { class: "hidden" }, ` ${say("proposal.number", { id: String(one.proposal) })}`);
  return h(
    "article",
    { class: "desk-card", "aria-label": `${title} ${hidden.textContent ?? ""}` },
    h("h3", {}, h("a", { href: `#/parcels/${one.parcel}` }, title)),
    h("p", { class: "hint" }, say("proposal.by", { who: one.organisation ?? one.by, at: instant(one.filed_at) })),
    h("p", {}, h("q", {}, one.reason)),
    differences(one),
    h("p", { class: "actions" }, button([say("proposal.refuse"), hidden.cloneNode(true)], () => refuse(one, again)), button([say("proposal.accept"), hidden], () => void accept(one, again), { class: "main" })),
  );
}

function differences(one: Proposal): Child {
  const facts = Object.entries(one.proposed.properties ?? {});
  if (one.kind === "commitment") return h("p", {}, terms(one.proposed));
  const rows = facts.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, wordOf("property", name)), h("td", {}, told(name, one.stood?.[name])), h("td", {}, h("strong", {}, told(name, value)))));
  const outline = one.proposed.geometry ? h("tr", {}, h("th", { scope: "row" }, wordOf("property", "geometry")), h("td", {}, say("proposal.as_drawn")), h("td", {}, say("proposal.outline"))) : null;
  return tabled(say("proposal.differences"), ["conflict.field", "proposal.stood", "proposal.proposed"], [rows, outline]);
}

function terms(said: Record<string, unknown>): string {
  const dates = [said.effective_on, said.expires_on].filter(Boolean).map((one) => day(String(one))).join(" → ");
  return [say(`commitment.${String(said.kind)}` as Key), dates, said.buyer, said.conditions].filter(Boolean).join(" · ");
}

async function accept(one: Proposal, again: () => void, force = false): Promise<void> {
  try {
    await ask("post", "/proposals/{number}/accept", { path: { number: one.proposal }, body: { force } });
    tell(say("proposal.accepted"));
    again();
  } catch (error) {
    if (!(error instanceof Refusal) || error.problem.status !== 409 || force || !error.problem.errors?.length) return complain(error);
    asks({ title: say("proposal.moved"), button: say("proposal.accept_all_the_same"), fields: [h("p", {}, said(error))], send: () => accept(one, again, true) });
  }
}

function refuse(one: Proposal, again: () => void): void {
  const reason = reasonField();
  const send = async (): Promise<void> => {
    await ask("post", "/proposals/{number}/refuse", { path: { number: one.proposal }, body: { reason: reason.value } });
    tell(say("proposal.refused"));
    again();
  };
  asks({ title: say("proposal.refuse"), button: say("proposal.refuse"), fields: [field(say("edit.reason"), reason, say("proposal.refuse.hint"))], send });
}
