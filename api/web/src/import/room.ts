// Files of land: sending one, those sent before, and what became of each. Which one is open stands in the address.

import { get, type Schemas } from "../api/client";
import { type Linked, listed, shows } from "../desk/parts";
import { hashOf, onPlace, place } from "../place";
import type { Room } from "../room";
import { isPlanner } from "../session/session";
import { fill, h } from "../ui/dom";
import { instant } from "../words/format";
import { type Key, say } from "../words/words";
import { Delivery } from "./delivery";
import { sends } from "./send";

type Brief = Schemas["Import"];

interface Page extends Linked {
  readonly imports: readonly Brief[];
}

export class ImportRoom implements Room {
  readonly element = h("div", { class: "desk-room import-room" });
  private readonly before = h("div", { class: "desk-lines" });
  private readonly one = h("section", { class: "desk-one", tabindex: "-1", "aria-label": say("import.one") });
  private readonly deaf: () => void;
  private open: Delivery | null = null;

  constructor() {
    if (!isPlanner()) fill(this.element, h("p", { class: "part" }, say("desk.sign_in")));
    else fill(this.element, h("div", { class: "desk-body" }, h("section", { class: "desk-list", "aria-label": say("import.title") }, sends(), h("h2", {}, say("import.before")), this.before), this.one));
    this.deaf = onPlace((now, before) => now.path.join() !== before.path.join() && this.show(true));
    this.show(false);
  }

  leave(): void {
    this.deaf();
    this.open?.leave();
  }

  private show(moved: boolean): void {
    const [room, id] = place().path;
    if (!isPlanner() || room !== "import") return;
    this.open?.leave();
    this.element.dataset.one = id ?? "";
    void this.list();
    this.open = id ? new Delivery(Number(id), () => void this.list()) : null;
    fill(this.one, this.open ? [h("a", { class: "back", href: "#/import" }, say("desk.back")), this.open.element] : h("p", { class: "hint" }, say("import.choose")));
    if (moved && id) this.one.focus({ preventScroll: true });
  }

  private list(): Promise<void> {
    const read = async (): Promise<Page> => (await get("/imports", { query: { limit: 20 } })) as unknown as Page;
    return shows(this.before, read, (page) => (page.imports.length ? listed(page, (one) => one.imports.map(line)) : h("p", {}, say("import.none"))))();
  }
}

const line = ({ id, file, status, sent_at }: Brief): HTMLElement => {
  const href = hashOf(["import", String(id)]);
  return h("li", {}, h("a", { href, "aria-current": href === hashOf() ? "true" : null }, file), h("small", {}, sent_at && instant(sent_at)), h("span", { class: "mark" }, say(`import.status.${status}` as Key)));
};
