// The service, by the types of its own OpenAPI document (schema.d.ts is made from it by `make web`).

import type { components, paths } from "./schema";
import { lang } from "../words/words";

export type Schemas = components["schemas"];
type Method = "get" | "post" | "put" | "patch" | "delete";
type PathOf<M extends Method> = { [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Content<R> = R extends { content: infer C } ? Exclude<C[keyof C], string> : undefined;
type Good<R> = { [S in keyof R]: S extends 200 | 201 | 202 ? Content<R[S]> : never }[keyof R];
export type Answer<P extends keyof paths, M extends Method> = Operation<P, M> extends { responses: infer R } ? Good<R> : never;
type PathParameters<O> = O extends { parameters: { path: infer T } } ? T : Record<string, never>;

/** The service's address: the page stands at its /app/. */
export const HOME = new URL("../", document.baseURI).href;

export interface Problem {
  status: number;
  title: string;
  code?: string;
  detail?: string;
  errors?: { field?: string; detail: string }[];
  request_id?: string;
}

/** A request that the service refused, or that never reached it (status 0). */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }
}

export interface Asked<P extends keyof paths, M extends Method> {
  path?: PathParameters<Operation<P, M>>;
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  type?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export interface Told<T> {
  data: T;
  etag: string | null;
}

/** One request; throws a Refusal where it has no answer that is meant. */
export async function ask<M extends Method, P extends PathOf<M>>(method: M, path: P, asked: Asked<P, M> = {}): Promise<Told<Answer<P, M>>> {
  return read(await sent(addressOf(path, asked), method, asked));
}

/** What a link of an answer leads to. */
export async function follow<T>(href: string, signal?: AbortSignal): Promise<T> {
  const { search, pathname } = new URL(href);
  return (await read<T>(await sent(new URL(pathname + search, HOME).href, "get", { signal }))).data;
}

export const get = async <P extends PathOf<"get">>(path: P, asked: Asked<P, "get"> = {}): Promise<Answer<P, "get">> =>
  (await ask("get", path, asked)).data;

/** The address of a path of the service with its parts and its query. */
export function addressOf(path: string, asked: { path?: object; query?: Asked<never, never>["query"] } = {}): string {
  const parts = (asked.path ?? {}) as Record<string, unknown>;
  const url = new URL(path.slice(1).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parts[name]))), HOME);
  for (const [name, value] of Object.entries(asked.query ?? {})) {
    if (value !== null && value !== undefined && value !== "") url.searchParams.set(name, String(value));
  }
  return url.href;
}

interface Sending {
  body?: unknown;
  type?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

async function sent(address: string, method: Method, { body, type, headers, signal }: Sending): Promise<Response> {
  const json = body === undefined ? {} : { "Content-Type": type ?? "application/json" };
  try {
    return await fetch(address, {
      method: method.toUpperCase(),
      headers: { Accept: "application/geo+json, application/json, application/schema+json", "Accept-Language": lang(), ...json, ...headers },
      body: body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refusal({ status: 0, title: "" });
  }
}

async function read<T>(response: Response): Promise<Told<T>> {
  const kind = response.headers.get("content-type") ?? "";
  const data: unknown = /json/.test(kind) ? await response.json() : undefined;
  if (!response.ok) throw new Refusal((data as Problem | undefined) ?? { status: response.status, title: response.statusText });
  return { data: data as T, etag: response.headers.get("etag") };
}

export const isAborted = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
