// What was recorded of a parcel's steps, the newest first; read when it is opened.

import { get, type Schemas } from "../api/client";
import { fill, h } from "../ui/dom";
import { refused } from "../ui/notice";
import { day, instant } from "../words/format";
import { type Key, say } from "../words/words";

type Change = Schemas["StepChange"];

export function history(id: number): HTMLElement {
  const body = h("div");
  const read = async (): Promise<void> => {
    try {
      const { steps = [] } = await get("/parcels/{parcel_id}/history", { path: { parcel_id: id } });
      fill(body, steps.length ? h("ol", { class: "history" }, steps.map(entry)) : h("p", {}, say("history.none")));
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
  return h(
    "li",
    {},
    h("span", { class: "when" }, one.recorded_at ? instant(one.recorded_at) : ""),
    h("div", {}, h("strong", {}, one.label ?? one.step ?? ""), ` ${kind} : ${state(one.old)} → ${state(one.new)}`, h("span", { class: "source" }, about)),
  );
}
