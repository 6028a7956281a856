// What the territories that were asked answered, and who has not.

import { ask, get } from "../api/client";
import { type Child, h } from "../ui/dom";
import { field } from "../ui/field";
import { complain, tell } from "../ui/notice";
import { tabled } from "../ui/wide";
import { area, byItsClock, day } from "../words/format";
import { type Key, say } from "../words/words";
import { acts, consult } from "./consulting";
import { asks, button, reasonField, shows } from "./parts";

interface Answer {
  readonly id: number;
  readonly kind: "confirm" | "correct" | "add" | "decline";
  readonly parcel: number | null;
  readonly document: Record<string, unknown>;
  readonly answered_at: string;
  readonly late: boolean;
  readonly state: "proposed" | "accepted" | "refused";
  readonly decided_why: string | null;
}

interface Consultation {
  readonly id: number;
  readonly deadline: string;
  readonly open: boolean;
  readonly closed_at: string | null;
  readonly missing: readonly string[];
  readonly territories: readonly { id: number; name: string; asked_at: string; reminded_at: string | null; answered_at: string | null; answers: readonly Answer[] }[];
}

export function consulted(project: number): HTMLElement {
  const element = h("div", { class: "consulted" });
  const read = async (): Promise<Consultation[]> => {
    const listed = (await get("/consultations", { query: { project, limit: 50 } })) as unknown as { consultations: { id: number }[] };
    const one = async (id: number): Promise<Consultation> => (await get("/consultations/{consultation_id}", { path: { consultation_id: id } })) as unknown as Consultation;
    return Promise.all(listed.consultations.map(({ id }) => one(id)));
  };
  const again = shows(element, read, (all) => (all.length ? all.map((one) => draw(one, () => void again())) : h("p", {}, say("consulted.none"))));
  void again();
  return h("div", { class: "consulted" }, element, h("p", {}, button(say("consult.title"), () => void consult(project, () => void again()).catch(complain))));
}

function draw(one: Consultation, again: () => void): Child {
  const title = say("consulted.one", { id: String(one.id), day: day(one.deadline) });
  const rows = one.territories.map((each) =>
    h("tr", {}, h("th", { scope: "row" }, each.name), h("td", {}, each.answered_at ? byItsClock(each.answered_at) : [h("span", { class: "mark warn" }, say("consulted.not_yet")), each.reminded_at && h("small", {}, say("consulted.reminded", { at: byItsClock(each.reminded_at) }))]), h("td", {}, each.answers.length > 0 && h("ul", { class: "said" }, each.answers.map((answer) => line(one.id, answer, again))))),
  );
  return [
    h("h4", {}, title),
    h("p", {}, one.missing.length ? say("consulted.missing", { who: one.missing.join(", ") }) : say("consulted.all")),
    tabled(title, ["consulted.territory", "consulted.answered", "consulted.answers"], rows),
    one.closed_at ? h("p", { class: "hint" }, say("consulted.closed", { at: byItsClock(one.closed_at) })) : acts(one.id, one.missing.length > 0, again),
  ];
}

function line(consultation: number, answer: Answer, again: () => void): HTMLElement {
  const { name, surface_m2, note, reason: why } = answer.document as { name?: string; surface_m2?: number; note?: string; reason?: string };
  const what = [say(`answered.${answer.kind}` as Key), name, surface_m2 && area(surface_m2), note ?? why].filter(Boolean).join(" · ");
  const hidden = (): HTMLElement => h("span", { class: "hidden" }, ` ${what}`);
  const decide = async (state: string, reason?: string): Promise<void> => {
    await ask("post", "/consultations/{consultation_id}/answers/{answer_id}/decision", { path: { consultation_id: consultation, answer_id: answer.id }, body: { state, reason } });
    tell(say("saved"));
    again();
  };
  const refuse = (): void => {
    const reason = reasonField();
    asks({ title: say("proposal.refuse"), button: say("proposal.refuse"), fields: [field(say("edit.reason"), reason)], send: () => decide("refused", reason.value) });
  };
  return h(
    "li",
    {},
    answer.parcel ? h("a", { href: `#/parcels/${answer.parcel}` }, say("parcel.number", { id: String(answer.parcel) })) : null,
    answer.parcel ? " : " : null,
    what,
    answer.late && h("span", { class: "mark warn" }, say("consulted.late")),
    answer.state === "proposed" ? h("span", { class: "row" }, button([say("proposal.accept"), hidden()], () => void decide("accepted").catch(complain)), button([say("proposal.refuse"), hidden()], refuse)) : h("small", {}, say(`answered.${answer.state}`), answer.decided_why && ` : ${answer.decided_why}`),
  );
}
