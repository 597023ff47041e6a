// What the file holds, and what the address says of it.

const dataOf = (id) => JSON.parse(document.getElementById(id).textContent);

/** All scenarios of the run, without their pages. */
const suite = dataOf("suite");
const explanations = dataOf("explanations");
const reasons = dataOf("reasons");

/** The element with a scenario's page, or null. The file is shown while it is still being read. */
async function packedOf(id) {
  const find = () => document.querySelector(`script[data-id="${CSS.escape(id)}"]`);
  const isWhole = (node) => node?.nextSibling;
  if (document.readyState === "loading" && !isWhole(find()))
    await new Promise((done) => addEventListener("DOMContentLoaded", done, { once: true }));
  return find();
}

/** The page of a scenario (harness/report/page.hpp), or null: nothing was played. */
async function pageOf(id) {
  const node = await packedOf(id);
  if (node === null) return null;
  const stream = new Blob([bytesOf(node.textContent)]).stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/**
 * The address: all that is chosen stands in it, so that it can be sent to somebody.
 * suite page: q, status. scenario page: id, row, as, acts, piece, layer, byte.
 */
const route = {
  read() {
    const given = new URLSearchParams(location.hash.slice(1));
    const number = (name) => {
      const text = given.get(name);
      return text !== null && /^\d+$/.test(text) ? Number(text) : null;
    };
    return {
      id: given.get("id"), q: given.get("q") ?? "", status: given.get("status") ?? "",
      row: number("row"), as: given.get("as"), acts: given.get("acts") === "1",
      piece: number("piece"), layer: given.get("layer"), byte: number("byte"),
    };
  },
  text(state) {
    const out = new URLSearchParams();
    const put = (name, value) => {
      if (value !== null && value !== undefined && value !== "" && value !== false)
        out.set(name, value === true ? "1" : value);
    };
    for (const name of ["id", "q", "status", "row", "as", "acts", "piece", "layer", "byte"])
      put(name, state[name]);
    return "#" + out.toString();
  },
  /** A page of its own in the history. */
  go(state) {
    location.hash = route.text(state);
  },
  /** The same page, looked at otherwise. */
  note(state) {
    history.replaceState(null, "", route.text(state));
  },
};

/** What each lane believes when `event` has happened: lane -> topic -> subject -> belief. */
function beliefsAt(page, event) {
  const out = new Map();
  for (const belief of page.beliefs) {
    if (belief.event > event) break;
    if (!out.has(belief.lane)) out.set(belief.lane, new Map());
    const topics = out.get(belief.lane);
    if (!topics.has(belief.topic)) topics.set(belief.topic, new Map());
    const subjects = topics.get(belief.topic);
    if (belief.value === "") subjects.delete(belief.subject);
    else subjects.set(belief.subject, belief);
  }
  return out;
}

/** The last event that a row shows: what comes before the next row has happened, too. */
function eventOfRow(page, index) {
  for (let i = index + 1; i < page.rows.length; ++i)
    if (page.rows[i].event > 0) return page.rows[i].event - 1;
  return Infinity;
}

/** Lanes that sit on a path. */
function watchersOf(page) {
  return page.lanes.map((lane, index) => ({ ...lane, index }))
    .filter((lane) => lane.role === "eavesdropper" || lane.role === "attacker");
}

/** How `lane` saw a row: a glance, or null. */
function glanceOf(row, lane) {
  if (row.stopped && row.stopped.lane === lane) return row.stopped;
  return (row.glances ?? []).find((glance) => glance.lane === lane) ?? null;
}

/** Did `lane` see anything of the row? */
function sawRow(row, lane) {
  if (row.kind === "message") return row.from === lane || glanceOf(row, lane) !== null;
  return row.kind === "gap" || row.witness === lane;
}
