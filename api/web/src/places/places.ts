// Places by name: communes, departments, named areas (EPCI, SCoT...); of what is not loaded, those that land lies in.

import { get } from "../api/client";
import { say } from "../words/words";

export type Kind = "communes" | "departments" | "named";

export interface Spot {
  readonly kind: Kind;
  /** INSEE, number of the department, or `kind/code` of an area. */
  readonly code: string;
}

export interface Found extends Spot {
  readonly name: string;
}

const OFFERED = 8;
const EPCI = "epci/";
export const departmentOf = (typed: string): string | null => (/^(\d{2,3}|2[ab])$/i.test(typed) ? typed.toUpperCase() : null);

/** Text as CQL2 has it. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
export const like = (field: string, pattern: string): string => `ACCENTI(CASEI(${field})) LIKE ACCENTI(CASEI(${text(pattern)}))`;
export const plain = (part: string): string => part.replace(/[%_\\]/g, "\\$&");

async function list(collection: "communes" | "areas" | "parcels", filter: string, properties: string): Promise<Record<string, string>[]> {
  const query = { filter, properties, limit: OFFERED, skipGeometry: "true" };
  const found = (await get(`/collections/${collection}/items`, { query })) as unknown as { features: { properties: Record<string, string> }[] };
  return found.features.map((one) => one.properties);
}

const names = new Map<string, string>();

async function found(ofCommunes: string | null, ofAreas: string | null, ofLand: (readonly [string, "commune" | "epci"])[]): Promise<Found[]> {
  const land = ofLand.map(async ([filter, what]) => (await list("parcels", filter, `${what},${what}_name`)).map((one) => ({ kind: what === "epci" ? ("named" as const) : ("communes" as const), code: `${what === "epci" ? EPCI : ""}${one[what] ?? ""}`, name: one[`${what}_name`] ?? "" })));
  const [communes, areas, ...lands] = await Promise.all([ofCommunes ? list("communes", ofCommunes, "insee,name") : [], ofAreas ? list("areas", ofAreas, "kind,code,name") : [], ...land]);
  const all: Found[] = [
    ...communes.map((one) => ({ kind: "communes" as const, code: one.insee ?? "", name: one.name ?? "" })),
    ...areas.map((one) => ({ kind: "named" as const, code: `${one.kind ?? ""}/${one.code ?? ""}`, name: one.name ?? "" })),
    ...lands.flat(),
  ];
  for (const one of all) if (!names.has(one.code)) names.set(one.code, one.name);
  return [...new Map(all.map((one) => [one.code, one])).values()];
}

/** Communes whose name begins as typed, areas whose name holds it. */
export async function places(typed: string): Promise<Found[]> {
  const department = departmentOf(typed);
  if (department) return [{ kind: "departments", code: department, name: nameOf({ kind: "departments", code: department }) }];
  const [begins, holds] = [`${plain(typed)}%`, `%${plain(typed)}%`];
  return found(like("name", begins), like("name", holds), [[like("commune_name", begins), "commune"], [like("epci_name", holds), "epci"]]);
}

/** What a place is called; its code until that is known. */
export const nameOf = ({ kind, code }: Spot): string => (kind === "departments" ? say("need.department", { code }) : (names.get(code) ?? code));

/** Asks for the names of places that came with the address; whether one is known now that was not. */
export async function learn(spots: readonly Spot[]): Promise<boolean> {
  const unknown = spots.filter(({ kind, code }) => (kind === "communes" || code.includes("/")) && !names.has(code));
  const asked = unknown.map(({ kind, code }) => {
    const [area = "", number = ""] = code.split("/", 2);
    if (kind === "communes") return found(`insee = ${text(code)}`, null, [[`commune = ${text(code)}`, "commune"]]);
    return found(null, `kind = ${text(area)} AND code = ${text(number)}`, code.startsWith(EPCI) ? [[`epci = ${text(number)}`, "epci"]] : []);
  });
  await Promise.all(asked).catch(() => undefined);
  for (const { code } of unknown) if (!names.has(code)) names.set(code, code);
  return unknown.length > 0;
}
