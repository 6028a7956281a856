// The sites kept for a project, put into an order by dragging or by buttons, each with the reason for its place.

import { ask } from "../api/client";
import { type Child, fill, h } from "../ui/dom";
import { field } from "../ui/field";
import { complain, tell } from "../ui/notice";
import { area, day } from "../words/format";
import { say, wordOf } from "../words/words";
import { asks, button, numbers, reasonField, shows } from "./parts";

interface Land {
  readonly id: number;
  readonly name: string | null;
  readonly commune_name?: string | null;
  readonly surface_m2?: number | null;
  readonly market?: string | null;
  readonly ready_p80?: string | null;
}

interface Site {
  readonly parcels: readonly number[];
  readonly land: readonly Land[];
  reason: string;
}

const nameOf = (site: Site): string => site.land.map((one) => one.name ?? say("parcel.number", { id: String(one.id) })).join(" + ") || say("parcel.number", { id: site.parcels.join(", ") });

export function shortlist(project: number): HTMLElement {
  const element = h("div");
  const path = { project_id: project };
  const read = async (): Promise<Order> => {
    const { data, etag } = await ask("get", "/projects/{project_id}/shortlist", { path });
    return new Order(project, (data as unknown as { sites: Site[] }).sites, etag ?? "", () => void again());
  };
  const again = shows(element, read, (order) => order.element);
  void again();
  return element;
}

class Order {
  readonly element = h("div", { class: "shortlist" });
  private readonly list = h("ol");
  private readonly told = h("p", { class: "hidden", role: "status" });
  private readonly unsaved = h("p", { class: "row unsaved", hidden: true }, h("span", {}, say("shortlist.unsaved")), button(say("shortlist.save"), () => void this.save(), { class: "main" }), button(say("shortlist.undo"), () => this.again()));
  private readonly standing: readonly string[];
  private dragged: Site | null = null;

  constructor(private readonly project: number, private sites: Site[], private readonly etag: string, private readonly again: () => void) {
    this.standing = sites.map((one) => one.parcels.join());
    fill(this.element, this.list, this.told, this.unsaved, h("p", {}, button(say("shortlist.add"), () => this.add())));
    this.draw();
  }

  private draw(): void {
    fill(this.list, this.sites.map((site, at) => this.line(site, at)));
    if (!this.sites.length) fill(this.list, h("li", { class: "hint" }, say("shortlist.none")));
  }

  private line(site: Site, at: number): HTMLElement {
    const name = nameOf(site);
    const [first] = site.land;
    const reason = h("input", { value: site.reason, maxlength: 2000, autocomplete: "off", oninput: () => ((site.reason = reason.value), this.changed()) });
    const to = (label: string, sign: string, where: number): HTMLElement => button(sign, () => this.move(site, where), { "aria-label": label, disabled: where < 0 || where >= this.sites.length });
    const facts: Child = first && [first.commune_name, area(first.surface_m2), first.market && wordOf("market", first.market), first.ready_p80 && say("shortlist.ready", { on: day(first.ready_p80) })].filter(Boolean).join(" · ");
    const line = h(
      "li",
      { draggable: "true" },
      h("div", { class: "shortlist-head" }, h("span", { class: "grip", "aria-hidden": "true" }, "⠿"), h("strong", { class: "place" }, `${at + 1}`), h("div", {}, h("a", { href: `#/parcels/${site.parcels[0] ?? ""}` }, name), h("small", {}, facts)), h("span", { class: "moves" }, to(say("shortlist.up", { name }), "↑", at - 1), to(say("shortlist.down", { name }), "↓", at + 1), button("×", () => this.remove(site), { "aria-label": say("shortlist.remove", { name }) }))),
      field(say("shortlist.reason", { name }), reason),
    );
    line.addEventListener("dragstart", (event) => {
      if (event.target !== line) return;
      this.dragged = site;
      event.dataTransfer?.setData("text/plain", name);
    });
    line.addEventListener("dragover", (event) => this.dragged && event.preventDefault());
    line.addEventListener("drop", (event) => {
      event.preventDefault();
      if (this.dragged && this.dragged !== site) this.move(this.dragged, at);
      this.dragged = null;
    });
    // A field in a line that can be dragged lets no text be selected by the mouse
    reason.addEventListener("pointerdown", () => (line.draggable = false));
    reason.addEventListener("blur", () => (line.draggable = true));
    return line;
  }

  private move(site: Site, to: number): void {
    const others = this.sites.filter((one) => one !== site);
    const down = to > this.sites.indexOf(site);
    this.sites = [...others.slice(0, to), site, ...others.slice(to)];
    this.draw();
    this.changed();
    this.told.textContent = say("shortlist.moved", { name: nameOf(site), place: to + 1 });
    const buttons = this.list.children[to]?.querySelectorAll<HTMLButtonElement>(".moves button:not(:disabled)");
    (down ? (buttons?.[to === 0 ? 0 : 1] ?? buttons?.[0]) : buttons?.[0])?.focus();
  }

  private changed(): void {
    this.unsaved.hidden = false;
  }

  private remove(site: Site): void {
    this.sites = this.sites.filter((one) => one !== site);
    this.draw();
    this.changed();
  }

  private add(): void {
    const [parcels, reason] = [h("input", { required: true, inputmode: "numeric", autocomplete: "off", pattern: "[0-9 ,;+]+" }), reasonField()];
    const send = async (): Promise<void> => this.put([...this.sites, { parcels: numbers(parcels.value), land: [], reason: reason.value }]);
    asks({ title: say("shortlist.add"), button: say("save"), send, fields: [field(say("shortlist.parcels"), parcels, say("shortlist.parcels.hint")), field(say("edit.reason"), reason, say("shortlist.reason.hint"))] });
  }

  /** Sites that leave the list leave it with a reason. */
  private async save(): Promise<void> {
    const kept = new Set(this.sites.map((one) => one.parcels.join()));
    if (this.standing.every((one) => kept.has(one))) return this.put(this.sites).catch(complain);
    const why = reasonField();
    asks({ title: say("shortlist.why_removed"), button: say("shortlist.save"), send: () => this.put(this.sites, why.value), fields: [field(say("edit.reason"), why)] });
  }

  private async put(sites: readonly Site[], removed_why?: string): Promise<void> {
    const body = { sites: sites.map(({ parcels, reason }) => ({ parcels, reason })), removed_why };
    await ask("put", "/projects/{project_id}/shortlist", { path: { project_id: this.project }, body, headers: { "If-Match": this.etag } });
    tell(say("saved"));
    this.again();
  }
}
