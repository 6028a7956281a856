// What a room of the page gives to the frame around it.

export interface Room {
  readonly element: HTMLElement;
  /** Lets go of what it holds, when the reader goes to another room. */
  leave?(): void;
}
