// The answer to a need: ranked sites as cards and on the map, what is to check, what would open more land.

import { extent, type Outline } from "../api/parcels";
import type { ParcelMap } from "../map/map";
import { type Answer, answerTo, type Match } from "../need/asking";
import { changed, type Change, need, type Need, written } from "../need/document";
import { formAddress } from "../need/room";
import { spotsIn, summary } from "../need/summary";
import { learn } from "../places/places";
import { change, go, onPlace, place, type Place } from "../place";
import type { Room } from "../room";
import { fill, h } from "../ui/dom";
import { refused, tell } from "../ui/notice";
import { day } from "../words/format";
import { say, wordOf } from "../words/words";
import { card, keyOf } from "./card";
import { comparison, MOST_COMPARED } from "./compare";
import { explains } from "./explain";
import { outlinesOf } from "./outlines";
import { transmits } from "./transmit";

type Drawing = typeof import("./on_map");

export class AnswerRoom implements Room {
  readonly element = h("div", { class: "answer-room" });
  private readonly head = h("div", { class: "strip answer-head" });
  private readonly sites = h("div", { class: "sites" });
  private readonly mapPlace = h("div", { class: "map" });
  private readonly deaf: () => void;
  private answer: Answer | null = null;
  private outlines: ReadonlyMap<number, Outline> = new Map();
  private map: ParcelMap | null = null;
  private mapLoaded = false;
  private drawing: Drawing | null = null;
  private asking: AbortController | null = null;

  constructor() {
    fill(this.element, this.head, h("div", { class: "split" }, h("section", { class: "map-place", "aria-label": say("map.label") }, this.mapPlace), h("div", { class: "side" }, this.sites)));
    this.deaf = onPlace((now, before) => this.moved(now, before));
    void this.ask();
    void this.openMap();
  }

  leave(): void {
    this.deaf();
    this.asking?.abort();
    this.map?.map.remove();
  }

  private moved(now: Place, before: Place): void {
    if (now.query.get("need") !== before.query.get("need")) void this.ask();
    else if (now.query.get("compare") !== before.query.get("compare") || now.path.join() !== before.path.join()) this.draw();
  }

  private all(): Match[] {
    return this.answer ? [...this.answer.matches, ...this.answer.to_check] : [];
  }

  private async ask(): Promise<void> {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    fill(this.sites, h("p", { class: "hint loading", role: "status" }, say("answer.looking")));
    fill(this.head);
    try {
      [this.answer] = await Promise.all([answerTo(need(), asking.signal), learn(spotsIn(need()))]);
      this.outlines = await outlinesOf(this.all(), asking.signal);
    } catch (error) {
      const mend = h("p", {}, h("a", { href: formAddress() }, say("answer.change")));
      refused(this.sites, error, () => void this.ask());
      if (!asking.signal.aborted) this.sites.append(mend);
      return;
    }
    this.draw();
    this.onMap(true);
  }

  /** Applies what would let land in, and asks again; the browser's back button takes it back. */
  private apply(given: Need): void {
    const text = written(given);
    if (text === null) return tell(say("need.too_long"));
    go(["answer"], { need: text, compare: null });
  }

  private compared(): Match[] {
    const keys = (place().query.get("compare") ?? "").split(",");
    return this.all().filter((one) => keys.includes(keyOf(one).replaceAll("+", "_")));
  }

  private compare(match: Match, on: boolean): void {
    const keys = this.compared().map(keyOf).filter((one) => one !== keyOf(match));
    const next = on ? [...keys, keyOf(match)] : keys;
    if (next.length > MOST_COMPARED) {
      tell(say("compare.most", { most: MOST_COMPARED }));
      return this.draw();
    }
    change({ compare: next.map((one) => one.replaceAll("+", "_")).join(",") || null }, true);
  }

  private draw(): void {
    if (!this.answer) return;
    const comparing = place().path[1] === "compare" && this.compared().length > 0;
    this.drawHead(this.answer, comparing);
    const focused = document.activeElement?.closest<HTMLElement>("[data-site]")?.dataset.site;
    fill(this.sites, comparing ? comparison(this.compared(), (match) => this.compare(match, false)) : this.cards(this.answer));
    this.element.classList.toggle("comparing", comparing);
    if (comparing) this.onMap(true);
    if (focused) this.sites.querySelector<HTMLElement>(`[data-site="${focused}"] input[type=checkbox]`)?.focus();
  }

  private drawHead({ matches, to_check, counts, as_of }: Answer, comparing: boolean): void {
    const several = this.compared();
    const joined = matches.filter((one) => one.assembly !== null).length;
    fill(
      this.head,
      h("div", { class: "answer-count", role: "status", "aria-live": "polite" }, h("p", {}, h("strong", {}, String(counts.proved)), ` ${say("answer.proved", { count: counts.proved })}`, joined > 0 && ` ${say("answer.joined", { count: joined })}`), h("p", { class: "hint" }, say("answer.others", { to_check: counts.to_check + counts.open, considered: counts.considered, day: day(as_of) }))),
      h(
        "div",
        { class: "answer-acts" },
        h("a", { class: "button", href: formAddress() }, say("answer.change")),
        comparing ? h("button", { type: "button", onclick: () => go(["answer"]) }, say("compare.back")) : h("button", { type: "button", disabled: several.length < 2, onclick: () => go(["answer", "compare"]) }, say("compare.open", { count: several.length })),
        h("button", { type: "button", class: "main", onclick: () => transmits(need(), (several.length ? several : [...matches, ...to_check].slice(0, MOST_COMPARED)).map((one) => one.title)) }, say("transmit.title")),
      ),
      h("details", { class: "asked" }, h("summary", {}, say("answer.asked")), h("ul", {}, summary(need()).map((line) => h("li", {}, line)))),
    );
  }

