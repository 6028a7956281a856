// Draws the outlines that a page holds on a plain ground. Nothing is asked of any host.
"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const METRES_PER_DEGREE = 111320;
  const SMALLEST = 7; // pixels: what is drawn smaller gets a dot

  const svg = document.getElementById("map");
  const caption = document.getElementById("named");
  let hint = "";
  const features = JSON.parse(document.getElementById("features").textContent);

  const parts = ({ type, coordinates }) =>
    ({ Point: [[[coordinates]]], Polygon: [coordinates], MultiPolygon: coordinates })[type] || [];
  const corners = (geometry) => parts(geometry).flat(2);

  const axes = svg.dataset.axes;
  const turned = axes === "latitude-first" ? ([a, b]) => [b, a] : ([a, b]) => [a, b];
  const bounds = (points) => {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y] of points) {
      box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
    }
    return box;
  };

  const all = bounds(features.flatMap((one) => corners(one.geometry).map(turned)));
  const degrees = axes !== "metres";
  const up = degrees ? METRES_PER_DEGREE : 1;
  const across = degrees ? METRES_PER_DEGREE * Math.cos(((all[1] + all[3]) / 2) * (Math.PI / 180)) : 1;

  const made = (name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  function draw() {
    const { width, height } = svg.getBoundingClientRect();
    const margin = 24;
    const metres = [Math.max((all[2] - all[0]) * across, 100), Math.max((all[3] - all[1]) * up, 100)];
    const pixels = Math.min((width - 2 * margin) / metres[0], (height - 2 * margin) / metres[1]);
    const middle = [(all[0] + all[2]) / 2, (all[1] + all[3]) / 2];
    const at = (point) => {
      const [x, y] = turned(point);
      return [width / 2 + (x - middle[0]) * across * pixels, height / 2 - (y - middle[1]) * up * pixels];
    };
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    hint = "";
    svg.replaceChildren(...features.map((one) => drawn(one, at)), ...scale(pixels, width, height));
    caption.textContent = hint;
  }

  function drawn(one, at) {
    const link = made("a", { href: one.href, tabindex: "-1" });
    const points = corners(one.geometry).map(at);
    const box = bounds(points);
    if (Math.max(box[2] - box[0], box[3] - box[1]) < SMALLEST) {
      hint = caption.dataset.dots;
      link.append(made("circle", { cx: (box[0] + box[2]) / 2, cy: (box[1] + box[3]) / 2, r: SMALLEST / 2 }));
    } else {
      const rings = parts(one.geometry).flat();
      const d = rings.map((ring) => `M${ring.map((point) => at(point).map((n) => n.toFixed(1)).join(" ")).join("L")}Z`);
      link.append(made("path", { d: d.join(""), "fill-rule": "evenodd" }));
    }
    link.addEventListener("pointerenter", () => { caption.textContent = one.name; });
    link.addEventListener("pointerleave", () => { caption.textContent = hint; });
    return link;
  }

  function scale(pixels, width, height) {
    const most = width / 4 / pixels;
    const power = 10 ** Math.floor(Math.log10(most));
    const length = [5, 2, 1].map((n) => n * power).find((n) => n <= most);
    const words = length >= 1000 ? `${length / 1000} km` : `${length} m`;
    const [x, y] = [12, height - 12];
    const label = made("text", { x: x + 4, y: y - 6 });
    label.textContent = words;
    return [made("path", { class: "scale", d: `M${x} ${y - 4}V${y}H${x + length * pixels}V${y - 4}` }), label];
  }

  draw();
  addEventListener("resize", draw);
})();
