// The wire: the ladder, a row at a time.

const styleWords = { clear: "in clear text", encrypted: "encrypted", altered: "altered" };
const toneSigns = { neutral: "\u2022", good: "\u2713", bad: "!" };

const manyLanes = 6;
const longestPiece = 32;

class WireView {
  constructor(page, choose) {
    this.page = page;
    this.choose = choose;
    this.buttons = [];
    this.lanes = el("ol", { class: "lanes", "aria-label": "parties" });
    this.list = el("ol", { class: "rows", "aria-label": "what happened, in order" });
    this.node = el("section", { class: "wire", "aria-labelledby": "wire-title" },
      el("h2", { id: "wire-title" }, "Wire"), this.lanes,
      el("div", { class: "track" }, this.lifelines(), this.list), this.legend());
    page.lanes.forEach((lane, i) => {
      const item = el("li", { class: `lane ${lane.role.replace(/[^a-z]/g, "-")}` },
        el("span", { class: "title" }, this.pieces(lane.title).map((piece, k) =>
          k === 0 ? piece : [el("wbr"), piece])),
        el("span", { class: "muted" }, lane.subtitle));
      item.style.setProperty("--at", this.at(i));
      this.lanes.append(item);
    });
    this.node.style.setProperty("--lanes", page.lanes.length);
    this.node.style.setProperty("--piece", Math.min(longestPiece, Math.max(0,
      ...page.lanes.flatMap((lane) => this.pieces(lane.title).map((piece) => piece.length)))));
    if (page.lanes.length >= manyLanes) this.node.classList.add("wide");
  }

  /** Where a host's name may go on in the next line: behind its dots. */
  pieces(name) {
    return name.split(/(?<=\.)/);
  }

  /** Where a lane stands, in percent of the track. */
  at(lane) {
    return (lane + 0.5) * 100 / Math.max(1, this.page.lanes.length);
  }

  lifelines() {
    return el("div", { class: "lifelines", "aria-hidden": "true" },
      this.page.lanes.map((_, i) => {
        const line = el("i");
        line.style.left = this.at(i) + "%";
        return line;
      }));
  }

  legend() {
    const arrow = (style, text) => el("li", {}, el("i", { class: `arrow sample ${style}` }), text);
    return el("ul", { class: "legend", "aria-label": "how it is drawn" },
      arrow("clear", "in clear text"), arrow("encrypted", "inside TLS"),
      arrow("altered", "altered or made up on the way"),
      el("li", {}, el("i", { class: "dot reads" }), "read on the way"),
      el("li", {}, el("i", { class: "dot sealed" }), "passed sealed"));
  }

  /** Draws all rows as `as` saw them (null: as they were), with the attackers' acts or without. */
  draw(as, acts) {
    const changes = new Map();
    if (acts)
      for (const change of this.page.changes)
        if (change.row !== null)
          changes.set(change.row, [...(changes.get(change.row) ?? []), change]);
    this.buttons = this.page.rows.map((row, i) => this.row(row, i, as));
    this.list.replaceChildren(...this.buttons.map((node, i) => {
      const hidden = as !== null && !sawRow(this.page.rows[i], as);
      return el("li", { class: `is-${this.page.rows[i].kind}`, hidden }, node,
        (changes.get(i) ?? []).map((change) => this.change(change)));
    }));
  }

  /** Is the row shown? */
  shows(index) {
    return this.buttons[index] !== undefined && !this.buttons[index].parentNode.hidden;
  }

  row(row, index, as) {
    const glance = as === null ? null : glanceOf(row, as);
    const parts = [el("span", { class: "time" }, row.kind === "gap" ? "" : clock(row.at))];
    if (row.kind === "message") parts.push(...this.message(row, glance));
    else if (row.kind === "note") parts.push(this.note(row));
    else parts.push(el("span", { class: "band" }, row.head));
    return el("button", { type: "button", class: "row", tabindex: "-1",
      onclick: () => this.choose(index) }, parts);
  }

