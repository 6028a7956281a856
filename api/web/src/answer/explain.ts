// Why not this parcel: every criterion on it, and what single change of the need would let it in.

import { explanation } from "../need/asking";
import { changed, type Change, type Need } from "../need/document";
import { dialog } from "../ui/dialog";
import { fill, h } from "../ui/dom";
import { refused } from "../ui/notice";
import { say, type Key } from "../words/words";

export async function explains(need: Need, parcel: number, onChange: (need: Need) => void): Promise<void> {
  const body = h("div", { class: "explained" }, h("p", {}, say("loading")));
  const { close } = dialog(say("why.title"), body);
  const apply = (change: Change): void => (close(), onChange(changed(need, change)));
  try {
    const found = await explanation(need, parcel);
    const first = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
    const rows = found.criteria.map(({ verdict, label, says, ask }) =>
      h("tr", { class: verdict }, h("th", { scope: "row" }, first(label ?? "")), h("td", {}, say(`verdict.${verdict}` as Key)), h("td", {}, says, ask && h("small", {}, say("site.ask", { who: ask })))),
    );
    fill(
      body,
      found.says.slice(0, 1).map((sentence) => h("p", {}, h("strong", {}, sentence))),
      found.changes.length > 0 && h("p", {}, say("why.changes")),
      h("ul", { class: "ways" }, found.changes.map((change) => h("li", {}, h("button", { type: "button", onclick: () => apply(change) }, change.says)))),
      found.changes.length === 0 && found.says.slice(1).map((sentence) => h("p", {}, sentence)),
      h("table", { class: "criteria" }, h("caption", { class: "hidden" }, say("why.caption")), h("thead", {}, h("tr", {}, (["why.criterion", "why.verdict", "why.fact"] as const).map((key) => h("th", { scope: "col" }, say(key))))), h("tbody", {}, rows)),
    );
  } catch (error) {
    refused(body, error);
  }
}
