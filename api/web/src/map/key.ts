// The key of the map, and what may be shown around the parcels.

import { choice } from "../ui/field";
import { h } from "../ui/dom";
import { change, place } from "../place";
import { say, wordOf, type Key } from "../words/words";
import { CLASSES, EFFECTS, type Look, swatch } from "./classes";
import { AROUND, type Around } from "./surroundings";

const NARROW = "(max-width: 48rem)";

export const wantedAround = (): Set<Around> => new Set((place().query.get("show") ?? "").split(",").filter((one): one is Around => (AROUND as readonly string[]).includes(one)));

function toggle(layer: Around): HTMLElement {
  const flip = (event: Event): void => {
    const wanted = wantedAround();
    if ((event.target as HTMLInputElement).checked) wanted.add(layer);
    else wanted.delete(layer);
    change({ show: [...wanted].join(",") || null }, true);
  };
  return choice(say(`show.${layer}`), { type: "checkbox", checked: wantedAround().has(layer), onchange: flip });
}

const entries = (looks: readonly Look[], label: (name: string) => string): HTMLElement =>
  h("ul", { class: "key" }, looks.map((look) => h("li", {}, swatch(look), label(look.name))));

/** The hint that says to come nearer; hidden until it is needed. */
export const farHint = (): HTMLElement => h("p", { class: "hint", role: "status", hidden: true }, say("map.nearer"));

/** A panel that says what colours and patterns mean; closed at first where there is little room. */
export function mapKey(far: HTMLElement): HTMLElement {
  return h(
    "details",
    { class: "map-key", open: !matchMedia(NARROW).matches },
    h("summary", {}, say("key.title")),
    h("p", { class: "key-title" }, say("key.ready")),
    entries(CLASSES, (name) => wordOf("class", name)),
    h("p", { class: "hint" }, say("key.dashed")),
    h("div", { class: "around" }, AROUND.map(toggle), far),
    h("details", { class: "effects" }, h("summary", {}, say("key.effects")), entries(EFFECTS, (name) => say(`effect.${name}` as Key))),
  );
}
