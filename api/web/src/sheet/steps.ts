// Recording where a step stands, and saying again that it still stands there.

import { ask } from "../api/client";
import { asks, button, reasonField } from "../desk/parts";
import { session } from "../session/session";
import { h } from "../ui/dom";
import { field, options } from "../ui/field";
import { tell } from "../ui/notice";
import { day } from "../words/format";
import { type Key, say } from "../words/words";
import type { Step } from "./gantt";

const STATES = ["to_do", "running", "done", "expired", "blocked", "not_needed", "unknown"] as const;

/** `own`: the reader answers for the land; from anybody else it is kept as a proposal. */
export function editStep(id: number, step: Step, own: boolean, done: () => void): void {
  const labels = STATES.map((state) => [state, say(`state.${state}` as Key)] as const);
  const state = h("select", { name: "state" }, options(labels, step.state ?? "unknown"));
  const since = h("input", { type: "date", name: "effective_on", required: true, value: session().today, max: session().today });
  const evidence = h("input", { type: "text", name: "evidence", maxlength: 2000, autocomplete: "off" });
  const reason = reasonField();
  const send = async (): Promise<void> => {
    const body = { step: step.code, state: state.value, effective_on: since.value, reason: reason.value, evidence: evidence.value.trim() || null };
    await ask("post", "/parcels/{parcel_id}/steps", { path: { parcel_id: id }, body });
    tell(say(own ? "saved" : "proposed"));
    done();
  };
  const fields = [h("div", { class: "grid-2" }, field(say("gantt.state"), state), field(say("step.since"), since, say("step.since.hint"))), field(say("step.evidence"), evidence, say("step.evidence.hint")), field(say("edit.reason"), reason, say("edit.reason.hint"))];
  asks({ title: step.label ?? "", button: say(own ? "save" : "propose.send"), fields, send });
}

/** Statuses that nobody has said again in their term, with one button for all. */
export function attestSteps(id: number, due: readonly Step[], done: () => void): HTMLElement {
  const confirm = (): void => {
    const reason = reasonField();
    const send = async (): Promise<void> => {
      await ask("post", "/due/attestations", { body: { statuses: [{ parcel: id }], reason: reason.value } });
      tell(say("saved"));
      done();
    };
    const listed = due.map((step) => h("li", {}, `${step.label ?? ""} : ${say(`state.${step.state ?? "unknown"}` as Key)} (${day(step.attested_on)})`));
    asks({ title: say("attest.title"), button: say("attest.do"), fields: [h("p", {}, say("attest.ask")), h("ul", {}, listed), field(say("edit.reason"), reason, say("edit.reason.hint"))], send });
  };
  return h("p", { class: "attest" }, say("attest.due", { count: due.length }), " ", button(say("attest.title"), confirm));
}
