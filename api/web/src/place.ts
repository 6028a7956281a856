// Where the reader is, as the part of the address behind its #: it can be shared, and is never sent to the service.
//
//   #/parcels/12?surface_min=5&market=for_sale&at=5.1,45.6,12

export interface Place {
  /** What is shown, as parts: [] map and list, ["parcels", "12"] a sheet beside them. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

export type Changes = Record<string, string | null>;
type Listener = (now: Place, before: Place) => void;

const listeners = new Set<Listener>();
let current = read();

function read(): Place {
  const [path = "", query = ""] = location.hash.replace(/^#/, "").split("?", 2);
  return { path: path.split("/").filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const place = (): Place => current;

/** The address of a place: this one with some parameters changed (null: left out), at another path. */
export function hashOf(path: readonly string[] = current.path, changes: Changes = {}): string {
  const query = new URLSearchParams(current.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const told = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return `#/${path.map(encodeURIComponent).join("/")}${told ? `?${told}` : ""}`;
}

/** Goes there; `quietly` leaves no step for the browser's back button. */
export function go(path: readonly string[], changes: Changes = {}, quietly = false): void {
  const hash = hashOf(path, changes);
  if (hash === hashOf()) return;
  if (quietly) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  arrived();
}

/** Changes parameters of this place. */
export const change = (changes: Changes, quietly = false): void => go(current.path, changes, quietly);

/** Listens to every move, until what it returns is called. */
export function onPlace(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function arrived(): void {
  const before = current;
  current = read();
  for (const listener of listeners) listener(current, before);
}

addEventListener("popstate", arrived);

// Links of the page change what is behind the # by themselves: the browser says so by popstate as well
