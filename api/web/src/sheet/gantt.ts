// The steps to the use of a parcel as bars over months: where each stands, when it ends, which ones decide.

import type { Schemas } from "../api/client";
import { type Child, h, s } from "../ui/dom";
import { wide } from "../ui/wide";
import { dateOf, day, month, number } from "../words/format";
import { type Key, say } from "../words/words";

export type Readiness = Schemas["Readiness"];
export type Step = Readiness["steps"][number];

const WIDTH = 1000;
const OVER = ["done", "not_needed"];
const DAY_MS = 86_400_000;

interface Span {
  readonly from: number;
  readonly to: number;
}

const at = (iso: string, { from, to }: Span): number => ((dateOf(iso).getTime() - from) / (to - from)) * WIDTH;

/** From today to the last end, whole months. */
function spanOf(readiness: Readiness, steps: readonly Step[]): Span {
  const from = dateOf(readiness.as_of ?? new Date().toISOString());
  const ends = steps.flatMap((step) => [step.ends?.p80, step.ends?.p50, step.begins?.p50]).filter((one): one is string => Boolean(one));
  const last = Math.max(from.getTime() + 90 * DAY_MS, ...ends.map((one) => dateOf(one).getTime()));
  return { from: from.getTime(), to: last + (last - from.getTime()) * 0.03 };
}

/** First days of months or years within a span, four at most. */
export function marks({ from, to }: Span): Date[] {
  const months = (to - from) / DAY_MS / 30.4;
  const every = [1, 2, 3, 6, 12, 24, 60, 120].find((one) => months / one <= 4) ?? 240;
  const first = new Date(from);
  const found: Date[] = [];
  for (let k = first.getUTCFullYear() * 12 + first.getUTCMonth() + 1; found.length < 40; k += 1) {
    const one = new Date(Date.UTC(Math.floor(k / 12), k % 12, 1));
    if (one.getTime() > to) break;
    if (k % every === 0) found.push(one);
  }
  return found;
}

function bar(step: Step, span: Span, critical: boolean): SVGSVGElement {
  const made = s("svg", { class: "bar", viewBox: `0 0 ${WIDTH} 20`, preserveAspectRatio: "none", "aria-hidden": "true" });
  for (const one of marks(span)) made.append(s("path", { class: "grid", d: `M${at(one.toISOString(), span).toFixed(1)} 0V20` }));
  const [begins, ends] = [step.begins?.p50, step.ends?.p50];
  if (!begins || !ends) return made;
  const [x1, x2] = [at(begins, span), at(ends, span)];
  const late = step.ends?.p80 ? at(step.ends.p80, span) : x2;
  made.append(s("rect", { class: "late", x: x2.toFixed(1), y: 7.5, width: Math.max(0, late - x2).toFixed(1), height: 5 }));
  made.append(s("rect", { class: critical ? "critical" : "slack", x: x1.toFixed(1), y: 4, width: Math.max(3, x2 - x1).toFixed(1), height: 12 }));
  return made;
}

function axis(span: Span): HTMLElement {
  const place = h("div", { class: "months", "aria-hidden": "true" });
  for (const one of marks(span)) {
    const label = h("span", {}, month(one.toISOString()));
    label.style.left = `${(at(one.toISOString(), span) / WIDTH) * 100}%`;
    place.append(label);
  }
  return place;
}

export interface Wishes {
  /** What may be done with a step; null for who may only read. */
  readonly act: ((step: Step) => Child) | null;
}

export function gantt(readiness: Readiness, wishes: Wishes): Child[] {
  const open = readiness.steps.filter((step) => !OVER.includes(step.state ?? ""));
  const over = readiness.steps.filter((step) => OVER.includes(step.state ?? ""));
  return [open.length > 0 && ahead(readiness, open, wishes), over.length > 0 && behind(over, wishes)];
}

function ahead(readiness: Readiness, steps: readonly Step[], { act }: Wishes): HTMLElement {
  const span = spanOf(readiness, steps);
  const row = (step: Step): HTMLElement => {
    const critical = readiness.critical_path.includes(step.code ?? "");
    return h(
      "tr",
      { class: critical ? "is-critical" : "" },
      h("th", { scope: "row" }, step.label, critical && h("span", { class: "tag" }, say("gantt.critical")), h("span", { class: "source" }, sourceOf(step))),
      h("td", { class: "state" }, say(`state.${step.state ?? "unknown"}` as Key), step.stale && h("span", { class: "tag warn" }, say("gantt.stale"))),
      h("td", { class: "bar-cell" }, bar(step, span, critical)),
      h("td", { class: "figures" }, step.ends ? day(step.ends.p50) : "", step.ends?.p80 && h("small", {}, day(step.ends.p80))),
      act && h("td", {}, act(step)),
    );
  };
  const heads = [h("th", { scope: "col" }, say("gantt.step")), h("th", { scope: "col" }, say("gantt.state")), h("th", { scope: "col", class: "bar-cell" }, h("span", { class: "hidden" }, say("gantt.when")), axis(span)), h("th", { scope: "col", class: "figures" }, say("gantt.end"), h("small", {}, say("gantt.end.prudent")))];
  return h("table", { class: "gantt" }, h("caption", {}, say("gantt.caption")), h("thead", {}, h("tr", {}, heads, act && h("th", { scope: "col" }, h("span", { class: "hidden" }, say("gantt.act"))))), h("tbody", {}, steps.map(row)));
}

function behind(steps: readonly Step[], { act }: Wishes): HTMLElement {
  const row = (step: Step): HTMLElement => h("li", {}, h("span", {}, step.label, " : ", say(`state.${step.state ?? "unknown"}` as Key), step.since ? `, ${day(step.since)}` : "", h("span", { class: "source" }, sourceOf(step))), act && act(step));
  return h("details", { class: "over" }, h("summary", {}, say("gantt.over", { count: steps.length })), h("ul", {}, steps.map(row)));
}

const sourceOf = (step: Step): string => [step.source, step.attested_on && say("gantt.said_on", { day: day(step.attested_on) })].filter(Boolean).join(" · ");

/** The dates by probability, in figures. */
export function quantiles(readiness: Readiness): HTMLElement {
  const names = ["start", "start_cleared", "power", "production"] as const;
  const rows = names.filter((name) => readiness[name]);
  const levels = ["p10", "p50", "p80", "p90"] as const;
  const table = h(
    "table",
    { class: "small quantiles" },
    h("caption", {}, say("quantiles.caption")),
    h("thead", {}, h("tr", {}, h("td", {}), levels.map((level) => h("th", { scope: "col", class: "figures" }, say(`quantile.${level}`), h("small", {}, number(Number(level.slice(1)) / 100, { style: "percent" })))))),
    h("tbody", {}, rows.map((name) => h("tr", {}, h("th", { scope: "row" }, say(`milestone.${name}`)), levels.map((level) => h("td", { class: "figures" }, day(readiness[name]?.[level])))))),
  );
  return wide(say("quantiles.caption"), table);
}
