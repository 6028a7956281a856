// What was recorded of a parcel, the newest first: its steps, and its facts for who answers for it; read when opened.

import { get, type Schemas } from "../api/client";
import { type Child, fill, h } from "../ui/dom";
import { refused } from "../ui/notice";
import { day, instant } from "../words/format";
import { told } from "../words/values";
import { type Key, say, wordOf } from "../words/words";

type Change = Schemas["StepChange"];
type FactsChanged = NonNullable<Schemas["StepHistory"]["facts"]>[number];

export function history(id: number): HTMLElement {
  const body = h("div");
  const read = async (): Promise<void> => {
    try {
      const { steps = [], facts = [] } = await get("/parcels/{parcel_id}/history", { path: { parcel_id: id } });
      const all = [...steps.map((one) => [one.recorded_at ?? "", entry(one)] as const), ...facts.map((one) => [one.changed_at ?? "", changed(one)] as const)];
      fill(body, all.length ? h("ol", { class: "history" }, all.toSorted(([one], [other]) => other.localeCompare(one)).map(([, line]) => line)) : h("p", {}, say("history.none")));
    } catch (error) {
      refused(body, error, () => void read());
    }
  };
  const box = h("details", {}, h("summary", {}, say("history.open")), body);
  box.addEventListener("toggle", () => box.open && !body.firstChild && void read());
  return box;
}

function entry(one: Change): HTMLElement {
  const state = (code: string | null | undefined): string => (code ? say(`state.${code}` as Key) : say("history.files"));
  const kind = say(`history.kind.${one.kind ?? "entry"}` as Key);
  const about = [one.effective_on && say("history.from", { day: day(one.effective_on) }), one.reason, one.evidence, one.organisation].filter(Boolean).join(" · ");
  return line(one.recorded_at, [h("strong", {}, one.label ?? one.step ?? ""), ` ${kind} : ${state(one.old)} → ${state(one.new)}`], about);
}

const line = (at: string | undefined, what: Child, about: string): HTMLElement => h("li", {}, h("span", { class: "when" }, at ? instant(at) : ""), h("div", {}, what, h("span", { class: "source" }, about)));

function changed({ changed_at, organisation, reason, facts = [] }: FactsChanged): HTMLElement {
  const fact = ({ name = "", old, new: now }: (typeof facts)[number]): HTMLElement => h("div", {}, h("strong", {}, wordOf("property", name)), name === "geometry" ? "" : ` : ${told(name, old)} → ${told(name, now)}`);
  return line(changed_at, facts.map(fact), [reason, organisation].filter(Boolean).join(" · "));
}
