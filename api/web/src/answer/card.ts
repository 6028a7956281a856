// One site of an answer: where it stands, its building, what speaks for it and against it, what is still to ask.

import type { Outline } from "../api/parcels";
import { keepsSite } from "../desk/keeping";
import type { Criterion, Match, Quantiles } from "../need/asking";
import { type Child, h } from "../ui/dom";
import { area, day, number, percent } from "../words/format";
import { lang, say, type Key } from "../words/words";
import { sitePlan } from "./plan";

const HUNDRED = 100;
/** A wish that is satisfied less than this speaks against a site. */
const POOR = 0.35;

export interface Choosing {
  readonly rank: number;
  readonly compared: boolean;
  readonly onCompare: (on: boolean) => void;
  readonly onShow: () => void;
}

export const keyOf = (match: Match): string => match.parcel_ids.join("+");
export const landOf = (match: Match): number | null => (match.assembly ? match.assembly.parcels.reduce((sum, one) => sum + (one.surface_m2 ?? 0), 0) : match.parcel.surface_m2);

/** `74` where it is known, `74 à 86` where facts are missing. */
export function scoreTold({ score: { min, max } }: Match): string {
  const [low, high] = [Math.round(min * HUNDRED), Math.round(max * HUNDRED)];
  return low === high ? String(low) : say("score.between", { low, high });
}

/** The step that decides the date, as people call it. */
export function blocking({ readiness, critical_step }: Match): string | null {
  const step = readiness?.steps.find((one) => one.code === critical_step);
  return step ? (lang() === "fr" ? step.label : step.label_en) : null;
}

export const startOf = ({ readiness }: Match): Quantiles => readiness?.start ?? null;

function list(title: Key, kind: string, all: readonly Child[]): HTMLElement | false {
  return all.length > 0 && h("section", { class: `reasons ${kind}` }, h("h4", {}, say(title)), h("ul", {}, all.map((one) => h("li", {}, one))));
}

const first = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const told = ({ label, says }: Criterion): string => (says === label ? first(says) : `${first(label)} : ${says}`);

export function speaks(match: Match): { pro: string[]; con: string[]; ask: Child[] } {
  const poor = match.score.contributions.filter((one) => one.satisfaction.max < POOR).map((one) => say("site.poor", { wish: first(one.says) }));
  const of = (verdict: Criterion["verdict"]): Criterion[] => match.criteria.filter((one) => one.verdict === verdict);
  return {
    pro: of("pass").filter((one) => one.name !== "origin").map(told),
    con: [...of("fail").map(told), ...poor],
    ask: of("unknown").map((one) => [told(one), one.ask && h("small", {}, say("site.ask", { who: one.ask }))]),
  };
}

function score(match: Match): HTMLElement {
  const rows = match.score.contributions.map(({ says, satisfaction, contribution }) =>
    h("tr", {}, h("th", { scope: "row" }, first(says)), h("td", { class: "figures" }, interval(satisfaction.min, satisfaction.max, percent)), h("td", { class: "figures" }, interval(contribution.min * HUNDRED, contribution.max * HUNDRED, (value) => number(value, { maximumFractionDigits: 0 })))),
  );
  const table = h("table", {}, h("caption", { class: "hidden" }, say("score.caption")), h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("score.wish")), h("th", { scope: "col", class: "figures" }, say("score.satisfied")), h("th", { scope: "col", class: "figures" }, say("score.points")))), h("tbody", {}, rows));
  return h("details", { class: "score-parts" }, h("summary", {}, say("score.parts")), rows.length ? table : h("p", { class: "hint" }, say("score.none")));
}

function interval(low: number, high: number, write: (value: number) => string): string {
  const [one, other] = [write(low), write(high)];
  return one === other ? one : say("score.between", { low: one, high: other });
}

export function card(match: Match, outlines: ReadonlyMap<number, Outline>, { rank, compared, onCompare, onShow }: Choosing): HTMLElement {
  const { pro, con, ask } = speaks(match);
  const start = startOf(match);
  const step = blocking(match);
  const check = h("input", { type: "checkbox", checked: compared, onchange: (event: Event) => onCompare((event.target as HTMLInputElement).checked) });
  const places = [match.parcel.commune_name, area(landOf(match)), match.fit && say(`fit.${match.fit}` as Key)].filter(Boolean).join(" · ");
  return h(
    "article",
    { class: "site", tabindex: "-1", "data-site": keyOf(match), "aria-label": match.title },
    h("header", {}, h("span", { class: "rank", "aria-hidden": "true" }, rank), h("div", {}, h("h3", {}, match.parcel_ids.length === 1 ? h("a", { href: `#/parcels/${match.parcel_ids[0] ?? ""}` }, match.title) : match.title), h("p", {}, places), h("p", { class: "hint" }, match.says.map(first).join(" · "))), h("p", { class: "score" }, h("strong", {}, scoreTold(match)), h("small", {}, say("score.of")))),
    h("div", { class: "site-body" }, sitePlan(match, outlines), h("div", {}, h("p", { class: "site-when" }, start?.p80 ? say("site.start", { day: day(start.p80) }) : say("site.start.unknown"), step && h("small", {}, say("site.blocking", { step }))), list("site.for", "pro", pro))),
    h("div", { class: "site-more" }, list("site.against", "con", con), list("site.check", "ask", ask)),
    score(match),
    h("p", { class: "site-acts" }, h("label", { class: "choice" }, check, h("span", {}, say("compare.add"), h("span", { class: "hidden" }, ` ${match.title}`))), h("button", { type: "button", class: "plain", onclick: onShow }, say("site.show"), h("span", { class: "hidden" }, ` ${match.title}`)), keepsSite(match.parcel_ids, match.title, pro.slice(0, 2))),
  );
}
