// A value of a fact, as the service has it, in the reader's words.

import { area, day, number } from "./format";
import { type Family, say, wordOf } from "./words";

const LISTED: readonly string[] = ["market", "industry", "visibility"];

export function told(name: string, value: unknown): string {
  if (value === null || value === undefined) return say("unknown");
  if (LISTED.includes(name)) return wordOf(name as Family, String(value));
  if (typeof value === "number") return number(value);
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  if (typeof value === "string") return /^\d{4}-\d\d-\d\d$/.test(value) ? day(value) : value;
  if (Array.isArray(value)) return value.join(", ");
  const surface = (value as { area_m2?: unknown }).area_m2;
  return typeof surface === "number" ? area(surface) : say("proposal.outline");
}
