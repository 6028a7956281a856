// From an enquiry to the form of needs and back: the need as it is corrected there becomes that of the enquiry.

import { ask } from "../api/client";
import type { Need } from "../need/document";
import { go, place } from "../place";
import { h } from "../ui/dom";
import { complain, tell } from "../ui/notice";
import { say } from "../words/words";
import { button } from "./parts";

/** At the head of the form, for who came from an enquiry; nothing for anybody else. */
export function confirmsFor(current: () => Need): HTMLElement | null {
  const id = Number(place().query.get("enquiry") ?? 0);
  if (!id) return null;
  const path = { enquiry_id: id };
  const keep = async (): Promise<void> => {
    try {
      const { etag } = await ask("get", "/enquiries/{enquiry_id}", { path });
      await ask("patch", "/enquiries/{enquiry_id}", { path, body: { need: current() }, headers: { "If-Match": etag ?? "" } });
      tell(say("saved"));
      go(["desk", "enquiries", String(id)], { need: null, enquiry: null });
    } catch (error) {
      complain(error);
    }
  };
  return h("p", { class: "row for-enquiry" }, h("a", { href: `#/desk/enquiries/${id}` }, say("enquiry.number", { id: String(id) })), button(say("enquiry.keep"), () => void keep(), { class: "main" }));
}
