// How many sites the need finds, said while it is typed: one question at a time, the previous one dropped.

import { isAborted, Refusal } from "../api/client";
import { fill, h, settled } from "../ui/dom";
import { said } from "../ui/notice";
import { say, wordOf } from "../words/words";
import { type Counts, countOf } from "./asking";
import type { Need } from "./document";

const TYPING_MS = 120;
const [TOO_MANY, LATER_MS] = [429, 2000];
const REASONS = 4;

export class Live {
  readonly element = h("div", { class: "live", role: "status", "aria-live": "polite" });
  private asking: AbortController | null = null;
  readonly count = settled(TYPING_MS, (given: Need) => void this.ask(given));

  /** `onWrong` says mistakes at their fields and gives back those that have none. */
  constructor(private readonly onWrong: (errors: readonly { field?: string; detail: string }[]) => string[]) {}

  private async ask(given: Need): Promise<void> {
    this.asking?.abort();
    if (given.buildings === undefined && given.land_m2 === undefined) {
      this.onWrong([]);
      return fill(this.element, h("p", {}, say("live.begin")));
    }
    const asking = (this.asking = new AbortController());
    try {
      this.tell(await countOf(given, asking.signal));
      this.onWrong([]);
    } catch (error) {
      if (isAborted(error)) return;
      if (!(error instanceof Refusal)) throw error;
      if (error.problem.status === TOO_MANY) return void setTimeout(() => asking.signal.aborted || this.count(given), LATER_MS);
      const left = error.problem.status === 422 ? this.onWrong(error.problem.errors ?? []) : [said(error)];
      fill(this.element, h("p", { class: "wrong" }, left.length ? left.join(" ") : say("live.wrong")));
    }
  }

  private tell({ considered, proved, open, to_check, rejected }: Counts): void {
    const found = proved + open;
    const most = Object.entries(rejected).toSorted(([, one], [, other]) => other - one).slice(0, REASONS);
    fill(
      this.element,
      h("p", { class: "live-count" }, h("strong", {}, String(found)), ` ${say("live.found", { count: found })}`),
      h("p", {}, say("live.more", { to_check, considered })),
      !found && most.length > 0 && h("p", { class: "hint" }, say("live.because", { reasons: most.map(([name, count]) => `${wordOf("criterion", name)} (${count})`).join(", ") })),
    );
  }
}
