// The share curve: shapes that were laid out for this page (harness/report/page.hpp), as SVG.

function shape(tag, attributes, words) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (words) node.append(plain(words));
  return node;
}

function boxShape([, paint, x, y, width, height, words]) {
  const node = shape("rect", { class: `paint-${paint}`, x, y, width, height });
  if (words) node.append(shape("title", {}, words));
  return node;
}

function textShape([, paint, x, y, size, anchor, words]) {
  return shape("text", { class: `paint-${paint}`, x, y: y + size * 0.35, "font-size": size,
    "text-anchor": anchor }, words);
}

function lineShape([, paint, x, y, width, height]) {
  return shape("line", { class: `paint-${paint}`, x1: x, y1: y, x2: x + width, y2: y + height });
}

const shapeMakers = { box: boxShape, line: lineShape, text: textShape };

/** The curve as a figure, or null: the run has none. */
function shareFigure(chart) {
  if (!chart) return null;
  const picture = shape("svg", { viewBox: `0 0 ${chart.width} ${chart.height}`, role: "img",
    "aria-label": chart.said });
  picture.append(...chart.shapes.map((one) => shapeMakers[one[0]](one)));
  return el("section", { class: "share", "aria-label": "share of protected mail over time" },
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "the curve" },
      picture));
}
