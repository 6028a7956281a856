import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const CATALOGUES = fileURLToPath(new URL("../catalogues/", import.meta.url));
const OWN = fileURLToPath(new URL("src/words/", import.meta.url));
const NAME = "emprise:words/";

/** What the page calls things by as the rest of the service does: the families of sentences it takes from there. */
const FAMILIES = ["property", "market", "industry", "class", "kind", "visibility", "criterion", "words.layer", "words.project_status"];
/** Where letters about the market stand: sentences, not words. */
const LETTERS = "market.";

function wordsOf(lang: string): Record<string, string> {
  const files = readdirSync(CATALOGUES).filter((name) => name.endsWith(`.${lang}.json`) && !name.startsWith(LETTERS));
  const all = files.flatMap((name) =>
    Object.entries(JSON.parse(readFileSync(CATALOGUES + name, "utf8")) as Record<string, string>),
  );
  return Object.fromEntries(all.filter(([key]) => FAMILIES.some((family) => key.startsWith(`${family}.`))).sort());
}

/** Every sentence of a language: the page's own, and the words it takes. */
function sentencesOf(lang: string): Record<string, string> {
  return { ...wordsOf(lang), ...(JSON.parse(readFileSync(`${OWN}${lang}.json`, "utf8")) as Record<string, string>) };
}

function listOf(what: string): (string | undefined)[] {
  const keys = Object.keys(sentencesOf("fr")).sort();
  const said = what === "keys" ? null : sentencesOf(what);
  return keys.map((key) => (said ? said[key] : key));
}

/** Makes `import said from "emprise:words/fr"` the sentences, in the order of `emprise:words/keys`: keys are sent once. */
export function words(): Plugin {
  return {
    name: "emprise-words",
    resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : null),
    load: (id) => (id.startsWith(`\0${NAME}`) ? `export default ${JSON.stringify(listOf(id.slice(NAME.length + 1)))}` : null),
  };
}
