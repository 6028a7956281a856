// Elements in one expression. Text is always text: nothing here reads markup.

export type Child = Node | string | number | null | undefined | false | readonly Child[];
type Value = string | number | boolean | null | undefined | EventListenerOrEventListenerObject;
export type Attributes = Record<string, Value>;

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. An attribute `onclick` takes a listener; true sets an attribute, false and null leave it out. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

/** The same of SVG. */
export function s<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, tag) as SVGElementTagNameMap[K], attributes, children);
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function" || (typeof value === "object" && value !== null)) {
      element.addEventListener(name.replace(/^on/, ""), value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...flat(children));
  return element;
}

function flat(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    if (child instanceof Node) return [child];
    return typeof child === "object" ? flat(child) : [String(child)];
  });
}

/** Puts other children into an element. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...flat(children));
}

let named = 0;

/** An id that no other element has. */
export const fresh = (word: string): string => `${word}-${++named}`;

/** Runs a function once no further call has come for a while. */
export function settled<A extends unknown[]>(milliseconds: number, run: (...given: A) => void): (...given: A) => void {
  let waiting = 0;
  return (...given) => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => run(...given), milliseconds);
  };
}
