// Facts as people write them: numbers, surfaces, lengths, days.

import { locale, say } from "./words";

const SQUARE_METRES_OF_HECTARE = 10_000;

type Digits = Intl.NumberFormatOptions;

export function number(value: number, digits: Digits = { maximumFractionDigits: 2 }): string {
  return new Intl.NumberFormat(locale(), digits).format(value);
}

/** A surface: square metres, and hectares from one up. */
export function area(squareMetres: number | null | undefined): string {
  if (squareMetres === null || squareMetres === undefined) return say("unknown");
  if (squareMetres < SQUARE_METRES_OF_HECTARE) return `${number(Math.round(squareMetres))}\u00a0m²`;
  return `${hectares(squareMetres)}\u00a0ha`;
}

/** Hectares with two decimals, without their unit: aligned below a heading that names it. */
export function hectares(squareMetres: number): string {
  return number(squareMetres / SQUARE_METRES_OF_HECTARE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

export function metres(value: number): string {
  return value >= 1000 ? `${number(value / 1000, { maximumFractionDigits: 1 })}\u00a0km` : `${number(value, { maximumFractionDigits: value < 100 ? 1 : 0 })}\u00a0m`;
}

export const percent = (share: number): string => number(share, { style: "percent", maximumFractionDigits: 0 });

const numeric = (): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale(), { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" });

/** A day as `2027-03-31` says it, or the day of an instant. */
export function day(iso: string | null | undefined): string {
  return iso ? numeric().format(dateOf(iso)) : say("unknown");
}

export function month(iso: string | null | undefined): string {
  if (!iso) return say("unknown");
  return new Intl.DateTimeFormat(locale(), { month: "short", year: "numeric", timeZone: "UTC" }).format(dateOf(iso));
}

export const dateOf = (iso: string): Date => new Date(`${iso.slice(0, 10)}T00:00:00Z`);

/** The day so many days later, as fields of days have it. */
export const inDays = (iso: string, days: number): string => new Date(dateOf(iso).getTime() + days * 86_400_000).toISOString().slice(0, 10);

/** The last day of what ends with it, at midnight. */
export const lastDay = (iso: string): string => day(inDays(iso, -1));

/** An instant by the clock of the service, as its mails have it: the reader may be elsewhere. */
export function byItsClock(iso: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "short", timeStyle: "short", timeZone: "UTC" }).format(new Date(iso.replace(/(Z|[+-]\d\d:\d\d)$/, "Z")));
}

export function instant(iso: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "short", timeStyle: "short" }).format(new Date(iso));
}
