// Records what binds somebody to a parcel, and says how it ended; the market follows.

import { ask } from "../api/client";
import { session } from "../session/session";
import { h } from "../ui/dom";
import { field, options } from "../ui/field";
import { tell } from "../ui/notice";
import { type Key, say } from "../words/words";
import { asks, reasonField, typed } from "./parts";

const KINDS = ["interest", "option", "council_vote", "promesse", "deed"];
const OUTCOMES = ["withdrawn", "failed", "lapsed"];

const choices = (family: "commitment" | "outcome", all: readonly string[]): HTMLOptionElement[] => options(all.map((one) => [one, say(`${family}.${one}` as Key)] as const), null);

export function records(parcel: number, done: () => void): void {
  const kind = h("select", {}, choices("commitment", KINDS));
  kind.value = "option";
  const [from, until] = [h("input", { type: "date", required: true, value: session().today }), h("input", { type: "date" })];
  const [buyer, conditions, reason] = [h("input", { maxlength: 2000, autocomplete: "off" }), h("input", { maxlength: 2000, autocomplete: "off" }), reasonField()];
  const send = async (): Promise<void> => {
    const body = { parcels: [parcel], kind: kind.value, effective_on: from.value, expires_on: until.value || undefined, buyer: typed(buyer), conditions: typed(conditions), reason: reason.value };
    await ask("post", "/commitments", { body });
    tell(say("saved"));
    done();
  };
  asks({
    title: say("commitment.record"),
    button: say("save"),
    send,
    fields: [
      h("div", { class: "grid-2" }, field(say("commitments.kind"), kind), field(say("commitment.buyer"), buyer, say("commitment.buyer.hint")), field(say("commitments.from"), from), field(say("commitments.until"), until, say("commitment.until.hint"))),
      field(say("commitment.conditions"), conditions),
      field(say("edit.reason"), reason, say("commitment.reason.hint")),
    ],
  });
}

export function closes(deal: number, done: () => void): void {
  const [outcome, on, reason] = [h("select", {}, choices("outcome", OUTCOMES)), h("input", { type: "date", value: session().today }), reasonField()];
  const send = async (): Promise<void> => {
    // A term that passed says by itself on which day it ended
    const body = { outcome: outcome.value, on: outcome.value === "lapsed" ? undefined : on.value || undefined, reason: reason.value };
    await ask("post", "/commitments/{deal}/close", { path: { deal }, body });
    tell(say("saved"));
    done();
  };
  asks({ title: say("commitment.close"), button: say("save"), send, fields: [h("div", { class: "grid-2" }, field(say("commitment.outcome"), outcome), field(say("commitment.ended_on"), on)), field(say("edit.reason"), reason)] });
}
