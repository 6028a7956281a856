import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const CATALOGUES = fileURLToPath(new URL("../catalogues/", import.meta.url));
const NAME = "emprise:words/";

/** What the page calls things by as the rest of the service does: the families of sentences it takes from there. */
const FAMILIES = ["property", "market", "industry", "class", "kind", "visibility", "criterion", "words.project_status"];

function wordsOf(lang: string): Record<string, string> {
  const files = readdirSync(CATALOGUES).filter((name) => name.endsWith(`.${lang}.json`));
  const all = files.flatMap((name) =>
    Object.entries(JSON.parse(readFileSync(CATALOGUES + name, "utf8")) as Record<string, string>),
  );
  return Object.fromEntries(all.filter(([key]) => FAMILIES.some((family) => key.startsWith(`${family}.`))).sort());
}

/** Makes `import words from "emprise:words/fr"` the words of those families. */
export function words(): Plugin {
  return {
    name: "emprise-words",
    resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : null),
    load: (id) => (id.startsWith(`\0${NAME}`) ? `export default ${JSON.stringify(wordsOf(id.slice(NAME.length + 1)))}` : null),
  };
}
