// What loading a file would change, or has changed: counts, rows with a problem as a table and on the map, differences.

import { addressOf, get, type Schemas } from "../api/client";
import type { Outline } from "../api/parcels";
import { button } from "../desk/parts";
import { type Child, fill, h } from "../ui/dom";
import { complain } from "../ui/notice";
import { tabled } from "../ui/wide";
import { number } from "../words/format";
import { told } from "../words/values";
import { say, wordOf } from "../words/words";

type Import = Schemas["Import"];
type Said = Record<string, unknown>;

/** A row with what is wrong of it, as the report has it, or as a feature's properties. */
interface Row {
  readonly row: number;
  readonly key?: string | null;
  readonly name?: string | null;
  readonly field: string;
  readonly message: string;
  readonly problem?: "rejection" | "repair";
}

export interface Problem {
  readonly geometry: Outline | null;
  readonly properties: Row;
}

interface Change {
  readonly row: number;
  readonly key?: string;
  readonly name?: string | null;
  readonly fields?: Record<string, [unknown, unknown]>;
}

const COUNTS = ["new", "changed", "unchanged", "rejected", "conflicting", "repaired", "missing"] as const;
/** Rows of a table; all are in the file of problems. */
const MOST = 200;

export const isOfParcels = (one: Import): boolean => "parcels" in ((one.report?.layers as object | undefined) ?? { parcels: 0 });

export function report(one: Import): { element: HTMLElement; leave: () => void } {
  const problems = h("div", { class: "part" });
  const said = one.report as Said;
  const element = h("div", { class: "desk-sheet" }, counts(one.rows ?? {}), problems, differences(said), remarks(said));
  let leave = (): void => undefined;
  void drawProblems(one, problems).then((left) => (leave = left), complain);
  return { element, leave: () => leave() };
}

function counts(rows: Record<string, number | null>): HTMLElement {
  const shown = COUNTS.filter((name) => rows[name] !== null && rows[name] !== undefined);
  return h("dl", { class: "figures-row" }, shown.map((name) => h("div", {}, h("dt", {}, say(`import.count.${name}`)), h("dd", {}, number(rows[name] ?? 0)))));
}

/** A list of a report, which has it whole or by its first. */
const listOf = <T>(list: unknown): T[] => (Array.isArray(list) ? list : ((list as { first?: T[] } | undefined)?.first ?? []));

async function drawProblems(one: Import, place: HTMLElement): Promise<() => void> {
  const drawn = (await get("/imports/{import_id}/problems", { path: { import_id: one.id } })) as unknown as { features: Problem[] };
  const said = one.report as Said;
  const plain = [...listOf<Row>(said.rejections), ...listOf<Said>(said.conflicts).map(conflict)].map((properties) => ({ geometry: null, properties }));
  const all = drawn.features.length ? drawn.features : plain;
  if (!all.length) {
    fill(place, h("p", {}, say("import.problems.none")));
    return () => undefined;
  }
  const href = addressOf("/imports/{import_id}/problems", { path: { import_id: one.id } });
  const map = h("div", { class: "map" });
  const onMap = all.some((each) => each.geometry) ? h("div", { class: "map-place" }, map) : null;
  let show: ((problem: Problem) => void) | null = null;
  const rows = all.slice(0, MOST).map((problem) => row(problem, () => show?.(problem)));
  const more = all.length > MOST && say("import.problems.first", { count: MOST, all: number(all.length) });
  const heads = ["import.row", "import.what", "import.why"] as const;
  fill(place, h("h3", {}, say("import.problems")), onMap, tabled(say("import.problems"), heads, rows), h("p", { class: "hint" }, more, " ", h("a", { href, download: `${one.file}.problems.geojson` }, say("import.download"))));
  if (!onMap) return () => undefined;
  try {
    const made = await (await import("./on_map")).drawsProblems(map, all, (k) => rows[k]?.querySelector("button")?.focus());
    show = (problem) => (onMap.scrollIntoView({ block: "nearest" }), made.show(problem));
    return made.leave;
  } catch {
    // No WebGL: the table has everything
    onMap.remove();
    for (const each of rows) each.querySelector("button")?.remove();
    return () => undefined;
  }
}

function row({ geometry, properties: { row: place, key, name, field, message, problem } }: Problem, show: () => void): HTMLElement {
  const mark = problem && h("span", { class: `mark ${problem === "rejection" ? "forbidden" : ""}` }, say(`import.${problem}`));
  const label = say("import.show", { row: String(place) });
  return h("tr", {}, h("th", { scope: "row", class: "figures" }, String(place)), h("td", {}, name ?? key, h("small", {}, wordOf("property", field)), geometry && button(say("site.show"), show, { class: "plain", "aria-label": label })), h("td", {}, mark, " ", message));
}

/** A field that somebody else changed since the file was written. */
const conflict = (said: Said): Row => ({ row: Number(said.row), name: `${say("parcel.number", { id: String(said.id) })}`, field: String(said.field), message: `${say("conflict.before")} : ${told(String(said.field), said.base)} · ${say("conflict.now")} : ${told(String(said.field), said.current)} · ${say("conflict.mine")} : ${told(String(said.field), said.file)}` });

/** Field by field what the rows that are there already would become. */
function differences(said: Said): Child {
  const ofLayers = Object.values((said.differences ?? {}) as Record<string, { changed: Change[] }>).flatMap((layer) => layer.changed);
  const lines = [
    ...ofLayers.flatMap(({ row: place, name, key, fields }) => Object.entries(fields ?? {}).map(([field, [before, after]]) => ({ place, name: name ?? key, field, before, after }))),
    ...listOf<Said>(said.changes).map((one) => ({ place: Number(one.row), name: say("parcel.number", { id: String(one.id) }), field: String(one.field), before: one.before, after: one.after })),
  ].slice(0, MOST);
  if (!lines.length) return null;
  const rows = lines.map(({ place, name, field, before, after }) => h("tr", {}, h("th", { scope: "row", class: "figures" }, String(place)), h("td", {}, name), h("td", {}, wordOf("property", field)), h("td", {}, told(field, before)), h("td", {}, told(field, after))));
  return h("section", { class: "part" }, h("h3", {}, say("import.changes")), tabled(say("import.changes"), ["import.row", "import.what", "conflict.field", "conflict.now", "import.after"], rows));
}

function remarks(all: Said): Child {
  const said = [...new Set(listOf<Row>(all.remarks).map((one) => one.message))].slice(0, MOST);
  return said.length > 0 && h("section", { class: "part" }, h("h3", {}, say("import.remarks")), h("ul", { class: "said" }, said.map((one) => h("li", {}, one))));
}