  /** Who says it to whom, and how: what the arrow shows, for who cannot see it. */
  spoken(row, style) {
    const name = (lane) => this.page.lanes[lane]?.title ?? "nobody";
    const seen = (row.glances ?? []).map((glance) =>
      `, ${name(glance.lane)} ${glance.sealed ? "sees it sealed" : "reads it"}`);
    return unseen(` ${name(row.from)} to ${name(row.to)}, ${styleWords[style]}${seen.join("")}: `);
  }

  message(row, glance) {
    const sealed = glance?.sealed ?? false;
    const style = glance ? (sealed ? "encrypted" : row.style === "altered" ? "altered" : "clear")
      : row.style;
    const from = row.from < 0 ? row.to : row.from;
    const to = row.to < 0 ? from : row.to;
    const [left, right] = [Math.min(from, to), Math.max(from, to)].map((lane) => this.at(lane));
    const width = Math.max(right - left, 66);
    const label = el("span", { class: `label ${style}` }, this.words(row, glance));
    label.style.width = width + "%";
    label.style.marginLeft = Math.min(Math.max((left + right - width) / 2, 0), 100 - width) + "%";
    const arrow = el("i", { class: `arrow ${style} ${to >= from ? "right" : "left"}` });
    arrow.style.left = left + "%";
    arrow.style.width = Math.max(right - left, 2) + "%";
    const dots = (glance ? [] : row.glances ?? []).map((seen) => {
      const dot = el("i", { class: `dot ${seen.sealed ? "sealed" : "reads"}` });
      dot.style.left = this.at(seen.lane) + "%";
      return dot;
    });
    return [el("span", { class: "shaft" }, this.spoken(row, style), label,
      el("span", { class: "line" }, arrow, dots))];
  }

  words(row, glance) {
    if (glance === null)
      return [el("span", { class: "head" }, row.head),
        row.detail ? el("span", { class: "detail" }, row.detail) : null];
    if (!glance.sealed)
      return [el("span", { class: "head" }, glance.words),
        el("span", { class: "detail" }, count(glance.bytes, "byte"))];
    const block = el("span", { class: "block" }, count(glance.bytes, "sealed byte"));
    // A block grows with what it hides; four times the bytes are twice as long.
    block.style.width = Math.min(100, 20 + 2.5 * Math.sqrt(glance.bytes)) + "%";
    return [block, el("span", { class: "detail" }, glance.words)];
  }

  note(row) {
    const at = this.at(Math.max(row.witness, 0));
    const box = el("span", { class: `note ${row.tone}` },
      unseen(` ${this.page.lanes[row.witness]?.title ?? "nobody"} notes: `),
      el("span", { class: "sign", "aria-hidden": "true" }, toneSigns[row.tone]), row.head);
    box.style.marginLeft = Math.min(Math.max(at - 29, 0), 42) + "%";
    return box;
  }

  change(change) {
    const side = (name, base64) => el("div", {}, el("dt", {}, name),
      el("dd", {}, base64 === "" ? el("span", { class: "muted" }, "nothing")
        : el("pre", {}, this.told(base64))));
    return el("div", { class: "change" },
      el("p", {}, el("strong", {}, this.page.lanes[change.lane]?.title ?? "somebody"),
        ": ", change.act),
      el("dl", {}, side("before", change.before), side("after", change.after)));
  }

  // Text as it is; bytes of TLS as their number and front.
  told(base64) {
    const bytes = bytesOf(base64);
    const binary = bytes.some((b) => b < 9 || (b > 13 && b < 32) || b > 126);
    if (!binary) return readable(bytes).trimEnd();
    const front = [...bytes.slice(0, 24)].map((b) => b.toString(16).padStart(2, "0")).join(" ");
    return `${count(bytes.length, "byte")}: ${front}${bytes.length > 24 ? " \u2026" : ""}`;
  }

  /** Shows which row is the present one. */
  mark(index, smoothly) {
    this.buttons.forEach((node, i) => {
      node.classList.toggle("past", i < index);
      if (i === index) node.setAttribute("aria-current", "step");
      else node.removeAttribute("aria-current");
      node.tabIndex = i === index ? 0 : -1;
    });
    const node = this.buttons[index];
    if (!node) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || !smoothly;
    node.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }

  focus(index) {
    this.buttons[index]?.focus({ preventScroll: true });
  }
}
