// The need that is being written: the service's own document (GET /schemas/need), kept in the address and nowhere else.

import { place } from "../place";

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type Need = { [name: string]: Json };
export type Path = readonly (string | number)[];

/** What an address may hold; a need that is longer is not shared by link. */
const LONGEST = 6000;
export const EMPTY_NEED: Need = { schema: "emprise/need/1", probability: 0.8 };

/** The need of an address; an empty one where it holds none that can be read. */
export function needOf(query: URLSearchParams): Need {
  try {
    const bytes = Uint8Array.from(atob((query.get("need") ?? "").replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
    const read = JSON.parse(new TextDecoder().decode(bytes)) as Json;
    return isObject(read) ? read : { ...EMPTY_NEED };
  } catch {
    return { ...EMPTY_NEED };
  }
}

/** The need of this place of the page. */
export const need = (): Need => needOf(place().query);

/** The need as a parameter of the address; null where it is too long for one. */
export function written(given: Need): string | null {
  const bytes = new TextEncoder().encode(JSON.stringify(given));
  const text = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return text.length <= LONGEST ? text : null;
}

export const isObject = (value: Json | undefined): value is { [name: string]: Json } => typeof value === "object" && value !== null && !Array.isArray(value);

export function at(given: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, step) => (typeof value === "object" && value !== null ? (value as { [name: string]: Json })[step] : undefined), given);
}

/** The need with a value at a path; undefined takes it out, and with it whatever it leaves empty. */
export function put(given: Need, path: Path, value: Json | undefined): Need {
  const made = replaced(given, path, value);
  return isObject(made) ? made : {};
}

function replaced(given: Json | undefined, [step, ...rest]: Path, value: Json | undefined): Json | undefined {
  if (step === undefined) return value;
  const inner = replaced(at(given, [step]), rest, value);
  if (typeof step === "number") {
    const all = Array.isArray(given) ? [...given] : [];
    if (inner === undefined) all.splice(step, 1);
    else all[step] = inner;
    return all.length ? all : undefined;
  }
  const { [step]: _, ...others } = isObject(given) ? given : {};
  const made = inner === undefined ? others : { ...(isObject(given) ? given : {}), [step]: inner };
  return Object.keys(made).length ? made : undefined;
}

/** The steps of `buildings[0].length_m`, or of `/buildings/0/length_m`. */
export const steps = (path: string): Path => path.split(/[./[\]]+/).filter(Boolean).map((step) => (/^\d+$/.test(step) ? Number(step) : step));

export interface Change {
  path: string;
  to: Json;
  also?: Change[];
}

/** The need with a change that the service proposed. */
export function changed(given: Need, { path, to, also = [] }: Change): Need {
  const where = steps(path);
  const before = at(given, where);
  // A building or a range is changed in the members that are told: what else was said of it stays
  const value = isObject(before) && isObject(to) ? { ...before, ...to } : to;
  return also.reduce(changed, put(given, where, value ?? undefined));
}
