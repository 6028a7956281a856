// Nothing matches: which filter excludes most, and what leaving it out would bring back.

import { count } from "../api/parcels";
import { change, place } from "../place";
import { fill, h } from "../ui/dom";
import { complain } from "../ui/notice";
import { type Key, say } from "../words/words";
import { type Filter, active, asked, without } from "./filters";

const label = (filter: Filter): string => say(`excluded.${filter}` as Key);

/** Tells in `where` why the list is empty. */
export async function explainNone(where: HTMLElement): Promise<void> {
  const { query } = place();
  const set = active(query);
  fill(where, h("h2", {}, say("none.title")), h("p", {}, say(set.length ? "none.looking" : "none.nothing")));
  if (!set.length) return;
  try {
    const found = await Promise.all(set.map(async (filter) => ({ filter, count: (await count({ ...asked(query, filter) })).count })));
    if (JSON.stringify(asked(place().query)) !== JSON.stringify(asked(query))) return; // asked something else by now
    const ranked = found.toSorted((one, other) => other.count - one.count);
    const helpful = ranked.filter((one) => one.count > 0);
    fill(
      where,
      h("h2", {}, say("none.title")),
      h("p", {}, say(helpful.length ? "none.most" : "none.together")),
      h("ul", { class: "ways" }, helpful.map((one) => h("li", {}, h("button", { type: "button", onclick: () => change(without(one.filter)) }, say("none.without", { filter: label(one.filter) })), ` ${say("none.brings", { count: one.count })}`))),
      h("p", {}, h("button", { type: "button", onclick: () => change(without(...set)) }, say("filters.reset"))),
    );
  } catch (error) {
    complain(error);
  }
}
