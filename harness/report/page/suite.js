// The first page: how many passed, and which scenarios there are.

/** "2 mails: delivered, in clear text; bounced, did not cross". */
function summaryOf(entry) {
  const fates = [...new Set(entry.mails.map(fateOf))];
  const shown = fates.slice(0, 3).join("; ") + (fates.length > 3 ? "; \u2026" : "");
  return entry.mails.length === 0 ? "no mail"
    : `${entry.mails.length > 1 ? entry.mails.length + " mails: " : ""}${shown}`;
}

function heatMap(grid, index) {
  const number = `grid-${index}`;
  return el("section", { class: "grid", "aria-labelledby": number },
    el("h2", { id: number }, grid.title),
    el("div", { class: "scroll", tabindex: "0", role: "region",
      "aria-label": `${grid.title}, as a table` },
      el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, grid.corner),
        grid.columns.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, grid.rows.map((name, r) => el("tr", {}, el("th", { scope: "row" }, name),
        grid.cells[r].map(([text, shade]) => el("td", { class: shade }, text))))))));
}

class SuiteView {
  constructor(state) {
    this.state = state;
    const totals = { passed: 0, failed: 0, broken: 0 };
    for (const entry of suite.scenarios) ++totals[entry.status];
    this.filter = el("input", { type: "search", id: "filter", value: state.q,
      placeholder: "words of a title, file, tag, id of a standard or fate",
      oninput: () => this.narrow({ q: this.filter.value }) });
    this.status = el("select", { id: "status", onchange: () =>
      this.narrow({ status: this.status.value }) },
      ["", ...Object.keys(totals)].map((name) => el("option", { value: name,
        selected: name === state.status }, name === "" ? "all" : name)));
    this.found = el("p", { class: "muted", role: "status" });
    this.list = el("div", { class: "files" });
    this.items = [];
    this.fill();
    this.node = el("main", { class: "suite" },
      el("header", {}, el("h1", {}, "mailtls report"),
        el("p", { class: "totals" }, Object.entries(totals)
          .filter(([name, n]) => n > 0 || name === "passed")
          .map(([name, n]) => el("span", { class: `status ${name}` }, `${grouped(n)} ${name}`)))),
      suite.grids.map(heatMap),
      suite.scenarios.length === 0 ? null : [
        el("section", { class: "player", "aria-label": "filter" },
          el("label", { for: "filter" }, "Filter"), this.filter,
          el("label", { for: "status" }, "Status"), this.status),
        this.found, this.list]);
    this.narrow({});
  }

  fill() {
    let file = null;
    let list = null;
    for (const entry of suite.scenarios) {
      if (entry.file !== file) {
        file = entry.file;
        list = el("ul", {});
        this.list.append(el("section", { class: "file" }, el("h2", {}, file), list));
      }
      const item = el("li", { class: entry.status },
        el("span", { class: `status ${entry.status}` }, entry.status), " ",
        el("a", { href: route.text({ id: entry.id }) }, entry.title), " ",
        el("span", { class: "muted" }, summaryOf(entry)));
      list.append(item);
      this.items.push({ item, entry, words: [entry.id, entry.cites, entry.tags.join(" "),
        summaryOf(entry)].join(" ").toLowerCase() });
    }
  }

  narrow(change) {
    Object.assign(this.state, change);
    const words = this.state.q.toLowerCase().split(/\s+/).filter((word) => word);
    let shown = 0;
    for (const { item, entry, words: text } of this.items) {
      const fits = words.every((word) => text.includes(word)) &&
        (this.state.status === "" || entry.status === this.state.status);
      item.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const section of this.list.children)
      section.hidden = !section.querySelector("li:not([hidden])");
    this.found.textContent = `${count(shown, "scenario")} of ${grouped(this.items.length)}`;
    if (Object.keys(change).length > 0) route.note(this.state);
  }

  key(e) {
    if (e.key === "/" && e.target !== this.filter) {
      this.filter.focus();
      e.preventDefault();
    }
  }

  pause() {}
}
