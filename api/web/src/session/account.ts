// Signing in and out, from the corner of every page.

import { Refusal } from "../api/client";
import { dialog } from "../ui/dialog";
import { h } from "../ui/dom";
import { field } from "../ui/field";
import { complain, said } from "../ui/notice";
import { say, type Key } from "../words/words";
import { isSignedIn, session, signIn, signOut } from "./session";

/** Who is signed in, with the way out; or the way in. */
export function account(): HTMLElement {
  if (!isSignedIn()) return h("button", { type: "button", class: "account", onclick: askKey }, say("sign_in"));
  const { audience, organisation } = session();
  const role = say(`audience.${audience}` as Key);
  const who = h("span", { class: "who" }, h("span", {}, organisation?.name ?? role), organisation && h("small", {}, role));
  return h("div", { class: "account" }, who, h("button", { type: "button", class: "plain", onclick: leave }, say("sign_out")));
}

async function leave(): Promise<void> {
  try {
    await signOut();
    location.reload();
  } catch (error) {
    complain(error);
  }
}

function askKey(): void {
  const key = h("input", { type: "password", name: "key", required: true, autocomplete: "off", spellcheck: "false" });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    wrong.textContent = "";
    try {
      await signIn(key.value.trim());
      location.reload();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      key.setAttribute("aria-invalid", "true");
      wrong.textContent = error.problem.status === 401 ? say("sign_in.refused") : said(error);
      key.select();
    }
  };
  const form = h("form", { onsubmit: (event: Event) => void send(event) }, field(say("sign_in.key"), key, say("sign_in.hint")), wrong, h("p", { class: "actions" }, h("button", { class: "main" }, say("sign_in"))));
  dialog(say("sign_in"), form);
  key.focus();
}
