// Who the reader is to the service. No key is kept here: the browser holds a cookie that this page cannot read.

import { ask, get, type Schemas } from "../api/client";

export type Session = Schemas["SignedIn"];

let current: Session = { audience: "public", organisation: null, expires_at: null, today: "" };

export const session = (): Session => current;

export async function loadSession(): Promise<void> {
  current = (await get("/session")) as Session;
}

export const signIn = async (key: string): Promise<void> => void (await ask("post", "/session", { body: { key } }));

export const signOut = async (): Promise<void> => void (await ask("delete", "/session"));

/** Whether facts and steps may be changed by this reader, on some land. */
export const isPlanner = (): boolean => current.audience === "planner" || current.audience === "admin";

/** Whether the reader answers for land of this organisation. Of other land, and of nobody's, they propose changes. */
export const answersFor = (responsible: string | null): boolean => current.audience === "admin" || (current.audience === "planner" && responsible !== null && responsible === current.organisation?.name);

export const isSignedIn = (): boolean => current.audience !== "public";
