// A question over the page; the browser keeps the focus within it and gives it back.

import { say } from "../words/words";
import { type Child, fresh, h } from "./dom";

export interface Dialog {
  readonly element: HTMLDialogElement;
  readonly close: () => void;
}

export function dialog(title: string, ...children: Child[]): Dialog {
  const id = fresh("dialog");
  const element = h("dialog", { "aria-labelledby": id, class: "dialog" });
  const close = (): void => element.close();
  element.append(
    h("header", {}, h("h2", { id }, title), h("button", { type: "button", class: "plain close", "aria-label": say("close"), onclick: close }, "×")),
    h("div", { class: "dialog-body" }, ...children),
  );
  element.addEventListener("close", () => element.remove());
  document.body.append(element);
  element.showModal();
  return { element, close };
}
