// How parcels are told apart on the map and in its legend: by colour, and by pattern for whoever does not see colours.

export interface Look {
  readonly name: string;
  readonly color: string;
  /** Draws the pattern of a square of this side. */
  readonly draw?: (pen: CanvasRenderingContext2D, side: number) => void;
}

const SIDE = 16;
const RATIO = 2;
const INK = "rgba(20, 30, 27, 0.62)";

function lines(...paths: [number, number, number, number][]): (pen: CanvasRenderingContext2D, side: number) => void {
  return (pen, side) => {
    pen.strokeStyle = INK;
    pen.lineWidth = side / 13;
    for (const [x1, y1, x2, y2] of paths) {
      pen.beginPath();
      pen.moveTo(x1 * side, y1 * side);
      pen.lineTo(x2 * side, y2 * side);
      pen.stroke();
    }
  };
}

function dots(pen: CanvasRenderingContext2D, side: number): void {
  pen.fillStyle = INK;
  for (const [x, y] of [[0.25, 0.25], [0.75, 0.75]] as const) {
    pen.beginPath();
    pen.arc(x * side, y * side, side / 9, 0, 2 * Math.PI);
    pen.fill();
  }
}

const RISING: [number, number, number, number][] = [[-0.5, 0.5, 0.5, -0.5], [-0.5, 1.5, 1.5, -0.5], [0.5, 1.5, 1.5, 0.5]];
const FALLING: [number, number, number, number][] = [[-0.5, 0.5, 0.5, 1.5], [-0.5, -0.5, 1.5, 1.5], [0.5, -0.5, 1.5, 0.5]];

/** Classes of readiness, the soonest first; the colours are Okabe and Ito's, told apart by most colour-blind people. */
export const CLASSES: readonly Look[] = [
  { name: "immediate", color: "#009e73" },
  { name: "0_6", color: "#56b4e9", draw: lines(...RISING) },
  { name: "6_12", color: "#e69f00", draw: dots },
  { name: "over_12", color: "#d55e00", draw: lines(...RISING, ...FALLING) },
  { name: "unknown", color: "#8d9693", draw: lines([0, 0.5, 0.55, 0.5]) },
];

/** Effects of constraints. */
export const EFFECTS: readonly Look[] = [
  { name: "forbids", color: "#a3123c", draw: lines(...RISING, ...FALLING) },
  { name: "restricts", color: "#8a4fa3", draw: lines(...FALLING) },
  { name: "informs", color: "#5d6b78", draw: dots },
];

function canvas(side: number): [HTMLCanvasElement, CanvasRenderingContext2D | null] {
  const made = document.createElement("canvas");
  made.width = made.height = side;
  return [made, made.getContext("2d")];
}

/** The pattern as an image of the map, clear where it draws nothing; null for plain looks. */
export function patternOf(look: Look): ImageData | null {
  const side = SIDE * RATIO;
  const pen = canvas(side)[1];
  if (!look.draw || !pen) return null;
  look.draw(pen, side);
  return pen.getImageData(0, 0, side, side);
}

/** A small picture of a look, for a legend or a list; it says nothing by itself. */
export function swatch(look: Look): HTMLCanvasElement {
  const [made, pen] = canvas(SIDE * RATIO);
  made.className = "swatch";
  made.setAttribute("aria-hidden", "true");
  if (!pen) return made;
  pen.globalAlpha = 0.6;
  pen.fillStyle = look.color;
  pen.fillRect(0, 0, made.width, made.height);
  pen.globalAlpha = 1;
  look.draw?.(pen, made.width);
  pen.strokeStyle = look.color;
  pen.lineWidth = 4;
  pen.strokeRect(0, 0, made.width, made.height);
  return made;
}

export const lookOf = (looks: readonly Look[], name: string): Look => looks.find((look) => look.name === name) ?? (looks.at(-1) as Look);
export const PIXEL_RATIO = RATIO;
