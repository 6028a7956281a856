// Choosing places by name: typed, offered, kept as chips that can be taken away again.

import { button } from "../desk/parts";
import { fill, fresh, h, settled } from "../ui/dom";
import { complain } from "../ui/notice";
import { say } from "../words/words";
import { type Found, learn, nameOf, places, type Spot } from "./places";

const LEAST_TYPED = 2;
const TYPING_MS = 250;

export interface Wishes {
  /** The field around the input, with its label. */
  readonly field: (input: HTMLInputElement) => HTMLElement;
  readonly chosen: () => readonly Spot[];
  readonly add: (one: Found) => void;
  readonly remove: (one: Spot) => void;
  /** What was typed and is no place that anybody knows. */
  readonly unknown: (typed: string) => void;
}

const offer = ({ kind, code, name }: Found): string => (kind === "communes" ? `${name} (${code})` : name);

export class Choose {
  readonly element = h("div", { class: "places" });
  private readonly chips = h("ul", { class: "chips" });

  constructor(private readonly wishes: Wishes) {
    fill(this.element, this.search(), this.chips);
    this.draw();
  }

  private search(): HTMLElement {
    const offers = h("datalist", { id: fresh("places") });
    const input = h("input", { list: offers.id, autocomplete: "off", placeholder: say("filter.where.example") });
    let found: Found[] = [];
    const look = settled(TYPING_MS, async () => {
      if (input.value.trim().length < LEAST_TYPED) return;
      found = await places(input.value.trim()).catch(() => []);
      fill(offers, found.map((one) => h("option", { value: offer(one) })));
    });
    const add = async (): Promise<void> => {
      const typed = input.value.trim();
      const bare = typed.replace(/ \(\w+\)$/, "").toLowerCase();
      if (!typed) return;
      try {
        const known = found.find((one) => offer(one) === typed) ?? (await places(bare)).find((one) => one.name.toLowerCase() === bare || one.kind === "departments");
        if (known) this.wishes.add(known);
        else this.wishes.unknown(typed);
        input.value = "";
        this.draw();
      } catch (error) {
        complain(error);
      }
    };
    input.addEventListener("input", () => {
      if (found.some((one) => offer(one) === input.value)) void add();
      else look();
    });
    input.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), void add()));
    return h("div", { class: "row" }, this.wishes.field(input), offers, button(say("need.where.add"), () => void add()));
  }

  /** Chips of what is chosen; codes that came with the address get their names. */
  draw(): void {
    const chosen = this.wishes.chosen();
    const chip = (one: Spot): HTMLElement => h("li", {}, nameOf(one), button("×", () => (this.wishes.remove(one), this.draw()), { class: "plain", "aria-label": say("need.where.remove", { name: nameOf(one) }) }));
    fill(this.chips, chosen.map(chip));
    void learn(chosen).then((more) => more && this.draw());
  }
}
