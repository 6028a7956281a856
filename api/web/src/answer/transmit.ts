// "Transmettre à l'agence": the first moment at which anything is kept, with the reader's address and their consent.

import { ask, Refusal } from "../api/client";
import { type Need } from "../need/document";
import { complainAt, labelled } from "../need/field";
import { summary } from "../need/summary";
import { dialog } from "../ui/dialog";
import { fill, h } from "../ui/dom";
import { said } from "../ui/notice";
import { instant } from "../words/format";
import { lang, say } from "../words/words";

interface Sent {
  reference?: string;
  id?: number;
  due_at: string;
  followed_by?: string | null;
}

/** The message as it will be sent: the reader sees and changes every word of it. */
function message(given: Need, sites: readonly string[]): string {
  const shown = sites.length ? [say("transmit.sites", { sites: sites.join(" ; ") })] : [];
  return [say("transmit.hello"), "", ...summary(given).map((line) => `- ${line}`), "", ...shown, say("transmit.link", { address: location.href })].join("\n");
}

export function transmits(given: Need, sites: readonly string[]): void {
  const text = h("textarea", { rows: 9, name: "mail" });
  text.value = message(given, sites);
  const line = (attributes: Record<string, string | boolean>): HTMLInputElement => h("input", attributes);
  const [company, name, mail, phone] = [line({ autocomplete: "organization" }), line({ autocomplete: "name" }), line({ type: "email", autocomplete: "email", required: true }), line({ type: "tel", autocomplete: "tel" })];
  const consent = h("input", { type: "checkbox", required: true });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const filled = (input: HTMLInputElement): string | undefined => input.value.trim() || undefined;
  const form = h(
    "form",
    { class: "transmit", novalidate: true, onsubmit: (event: Event) => (event.preventDefault(), void send()) },
    h("p", {}, say("transmit.intro")),
    labelled(say("transmit.message"), text, "mail"),
    h("div", { class: "row" }, labelled(say("transmit.company"), company, "company"), labelled(say("transmit.name"), name, "contact.name")),
    h("div", { class: "row" }, labelled(say("transmit.mail"), mail, "contact.mail"), labelled(say("transmit.phone"), phone, "contact.phone")),
    h("label", { class: "choice" }, consent, h("span", {}, say("transmit.consent"))),
    h("p", { class: "wrong", "data-wrong": "consent" }),
    wrong,
    h("p", { class: "actions" }, h("button", { class: "main" }, say("transmit.send"))),
  );
  const { element } = dialog(say("transmit.title"), form);

  async function send(): Promise<void> {
    wrong.textContent = "";
    const body = { mail: text.value, company: filled(company), language: lang(), consent: consent.checked, contact: { name: filled(name), mail: filled(mail), phone: filled(phone) } };
    try {
      done((await ask("post", "/enquiries", { body })).data as unknown as Sent);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const left = error.problem.errors ? complainAt(form, error.problem.errors) : [said(error)];
      wrong.textContent = left.join(" ");
      form.querySelector<HTMLElement>("[aria-invalid]")?.focus();
    }
  }

  function done({ reference, id, due_at, followed_by }: Sent): void {
    const place = element.querySelector(".dialog-body") as Element;
    fill(place, h("div", { class: "sent", role: "status", tabindex: "-1" }, h("p", {}, h("strong", {}, say("transmit.sent", { reference: reference ?? String(id ?? "") }))), h("p", {}, say(followed_by ? "transmit.due.by" : "transmit.due", { due: instant(due_at), who: followed_by ?? "" }))));
    place.querySelector<HTMLElement>(".sent")?.focus();
  }
}
