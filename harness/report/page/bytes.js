// The byte view: hexadecimal and text, the fields they make up, and what each field means.

const layerNames = {
  wire: "on the wire", opened: "opened: what was sealed in it",
  whole_message: "the whole message or line",
  keys: "how the keys of this session came about",
};
const shownAtFirst = 2048;

/** The innermost field that holds the byte at `offset`, as a path of fields. */
function pathTo(fields, offset) {
  for (const field of fields)
    if (offset >= field[1] && offset < field[1] + field[2])
      return [field, ...pathTo(field[4] ?? [], offset)];
  return [];
}

/** One layer of a piece. `choose(byte)` is called when a byte or a field is chosen. */
class LayerView {
  constructor(page, layer, name, choose) {
    this.page = page;
    this.fields = layer.fields;
    this.bytes = bytesOf(layer.bytes);
    this.choose = choose;
    this.cells = [];
    this.items = new Map();
    this.all = this.bytes.length <= shownAtFirst;
    this.dump = el("div", { class: "dump", role: "region", tabindex: "0", "aria-label":
      `${layerNames[name]}, ${count(this.bytes.length, "byte")} as hexadecimal and text` });
    this.explained = el("div", { class: "explained", "aria-live": "polite" });
    this.tree = el("ul", { role: "tree", "aria-label": `fields, ${layerNames[name]}`,
      class: "fields" });
    this.fields.forEach((field) => this.item(field, 1));
    this.tree.addEventListener("keydown", (e) => this.key(e));
    this.draw();
    this.node = el("section", { class: "layer" },
      el("h4", {}, `${layerNames[name]}, ${count(this.bytes.length, "byte")}`),
      el("div", { class: "halves" }, el("div", { class: "half" }, this.dump),
        el("div", { class: "half" }, this.fields.length > 0 ? this.tree
          : el("p", { class: "muted" }, "No fields are known for these bytes."),
          this.explained)));
  }

  draw() {
    const shown = this.all ? this.bytes.length : shownAtFirst;
    this.dump.replaceChildren();
    this.cells = [];
    for (let at = 0; at < shown; at += 16) {
      const digits = el("span", { class: "digits" });
      const letters = el("span", { class: "letters" });
      for (let i = at; i < Math.min(at + 16, shown); ++i) {
        const byte = this.bytes[i];
        const hex = el("span", { "data-at": i }, byte.toString(16).padStart(2, "0"));
        const letter = el("span", { "data-at": i },
          byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "\u00b7");
        digits.append(hex, i % 16 === 7 ? "  " : " ");
        letters.append(letter);
        this.cells.push([hex, letter]);
      }
      this.dump.append(el("div", { class: "line" },
        el("span", { class: "offset" }, at.toString(16).padStart(4, "0")), digits, letters));
    }
    if (shown < this.bytes.length)
      this.dump.append(button(`Show all ${count(this.bytes.length, "byte")}`, () => {
        this.all = true;
        this.draw();
      }));
    this.dump.onclick = (e) => {
      const at = e.target.dataset?.at;
      if (at !== undefined) this.choose(Number(at));
    };
  }

  /** The fields one below the other; how deep each is stands in its level. */
  item(field, level) {
    const [index, offset, , value, parts] = field;
    const inner = parts && parts.length > 0;
    const node = el("li", { role: "treeitem", tabindex: "-1", "aria-level": level,
      class: "field", "aria-selected": "false", "aria-expanded": inner ? "true" : null,
      onclick: () => this.choose(offset, field) },
      el("span", { class: "name" }, this.page.ids[index]), " ",
      value ? el("span", { class: "value" }, value) : null);
    node.style.paddingLeft = `${level * 1.1 - 0.5}em`;
    this.items.set(field, node);
    this.tree.append(node);
    (parts ?? []).forEach((part) => this.item(part, level + 1));
  }

  /** Shows or hides what is inside a field. */
  expand(node, open) {
    const level = (item) => Number(item.getAttribute("aria-level"));
    node.setAttribute("aria-expanded", String(open));
    for (let next = node.nextElementSibling; next && level(next) > level(node);
      next = next.nextElementSibling) {
      next.hidden = !open;
      if (open && next.hasAttribute("aria-expanded")) next.setAttribute("aria-expanded", "true");
    }
  }

  /** Marks the field that holds `byte`, or the given one of those. */
  mark(byte, wanted) {
    const path = pathTo(this.fields, byte);
    const field = path.includes(wanted) ? wanted : path.at(-1);
    const [begin, end] = field ? [field[1], field[1] + field[2]] : [byte, byte + 1];
    if (end > this.cells.length && !this.all && begin >= this.cells.length) {
      this.all = true;
      this.draw();
    }
    this.cells.forEach((cell, i) => cell.forEach((span) =>
      span.className = i === byte ? "in here" : i >= begin && i < end ? "in" : ""));
    for (const [known, node] of this.items) {
      node.setAttribute("aria-selected", known === field ? "true" : "false");
      node.tabIndex = known === field ? 0 : -1;
    }
    if (!field) this.tree.firstElementChild?.setAttribute("tabindex", "0");
    this.explain(field);
    return field;
  }

