// Recording where a step stands, and saying again that it still stands there.

import { ask, Refusal } from "../api/client";
import { session } from "../session/session";
import { dialog } from "../ui/dialog";
import { fill, h } from "../ui/dom";
import { field, options } from "../ui/field";
import { said, tell } from "../ui/notice";
import { day } from "../words/format";
import { type Key, say } from "../words/words";
import type { Step } from "./gantt";

const STATES = ["to_do", "running", "done", "expired", "blocked", "not_needed", "unknown"] as const;

const reasonField = (): HTMLTextAreaElement => h("textarea", { name: "reason", required: true, minlength: 3, maxlength: 2000, rows: 2 });

async function sent(run: () => Promise<unknown>, wrong: HTMLElement, done: () => void): Promise<void> {
  try {
    await run();
    tell(say("saved"));
    done();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    fill(wrong, said(error));
  }
}

export function editStep(id: number, step: Step, done: () => void): void {
  const labels = STATES.map((state) => [state, say(`state.${state}` as Key)] as const);
  const state = h("select", { name: "state" }, options(labels, step.state ?? "unknown"));
  const since = h("input", { type: "date", name: "effective_on", required: true, value: session().today, max: session().today });
  const evidence = h("input", { type: "text", name: "evidence", maxlength: 2000, autocomplete: "off" });
  const reason = reasonField();
  const wrong = h("div", { class: "wrong", role: "alert" });
  const send = (event: Event): void => {
    event.preventDefault();
    const body = { step: step.code, state: state.value, effective_on: since.value, reason: reason.value, evidence: evidence.value.trim() || null };
    void sent(() => ask("post", "/parcels/{parcel_id}/steps", { path: { parcel_id: id }, body }), wrong, () => (box.close(), done()));
  };
  const form = h("form", { class: "form", onsubmit: send }, h("div", { class: "grid-2" }, field(say("gantt.state"), state), field(say("step.since"), since, say("step.since.hint"))), field(say("step.evidence"), evidence, say("step.evidence.hint")), field(say("edit.reason"), reason, say("edit.reason.hint")), wrong, h("p", { class: "actions" }, h("button", { class: "main" }, say("save"))));
  const box = dialog(step.label ?? "", form);
}

/** Statuses that nobody has said again in their term, with one button for all. */
export function attestSteps(id: number, due: readonly Step[], done: () => void): HTMLElement {
  const confirm = (): void => {
    const reason = reasonField();
    const wrong = h("div", { class: "wrong", role: "alert" });
    const send = (event: Event): void => {
      event.preventDefault();
      const body = { statuses: [{ parcel: id }], reason: reason.value };
      void sent(() => ask("post", "/due/attestations", { body }), wrong, () => (box.close(), done()));
    };
    const listed = due.map((step) => h("li", {}, `${step.label ?? ""} : ${say(`state.${step.state ?? "unknown"}` as Key)} (${day(step.attested_on)})`));
    const form = h("form", { class: "form", onsubmit: send }, h("p", {}, say("attest.ask")), h("ul", {}, listed), field(say("edit.reason"), reason, say("edit.reason.hint")), wrong, h("p", { class: "actions" }, h("button", { class: "main" }, say("attest.do"))));
    const box = dialog(say("attest.title"), form);
  };
  return h("p", { class: "attest" }, say("attest.due", { count: due.length }), " ", h("button", { type: "button", onclick: confirm }, say("attest.title")));
}
