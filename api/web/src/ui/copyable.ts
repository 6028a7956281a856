// A text to take elsewhere: shown whole, copied by a button.

import { say } from "../words/words";
import { h } from "./dom";
import { field } from "./field";
import { tell } from "./notice";

export function copyable(title: string, text: string, rows = 12): HTMLElement {
  const place = h("textarea", { rows, readonly: true });
  place.value = text;
  const copy = async (): Promise<void> => {
    place.select();
    try {
      await navigator.clipboard.writeText(text);
      tell(say("reply.copied"));
    } catch {
      tell(say("reply.selected")); // browsers give no clipboard to a page that came without TLS
    }
  };
  return h("div", { class: "copyable" }, field(title, place), h("button", { type: "button", onclick: () => void copy() }, say("reply.copy"), h("span", { class: "hidden" }, ` ${title}`)));
}
