// What binds somebody to a parcel, by rank: options, votes, promises, deeds; who, only where the service tells it.

import { get } from "../api/client";
import { closes, records } from "../desk/commitment";
import { isPlanner } from "../session/session";
import { type Child, fill, h } from "../ui/dom";
import { refused } from "../ui/notice";
import { tabled } from "../ui/wide";
import { day } from "../words/format";
import { type Key, say } from "../words/words";

interface Commitment {
  readonly commitment: number;
  readonly kind: string;
  readonly rank: number | null;
  readonly effective_on: string;
  readonly expires_on: string | null;
  readonly ended_on: string | null;
  readonly state: string;
}

/** `changed`: something was recorded or ended, and the market with it. */
export function commitments(id: number, changed: () => void): HTMLElement {
  const place = h("div", {}, h("p", { class: "loading" }, say("loading")));
  const read = async (): Promise<void> => {
    try {
      const told = (await get("/parcels/{parcel_id}/commitments", { path: { parcel_id: id }, query: { ended: true } })) as unknown as { commitments: Commitment[] };
      fill(place, told.commitments.length ? table(told.commitments, changed) : h("p", {}, say("commitments.none")), isPlanner() && h("p", {}, h("button", { type: "button", onclick: () => records(id, changed) }, say("commitment.record"))));
    } catch (error) {
      refused(place, error, () => void read());
    }
  };
  void read();
  return place;
}

const OPEN = ["in_force", "to_come"];

function table(listed: readonly Commitment[], changed: () => void): Child {
  const row = (one: Commitment): HTMLElement =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, say(`commitment.${one.kind}` as Key)),
      h("td", {}, one.rank === null ? "" : String(one.rank)),
      h("td", {}, day(one.effective_on)),
      h("td", {}, one.expires_on ? day(one.expires_on) : say("commitments.no_end")),
      h("td", {}, say(`outcome.${one.state}` as Key), one.ended_on ? `, ${day(one.ended_on)}` : "", isPlanner() && OPEN.includes(one.state) && end(one, changed)),
    );
  return tabled(say("commitments.title"), ["commitments.kind", "commitments.rank", "commitments.from", "commitments.until", "commitments.state"], listed.map(row));
}

function end(one: Commitment, changed: () => void): HTMLElement {
  const label = say("commitment.close.of", { kind: say(`commitment.${one.kind}` as Key), rank: one.rank ?? "" });
  return h("button", { type: "button", class: "plain", "aria-label": label, onclick: () => closes(one.commitment, changed) }, say("commitment.close.short"));
}