  explain(field) {
    const known = field && explanations[this.page.ids[field[0]]];
    this.explained.replaceChildren(...(!field ? [] : [
      el("p", { class: "name" }, this.page.ids[field[0]]),
      field[3] ? el("p", { class: "value" }, field[3]) : "",
      known ? el("p", {}, known[0]) : "",
      el("p", { class: "muted" },
        `${count(field[2], "byte")} at ${field[1]}${known ? "; " + known[1] : ""}`)]));
  }

  key(e) {
    const items = [...this.items].filter(([, node]) => !node.hidden);
    const at = items.findIndex(([, node]) => node === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[e.key];
    const node = items[at]?.[1];
    if (to !== undefined && items[to]) {
      this.choose(items[to][0][1], items[to][0]);
      items[to][1].focus();
    } else if (e.key === "ArrowLeft" && node?.getAttribute("aria-expanded") === "true") {
      this.expand(node, false);
    } else if (e.key === "ArrowRight" && node?.getAttribute("aria-expanded") === "false") {
      this.expand(node, true);
    } else {
      return;
    }
    e.preventDefault();
    e.stopPropagation();
  }
}

/** The bytes of a row. `state` is the route; `change` notes it. */
class BytesView {
  constructor(page, change) {
    this.page = page;
    this.change = change;
    this.node = el("section", { class: "bytes", "aria-labelledby": "bytes-title" });
  }

  /** The pieces that a row carries, each with its number on the page. */
  piecesOf(row) {
    return this.page.pieces.map((piece, number) => ({ piece, number }))
      .filter(({ piece }) => piece.row === row);
  }

  mayOpen(piece, state, as) {
    return as === null || this.page.keys.some((key) =>
      key.lane === as && key.connection === piece.connection);
  }

  show(state, as) {
    const pieces = this.piecesOf(state.row);
    // The record that ends a handshake stands behind a ChangeCipherSpec that says nothing.
    const chosen = pieces.find(({ number }) => number === state.piece) ??
      pieces.find(({ piece }) => piece.keys) ?? pieces[0];
    const parts = [el("h3", { id: "bytes-title" }, "The bytes of this row")];
    if (!chosen) {
      parts.push(el("p", { class: "muted" }, this.page.rows[state.row]?.kind === "message"
        ? "No bytes are kept for this row." : "This row is a note: nothing was sent."));
      this.node.replaceChildren(...parts);
      return;
    }
    if (pieces.length > 1) parts.push(this.choice(pieces, chosen, state));
    const { piece } = chosen;
    parts.push(el("p", { class: "muted" },
      `connection ${piece.connection ?? "none"}, ${piece.way.replace("-", " the ")}, from byte ${
        grouped(piece.offset)} on, as seen at ${piece.seen_at}`));
    const opens = this.mayOpen(piece, state, as);
    this.views = [];
    for (const name of ["wire", "opened", "whole_message", "keys"]) {
      // One party alone knows some of the values: they are for who sees all.
      const readable = name === "keys" ? as === null
        : name === "wire" || piece.kind === "clear" || opens;
      if (!piece[name] || !readable) continue;
      const view = new LayerView(this.page, piece[name], name, (byte, field) =>
        this.choose(chosen.number, name, byte, field));
      view.name = name;
      this.views.push(view);
      parts.push(view.node);
    }
    for (const watcher of piece.watchers ?? [])
      if (as === null || as === watcher.lane)
        parts.push(el("p", { class: "notice" }, `${watcher.says}.`));
    if (!opens && piece.opened)
      parts.push(el("p", { class: "notice" },
        `${this.page.lanes[as].title} has no key: what is sealed stays sealed.`));
    this.node.replaceChildren(...parts);
    const layer = this.views.some((v) => v.name === state.layer) ? state.layer : "wire";
    this.mark(layer, state.byte ?? 0);
  }

  choice(pieces, chosen, state) {
    const select = el("select", { id: "piece", onchange: () =>
      this.change({ piece: Number(select.value), layer: null, byte: null }) });
    for (const { piece, number } of pieces)
      select.append(el("option", { value: number, selected: number === chosen.number },
        this.title(piece)));
    return el("p", {}, el("label", { for: "piece" }, "Piece: "), select);
  }

  title(piece) {
    const length = bytesOf(piece.wire.bytes).length;
    const kinds = { clear: "clear text", record: "a record of TLS", datagram: "a datagram" };
    return `${kinds[piece.kind] ?? piece.kind}, ${count(length, "byte")}, at ${
      piece.seen_at}`;
  }

  choose(piece, layer, byte, field) {
    this.mark(layer, byte, field);
    this.change({ piece, layer, byte }, "quietly");
  }

  mark(layer, byte, field) {
    for (const view of this.views) {
      if (view.name === layer) view.mark(byte, field);
      else view.mark(-1);
    }
  }

  focus() {
    const view = this.views?.find((v) => v.fields.length > 0);
    view?.tree.querySelector('[tabindex="0"]')?.focus();
  }
}
