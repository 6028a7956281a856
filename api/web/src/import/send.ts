// The form that a file is sent by: dropped on it or chosen, with what the command `emprise load` may be told.

import { ask, type Schemas } from "../api/client";
import { button } from "../desk/parts";
import { go } from "../place";
import { session } from "../session/session";
import { fill, h } from "../ui/dom";
import { field, options } from "../ui/field";
import { refused } from "../ui/notice";
import { say, wordOf } from "../words/words";

const LAYERS = ["parcels", "friches", "sites", "cadastre", "zones", "constraints", "networks", "buildings", "establishments", "communes", "areas", "travel_times"] as const;
const VISIBILITIES = ["public", "partners", "agency", "private"] as const;
/** No layer: the file is an edited export, whose changes are told with a reason. */
const UPDATE = "update";

export function sends(): HTMLElement {
  const file = h("input", { type: "file", required: true });
  const as = h("select", {}, options([["", say("import.as.any")], ...LAYERS.map((one) => [one, wordOf("words.layer", one)] as const), [UPDATE, say("import.as.update")]], ""));
  const visibility = h("select", {}, options([["", say("import.visibility.any")], ...VISIBILITIES.map((one) => [one, wordOf("visibility", one)] as const)], ""));
  const text = (example: string): HTMLInputElement => h("input", { autocomplete: "off", placeholder: example });
  const [commune, crs, reason, responsible] = [text("69123"), text("EPSG:2154"), h("input", { autocomplete: "off", maxlength: "500" }), text("200040715")];
  const why = field(say("edit.reason"), reason, say("edit.reason.hint"));
  const ofRows = h("div", { class: "form" }, field(wordOf("property", "visibility"), visibility, say("import.visibility.hint")), field(say("import.commune"), commune), session().audience === "admin" && field(wordOf("property", "responsible"), responsible));
  const told = h("div", { role: "status" });
  const turn = (): void => {
    ofRows.hidden = as.value === UPDATE;
    why.hidden = reason.disabled = !ofRows.hidden;
    reason.required = ofRows.hidden;
  };
  as.addEventListener("change", turn);
  turn();

  const send = async (): Promise<void> => {
    const [chosen] = file.files ?? [];
    if (!chosen) return;
    const sending = new AbortController();
    const said = ofRows.hidden ? { update: true, reason: reason.value } : { as: as.value, visibility: visibility.value, commune: commune.value.trim(), responsible: responsible.value.trim() };
    fill(told, h("p", { class: "row" }, say("import.sending", { file: chosen.name }), button(say("import.stop"), () => sending.abort())));
    try {
      const made = await ask("post", "/imports", { query: { name: chosen.name, crs: crs.value.trim(), ...said }, body: chosen, type: "application/octet-stream", signal: sending.signal });
      file.value = "";
      go(["import", String((made.data as Schemas["Import"]).id)]);
      fill(told);
    } catch (error) {
      fill(told);
      refused(told, error);
    }
  };
  const form = h(
    "form",
    { class: "form import-form", onsubmit: (event: Event) => (event.preventDefault(), void send()) },
    h("h2", {}, say("import.title")),
    field(say("import.file"), file, say("import.file.hint")),
    field(say("import.as"), as),
    why,
    h("details", {}, h("summary", {}, say("import.more")), h("div", { class: "form" }, ofRows, field(say("import.crs"), crs))),
    told,
    h("p", { class: "actions" }, h("button", { class: "main" }, say("import.send"))),
  );
  drops(form, file);
  return form;
}

/** A file may be dropped anywhere on the form; it is then as if it had been chosen. */
function drops(form: HTMLElement, file: HTMLInputElement): void {
  const over = (event: DragEvent): void => {
    event.preventDefault();
    form.classList.toggle("over", event.type === "dragover");
    if (event.type === "drop" && event.dataTransfer?.files.length) file.files = event.dataTransfer.files;
  };
  for (const type of ["dragover", "dragleave", "drop"] as const) form.addEventListener(type, over);
}
