// One file that was sent: followed while work goes on, its report, and what may be done with it.

import { ask, get, type Schemas } from "../api/client";
import { button, reasonField } from "../desk/parts";
import { fill, h } from "../ui/dom";
import { field } from "../ui/field";
import { complain, refused } from "../ui/notice";
import { instant, number, percent } from "../words/format";
import { type Key, say } from "../words/words";
import { isOfParcels, report } from "./report";

type Import = Schemas["Import"];

/** States that end by themselves. */
const WORKING: readonly string[] = ["received", "staging", "confirmed", "merging"];
const SOONEST_MS = 400;
const LATEST_MS = 2000;

export class Delivery {
  readonly element = h("article", { class: "desk-sheet" });
  private readonly head = h("header");
  private readonly progress = h("div", { role: "status", "aria-live": "polite" });
  private readonly body = h("div", { class: "desk-sheet" });
  private readonly path: { import_id: number };
  private waits = 0;
  private wait = SOONEST_MS;
  private shown = "";
  private leaves: (() => void) | null = null;

  /** `changed`: its state is another one. */
  constructor(id: number, private readonly changed: () => void) {
    this.path = { import_id: id };
    fill(this.element, this.head, this.progress, this.body);
    void this.follow();
  }

  leave(): void {
    clearTimeout(this.waits);
    this.leaves?.();
  }

  private async follow(): Promise<void> {
    try {
      const one = (await get("/imports/{import_id}", { path: this.path })) as Import;
      this.draw(one);
      if (!WORKING.includes(one.status)) return;
      this.waits = window.setTimeout(() => void this.follow(), this.wait);
      this.wait = Math.min(LATEST_MS, this.wait * 1.5);
    } catch (error) {
      refused(this.body, error, () => void this.follow());
    }
  }

  private draw(one: Import): void {
    this.tell(one);
    if (one.status === this.shown) return;
    if (this.shown) this.changed();
    this.shown = one.status;
    this.leaves?.();
    this.leaves = null;
    fill(this.head, h("h2", {}, one.file), h("p", { class: "hint" }, one.sent_at && instant(one.sent_at)));
    fill(this.body, this.acts(one), one.error && h("div", { class: "refused", role: "alert" }, h("p", {}, one.error.detail)), one.status === "refused" && one.proposals?.map((each) => this.mapping(each.mapping)));
    if (!one.report?.rows) return;
    const told = report(one);
    this.leaves = told.leave;
    this.body.append(told.element);
  }

  /** The state in words; a bar while work goes on. */
  private tell({ status, progress: { share, rows } }: Import): void {
    const state = h("strong", {}, say(`import.status.${status}` as Key));
    if (!WORKING.includes(status)) return fill(this.progress, h("p", {}, state));
    const count = say("import.read", { rows, number: number(rows), share: percent(share) });
    fill(this.progress, h("p", {}, state, " · ", count), h("progress", { max: 1, value: share, "aria-label": say("import.progress") }));
  }

  private acts(one: Import): HTMLElement | false {
    const { path } = this;
    const refusedRows = (one.rows?.rejected ?? 0) + (one.rows?.conflicting ?? 0);
    const rightOnes = (one.rows?.read ?? 0) - refusedRows;
    const confirm = button(say(refusedRows ? "import.confirm.good" : "import.confirm", { count: rightOnes }), () => void this.does(() => ask("post", "/imports/{import_id}/confirm", { path, body: { keep_going: refusedRows > 0 } })), { class: "main", disabled: rightOnes === 0 });
    const withdraw = button(say("import.withdraw"), () => void this.does(() => ask("delete", "/imports/{import_id}", { path })));
    if (one.status === "merged") return h("p", {}, h("a", { class: "button", href: isOfParcels(one) ? `#/?since=${encodeURIComponent(one.confirmed_at ?? "")}` : "#/" }, say("import.on_map")), " ", h("span", { class: "hint" }, say("import.soon")));
    return ["received", "staging", "staged", "refused"].includes(one.status) && h("p", { class: "row" }, one.status === "staged" && confirm, withdraw, one.status === "staged" && h("span", { class: "hint" }, say(refusedRows ? "import.confirm.hint" : "import.nothing_yet")));
  }

  /** A mapping proposed for a file that nobody recognised, to correct and to read it by. */
  private mapping(proposed: string): HTMLElement {
    const text = reasonField();
    text.rows = 14;
    text.removeAttribute("maxlength");
    text.value = proposed;
    const send = (event: Event): void => {
      event.preventDefault();
      void this.does(() => ask("post", "/imports/{import_id}/confirm", { path: this.path, body: { mapping: text.value } }));
    };
    return h("form", { class: "form", onsubmit: send }, field(say("import.mapping"), text, say("import.mapping.hint")), h("p", { class: "actions" }, h("button", { class: "main" }, say("import.again"))));
  }

  private async does(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      complain(error);
    }
    this.leave();
    this.wait = SOONEST_MS;
    await this.follow();
  }
}
