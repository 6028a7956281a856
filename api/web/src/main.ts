// The page: its frame, then the room that the address names.

import "./style/base.css";
import "./style/frame.css";
import "./style/explore.css";
import "./style/table.css";
import "./style/sheet.css";
import "./style/need.css";
import "./style/answer.css";
import "./style/desk.css";
import "./style/import.css";
import { onPlace, place } from "./place";
import type { Room } from "./room";
import { type RoomName, roomOf, rooms } from "./rooms";
import { account } from "./session/account";
import { loadSession } from "./session/session";
import { fill, h } from "./ui/dom";
import { complain, notices } from "./ui/notice";
import { chosenLanguage, type Lang, lang, loadWords, say } from "./words/words";

const main = h("main", { id: "main", tabindex: "-1" });
const menu = h("nav");
let shown: { name: RoomName; room: Room } | null = null;

function otherLanguage(): HTMLElement {
  const other: Lang = lang() === "fr" ? "en" : "fr";
  const link = h("a", { href: `?lang=${other}`, hreflang: other, lang: other }, say("other_language"));
  const follow = (): void => void (link.href = `?lang=${other}${location.hash}`);
  for (const event of ["pointerdown", "focus"]) link.addEventListener(event, follow);
  return link;
}

function frame(page: Element): void {
  const skip = h("a", { class: "skip", href: "#main", onclick: (event: Event) => (event.preventDefault(), main.focus()) }, say("skip"));
  menu.setAttribute("aria-label", say("nav.label"));
  fill(page, skip, h("header", { class: "frame" }, h("a", { class: "brand", href: "#/" }, "Emprise"), menu, otherLanguage(), account()), main, foot(), notices);
}

function foot(): HTMLElement {
  const link = (page: "accessibility" | "privacy"): HTMLElement => h("a", { href: `../${page}?lang=${lang()}` }, say(`about.${page}`));
  return h("footer", { class: "foot" }, link("accessibility"), link("privacy"));
}

function drawMenu(current: RoomName): void {
  const links = rooms().filter(({ label }) => label !== null).map(({ name, href, label }) => h("a", { href, "aria-current": name === current ? "page" : null }, label));
  fill(menu, links, h("a", { href: "../collections" }, say("nav.lists")));
}

async function show(): Promise<void> {
  const { name, title, open } = roomOf(place().path);
  if (shown?.name === name) return;
  shown?.room.leave?.();
  const room = await open();
  shown = { name, room };
  document.title = `${title} – Emprise`;
  drawMenu(name);
  fill(main, h("h1", { class: "hidden" }, title), room.element);
}

async function start(): Promise<void> {
  // The map is most of what the page is made of, and most rooms have one: it comes beside the rest, not after it
  const ahead = place().path[0] === "desk" ? null : import("./map/map");
  ahead?.catch(() => undefined);
  const known = loadSession().catch((error: unknown) => error);
  await loadWords(chosenLanguage(location.search, navigator.languages));
  document.documentElement.lang = lang();
  const refused = await known;
  if (refused) complain(refused);
  frame(document.querySelector("#page") as Element);
  onPlace(() => void show());
  await show();
}

void start();
