// The rooms of the page, by the first part of the address: a new one is a line here and a sentence for its name.

import type { Room } from "./room";
import { isPlanner } from "./session/session";
import { say } from "./words/words";

export type RoomName = "explore" | "need" | "answer" | "desk" | "import";

interface Entry {
  readonly name: RoomName;
  /** First parts of addresses that are this room's. */
  readonly paths: readonly string[];
  readonly href: string;
  /** What the menu calls it; null: not in the menu. */
  readonly label: string | null;
  readonly title: string;
  readonly open: () => Promise<Room>;
}

export function rooms(): Entry[] {
  return [
    {
      name: "explore",
      paths: ["", "parcels"],
      href: "#/",
      label: say("nav.explore"),
      title: say("title"),
      open: async () => new (await import("./explore")).Explore(),
    },
    {
      name: "need",
      paths: ["need"],
      href: "#/need",
      label: say("nav.need"),
      title: say("need.title"),
      open: async () => new (await import("./need/room")).NeedRoom(),
    },
    {
      name: "answer",
      paths: ["answer"],
      href: "#/answer",
      label: null,
      title: say("answer.title"),
      open: async () => new (await import("./answer/room")).AnswerRoom(),
    },
    {
      name: "desk",
      paths: ["desk"],
      href: "#/desk",
      label: isPlanner() ? say("nav.desk") : null,
      title: say("desk.title"),
      open: async () => new (await import("./desk/room")).DeskRoom(),
    },
    {
      name: "import",
      paths: ["import"],
      href: "#/import",
      label: isPlanner() ? say("nav.import") : null,
      title: say("import.title"),
      open: async () => new (await import("./import/room")).ImportRoom(),
    },
  ];
}

/** The room of an address; the first one for an address of none. */
export function roomOf(path: readonly string[]): Entry {
  const all = rooms();
  return all.find((room) => room.paths.includes(path[0] ?? "")) ?? (all[0] as Entry);
}
