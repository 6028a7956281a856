// Every sentence the page says, in the reader's language. Keys of the page's own catalogue are checked by the compiler.

import keys from "emprise:words/keys";
import type fr from "./fr.json";

export type Lang = "fr" | "en";
export type Key = keyof typeof fr;
export type Params = Record<string, string | number>;

/** The families of words that the rest of the service says as well (see words.ts beside vite.config.ts). */
export type Family = "property" | "market" | "industry" | "class" | "kind" | "visibility" | "criterion" | "words.layer" | "words.project_status";

const LOADED: Record<Lang, () => Promise<{ default: readonly string[] }>> = {
  fr: () => import("emprise:words/fr"),
  en: () => import("emprise:words/en"),
};

let current: Lang = "fr";
let sentences: Record<string, string> = {};

/** The language of the reader: asked for in the address, else the browser's first that is ours, else French. */
export function chosenLanguage(search: string, wanted: readonly string[]): Lang {
  const known = (tag: string | null): tag is Lang => tag === "fr" || tag === "en";
  const asked = new URLSearchParams(search).get("lang");
  return known(asked) ? asked : (wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(known) ?? "fr");
}

export async function loadWords(lang: Lang): Promise<void> {
  const said = (await LOADED[lang]()).default;
  sentences = Object.fromEntries(keys.map((key, at) => [key, said[at] ?? key]));
  current = lang;
}

export const lang = (): Lang => current;

/** The sentence of a key, its {parameters} filled in; `{count:ligne|lignes}` takes the word that the amount wants. */
export function say(key: Key, params: Params = {}): string {
  return filled(sentences[key] ?? key, params);
}

/** What a value of a listed kind is called; a value without a word is shown as it is. */
export function wordOf(family: Family, value: string | null | undefined): string {
  if (value === null || value === undefined) return say("unknown");
  return sentences[`${family}.${value}`] ?? value;
}

function filled(sentence: string, params: Params): string {
  return sentence.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    if (one === undefined) return typeof value === "number" ? new Intl.NumberFormat(locale()).format(value) : value;
    return isOne(Number(value)) ? one : (many ?? "");
  });
}

const isOne = (amount: number): boolean => (current === "fr" ? Math.abs(amount) < 2 : amount === 1);

export const locale = (): string => (current === "fr" ? "fr-FR" : "en-GB");
