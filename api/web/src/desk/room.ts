// The desk: enquiries to answer, what others propose, projects. What is open stands in the address.

import { hashOf, onPlace, place } from "../place";
import type { Room } from "../room";
import { isPlanner } from "../session/session";
import { type Child, fill, h } from "../ui/dom";
import { type Key, say } from "../words/words";
import { enquiries } from "./enquiries";
import { enquiry } from "./enquiry";
import { project } from "./project";
import { projects } from "./projects";
import { proposals } from "./proposals";

type View = "enquiries" | "proposals" | "projects";

const VIEWS: readonly View[] = ["enquiries", "proposals", "projects"];

export class DeskRoom implements Room {
  readonly element = h("div", { class: "desk-room" });
  private readonly tabs = h("nav", { class: "strip desk-tabs", "aria-label": say("desk.label") });
  private readonly list = h("section", { class: "desk-list" });
  private readonly one = h("section", { class: "desk-one", tabindex: "-1" });
  private readonly deaf: () => void;
  private listed: View | null = null;

  constructor() {
    if (isPlanner()) fill(this.element, this.tabs, h("div", { class: "desk-body" }, this.list, this.one));
    else fill(this.element, h("p", { class: "part" }, say("desk.sign_in")));
    this.deaf = onPlace((now, before) => now.path.join() !== before.path.join() && this.show(true));
    this.show(false);
  }

  leave(): void {
    this.deaf();
  }

  private show(moved: boolean): void {
    if (!isPlanner() || place().path[0] !== "desk") return;
    const [, name = "enquiries", id] = place().path;
    const view = VIEWS.find((one) => one === name) ?? "enquiries";
    const link = (one: View): HTMLElement => h("a", { href: hashOf(["desk", one]), "aria-current": one === view ? "page" : null }, say(`desk.${one}` as Key));
    fill(this.tabs, VIEWS.map(link));
    this.element.dataset.one = id ?? "";
    if (view !== this.listed) this.drawList(view);
    this.mark();
    fill(this.one, this.oneOf(view, Number(id ?? 0)));
    this.one.setAttribute("aria-label", say(`desk.${view}` as Key));
    if (moved && id) this.one.focus({ preventScroll: true });
  }

  private drawList(view: View): void {
    this.listed = view;
    this.element.dataset.view = view;
    fill(this.list, h("h2", {}, say(`desk.${view}` as Key)), view === "enquiries" ? enquiries(() => this.mark()) : view === "projects" ? projects(() => this.mark()) : proposals());
  }

  /** Says which line of the list is open. */
  private mark(): void {
    for (const link of this.list.querySelectorAll("a[href]")) {
      if (link.getAttribute("href") === hashOf()) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  private oneOf(view: View, id: number): Child {
    if (view === "proposals") return null;
    if (!id) return h("p", { class: "hint" }, say("desk.choose"));
    const back = h("a", { class: "back", href: hashOf(["desk", view]) }, say("desk.back"));
    const changed = (): void => this.drawList(view);
    return [back, view === "enquiries" ? enquiry(id, changed) : project(id, changed)];
  }
}