  private cards({ matches, to_check, says, relaxations, near_misses, counts }: Answer): HTMLElement[] {
    const drawn = (all: readonly Match[], from: number): HTMLElement[] => all.map((match, k) => card(match, this.outlines, { rank: from + k, compared: this.compared().includes(match), onCompare: (on) => this.compare(match, on), onShow: () => this.show(match) }));
    const part = (title: string, ...children: (HTMLElement | HTMLElement[] | false)[]): HTMLElement => h("section", { class: "part" }, h("h2", {}, title), ...children);
    const list = (all: readonly HTMLElement[]): HTMLElement => h("ul", { class: "ways" }, all.map((one) => h("li", {}, one)));
    const first = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
    const one = (label: string, to: Change): HTMLElement => h("button", { type: "button", onclick: () => this.apply(changed(need(), to)) }, first(label));
    return [
      ...says.map((sentence) => h("p", { class: "hint" }, sentence)),
      ...(matches.length ? [part(say("answer.matches"), drawn(matches, 1))] : [this.nothing(counts.rejected, to_check.length > 0)]),
      ...(to_check.length ? [part(say("answer.to_check"), h("p", { class: "hint" }, say("answer.to_check.hint")), drawn(to_check, matches.length + 1))] : []),
      ...(relaxations.length ? [part(say("answer.relaxations"), h("p", { class: "hint" }, say("answer.relaxations.hint")), list(relaxations.map((each) => one(each.says, each.change))))] : []),
      ...(near_misses.length
        ? [part(say("answer.near"), h("ul", { class: "near" }, near_misses.map((near) => h("li", {}, h("h3", {}, near.title), list(near.changes.map((each) => one(each.says, each))), this.why(near.parcel.id, near.title)))))]
        : []),
      part(say("why.title"), this.whyForm()),
    ];
  }

  private nothing(rejected: Record<string, number>, some: boolean): HTMLElement {
    const most = Object.entries(rejected).toSorted(([, a], [, b]) => b - a).slice(0, 4);
    return h("section", { class: "part none-found" }, h("h2", {}, say(some ? "answer.none_proved" : "answer.none")), most.length > 0 && [h("p", {}, say("answer.because")), h("ul", {}, most.map(([name, count]) => h("li", {}, `${wordOf("criterion", name)} : ${count}`)))], h("p", {}, h("a", { href: formAddress() }, say("answer.change"))));
  }

  private why(id: number, name: string): HTMLElement {
    return h("button", { type: "button", class: "plain", onclick: () => void explains(need(), id, (next) => this.apply(next)) }, say("why.open"), h("span", { class: "hidden" }, ` ${name}`));
  }

  /** For who does not point at the map: the number of a parcel, as its sheet and the list have it. */
  private whyForm(): HTMLElement {
    const input = h("input", { inputmode: "numeric", pattern: "[0-9]{1,18}", required: true, id: "why-parcel" });
    const send = (event: Event): void => {
      event.preventDefault();
      void explains(need(), Number(input.value), (next) => this.apply(next));
    };
    return h("form", { class: "row", onsubmit: send }, h("div", { class: "field" }, h("label", { for: input.id }, say("why.number")), input, h("p", { class: "hint" }, say("why.hint"))), h("button", {}, say("why.open")));
  }

  private show(match: Match): void {
    if (this.map && this.drawing) this.drawing.showSites(this.map.map, [match], this.outlines);
    else tell(say("map.none"));
  }

  private async openMap(): Promise<void> {
    try {
      const [{ ParcelMap }, drawing, bounds] = await Promise.all([import("../map/map"), import("./on_map"), extent()]);
      this.map = new ParcelMap(this.mapPlace, { at: null, bounds, asked: {}, drawn: null, onParcel: (id) => this.pointed(id), onMoved: (where) => change({ at: where }, true), onFar: () => undefined, onTold: tell });
      this.drawing = drawing;
      this.map.map.on("load", () => ((this.mapLoaded = true), this.onMap(true)));
    } catch {
      this.element.classList.add("without-map");
      fill(this.mapPlace, h("p", { class: "no-map" }, say("map.none")));
    }
  }

  private onMap(fit: boolean): void {
    if (!this.map || !this.mapLoaded || !this.drawing || !this.answer) return;
    this.drawing.drawAnswer(this.map.map, this.all(), this.outlines);
    const comparing = place().path[1] === "compare";
    if (fit || comparing) this.drawing.showSites(this.map.map, comparing ? this.compared() : this.all(), this.outlines);
    this.mapPlace.dataset.drawn = "true";
  }

  /** A site leads to its card; any other parcel to why it is none. */
  private pointed(id: number): void {
    const match = this.all().find((one) => one.parcel_ids.includes(id));
    if (!match) return void explains(need(), id, (next) => this.apply(next));
    if (place().path[1]) go(["answer"]);
    const site = this.sites.querySelector<HTMLElement>(`[data-site="${keyOf(match)}"]`);
    site?.scrollIntoView({ block: "start" });
    site?.focus();
  }
}
