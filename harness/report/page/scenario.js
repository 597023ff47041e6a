// The page of one scenario: the verdict, what each side believes, the wire between them, a player.

const leftRoles = ["sender"];
const rightRoles = ["receiver", "policy host", "report collector"];
const secondsARow = 1.1;
const mostVerdicts = 24;

const keyHelp = [
  ["Space", "play and pause"], ["\u2192 or j", "next row"], ["\u2190 or k", "row before"],
  ["Home, End", "first row, last row"], ["e", "see as the next party on the path, or as all"],
  ["m", "what was done on the way: show or hide"], ["b", "go to the bytes of this row"],
  ["n, p", "next scenario, scenario before"], ["Esc", "all scenarios"], ["?", "this list"],
];

const crossings = {
  "in clear text": "Everybody on the path could read it.",
  "encrypted": "TLS, but nobody proved who was at the other end.",
  "authenticated": "TLS, and the other end proved who it is.",
  "not at all": "No content crossed.",
};

/** "delivered, in clear text": what became of a mail. */
function fateOf(mail) {
  return `${mail.fate}, ${mail.crossed === "not at all" ? "did not cross" : mail.crossed}`;
}

/** The ways of a mail: recipients whose hops are alike have one in common. */
function waysFrom(mail, page) {
  const out = new Map();
  for (const way of page?.ways ?? []) {
    if (way.mail !== mail.id) continue;
    const key = JSON.stringify(way.hops.map((hop) => ({ ...hop, connection: 0, mail: 0 })));
    if (out.has(key)) out.get(key).to.push(way.to);
    else out.set(key, { to: [way.to], hops: way.hops });
  }
  return [...out.values()];
}

function verdictCard(mail, page) {
  const ways = waysFrom(mail, page);
  const alone = ways.length === 1 && ways[0].hops.length === 1 ? ways[0].hops[0] : null;
  const reason = mail.reason ? reasons[mail.reason] : null;
  const fact = (name, ...value) => [el("dt", {}, name), el("dd", {}, ...value)];
  return el("article", { class: `verdict ${mail.fate}${alone || !page ? "" : " wide"}` },
    el("h2", {}, `Mail ${mail.id}: ${mail.from || "<>"} to ${mail.to}`),
    el("p", { class: "fate" }, el("strong", {}, mail.fate), ", crossed ",
      el("strong", {}, mail.crossed)),
    weakestHop(mail, ways),
    el("dl", {},
      fact("protection", (mail.weakest_hop ? `hop ${mail.weakest_hop.number}: ` : "") +
        (crossings[mail.crossed] ?? "")),
      reason ? fact("reason", `${mail.reason}: ${reason[0]} (${reason[1]})`) : null,
      alone?.rule ? fact("rule", alone.rule) : null,
      alone?.tls ? fact("TLS", alone.tls) : null,
      alone && mail.reached ? fact("reached", mail.reached) : null,
      alone || !page ? fact("attempts", mail.attempts) : null, fact("read by", readers(mail)),
      fact("altered by", namesOf(mail.altered_by))),
    alone ? null : waysOf(mail, ways));
}

/** "weakest hop: 2, mail.acme.example → mail.bell.example, in clear text", of a relayed mail. */
function weakestHop(mail, ways) {
  const weakest = mail.weakest_hop;
  if (!weakest) return null;
  return el("p", { class: "weakest" }, el("strong", {}, `weakest hop: ${weakest.number}`),
    `, ${weakest.from} \u2192 ${weakest.to ?? "nobody"}, ${weakest.crossed}${
      ways.length > 1 ? `, to ${weakest.recipient}` : ""}`);
}

const shades = { "in clear text": "clear", "encrypted": "encrypted", "authenticated": "verified",
  "not at all": "" };
const hopColumns = ["hop", "from \u2192 to", "outcome", "crossed", "rule", "TLS", "read by",
  "altered by", "attempts"];

/** Each hop with the rule and the session that were its own, a row each. */
function waysOf(mail, ways) {
  if (ways.length === 0) return null;
  const title = `mail ${mail.id}, hop by hop`;
  const row = (way, hop, index) => {
    const weakest = mail.weakest_hop?.number === index + 1 &&
      way.to.includes(mail.weakest_hop?.recipient);
    return el("tr", { class: weakest ? "weakest" : null },
      el("th", { scope: "row" }, `${index + 1}${weakest ? ", the weakest" : ""}`),
      el("td", {}, `${hop.from} \u2192 ${hop.to ?? hop.tried ?? "nobody"}`),
      el("td", {}, hop.reason ? `${hop.fate}: ${hop.reason} (${hop.code})` : hop.fate),
      el("td", { class: shades[hop.crossed] }, hop.crossed), el("td", {}, hop.rule ?? ""),
      el("td", {}, hop.tls ?? ""), el("td", {}, namesOf(hop.read_by)),
      el("td", {}, namesOf(hop.altered_by)), el("td", {}, String(hop.attempts)));
  };
  return el("div", { class: "scroll hops", tabindex: "0", role: "region", "aria-label": title },
    ways.map((way) => el("table", {},
      ways.length > 1 ? el("caption", {}, `to ${way.to.join(", ")}`) : null,
      el("thead", {}, el("tr", {}, hopColumns.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, way.hops.map((hop, index) => row(way, hop, index))))));
}

function namesOf(list) {
  return list.length === 0 ? "nobody" : list.join(", ");
}

/** Who read the mail, and with whose stolen key. */
function readers(mail) {
  const keys = new Map((mail.stolen_keys ?? []).map((key) => [key.by, key.of]));
  return namesOf(mail.read_by.map((by) =>
    keys.has(by) ? `${by} (with the stolen key of ${keys.get(by)})` : by));
}

/** The same world under other levels. */
function otherLevels(page) {
  if (!page?.other_levels || page.other_levels.length === 0) return null;
  return el("details", { class: "others" },
    el("summary", {}, "What if every sender had another level?"),
    el("div", { class: "scroll", tabindex: "0", role: "region",
      "aria-label": "the same run under other levels" },
      el("table", {}, el("thead", {}, el("tr", {}, ["level", "mail", "outcome", "read by"]
        .map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, page.other_levels.flatMap((other) => other.mails.map((mail) =>
        el("tr", {}, el("th", { scope: "row" }, other.level), el("td", {}, mail.id),
          el("td", {}, fateOf(mail)), el("td", {}, mail.read_by.join(", ") || "nobody"))))))));
}

/** What the gateways of one side believe. */
class SideView {
  constructor(page, title, roles, id) {
    this.page = page;
    this.lanes = page.lanes.map((lane, index) => ({ ...lane, index }))
      .filter((lane) => roles.includes(lane.role));
    this.body = el("div", {});
    this.node = el("section", { class: "side", id, "aria-label": `${title} believes` },
      el("h2", {}, title), this.body);
  }

  draw(beliefs) {
    this.body.replaceChildren(...this.lanes.map((lane) => {
      const topics = [...(beliefs.get(lane.index) ?? new Map())].filter(([, s]) => s.size > 0);
      return el("article", { class: "host" }, el("h3", {}, lane.title),
        topics.length === 0 ? el("p", { class: "muted" }, "knows nothing yet") : null,
        topics.map(([topic, subjects]) => [el("h4", {}, topic),
          el("dl", {}, [...subjects.values()].map((belief) => [el("dt", {}, belief.subject),
            el("dd", { class: belief.tone }, el("span", { class: "sign", "aria-hidden": "true" },
              toneSigns[belief.tone]), belief.value)]))]));
    }));
  }
}

class ScenarioView {
  constructor(entry, page, state) {
    this.entry = entry;
    this.page = page;
    this.state = state;
    this.timer = null;
    this.help = this.helpDialog();
    this.said = el("p", { class: "unseen", role: "status" });
    const parts = [this.head(), shareFigure(page?.share), this.verdicts()];
    if (page && page.rows.length > 0) parts.push(this.player(), this.columns());
    else parts.push(el("p", { class: "notice" }, page ? "Nothing happened in this run."
      : "Nothing was played: there is no run to show."));
    this.node = el("main", { class: "scenario" }, parts, this.said, this.help);
  }

  head() {
    const { entry } = this;
    return el("header", {}, el("nav", { "aria-label": "pages" },
      el("a", { href: "#" }, "\u2190 all scenarios"),
      button("Keys: ?", () => this.help.showModal(), { class: "quiet" })),
      el("h1", {}, entry.title),
      el("p", { class: "muted" }, el("span", { class: `status ${entry.status}` }, entry.status),
        ` ${entry.file}:${entry.line}, seed ${entry.seed}${
          entry.cites ? ", cites " + entry.cites : ""}`),
      entry.failures.map((failure) => el("pre", { class: "failure" },
        (failure.file ? `${failure.file}:${failure.line}: ` : "") + failure.message)),
      entry.printed ? el("pre", { class: "printed" }, entry.printed) : null);
  }

  verdicts() {
    const mails = [...this.entry.mails, ...this.entry.notices];
    const shown = mails.length > mostVerdicts ? mostVerdicts / 2 : mails.length;
    return el("section", { class: "verdicts", "aria-label": "verdicts" },
      mails.length === 0 ? el("p", { class: "muted" }, "No mail was sent.") : null,
      mails.slice(0, shown).map((mail) => verdictCard(mail, this.page)),
      this.moreVerdicts(mails.slice(shown)), otherLevels(this.page));
  }

  /** Cards that are made when somebody asks for them. */
  moreVerdicts(mails) {
    if (mails.length === 0) return null;
    const cards = el("div", { class: "verdicts" });
    return el("details", { class: "others", ontoggle: () => {
      if (cards.children.length === 0)
        cards.append(...mails.map((mail) => verdictCard(mail, this.page)));
    } }, el("summary", {}, `${count(mails.length, "more mail")}`), cards);
  }

  player() {
    const last = this.page.rows.length - 1;
    this.play = button("Play", () => this.toggle(), { class: "play" });
    this.scrub = el("input", { type: "range", id: "scrub", min: 0, max: last, step: 1,
      oninput: () => this.show({ row: this.nearest(Number(this.scrub.value)) }) });
    this.place = el("output", { for: "scrub" });
    this.eyes = el("select", { id: "eyes", onchange: () =>
      this.show({ as: this.eyes.value || null, piece: null, layer: null, byte: null }) },
      el("option", { value: "" }, "all that happened"),
      watchersOf(this.page).map((lane) =>
        el("option", { value: lane.title }, `what ${lane.title} sees`)));
    this.acts = el("input", { type: "checkbox", id: "acts", onchange: () =>
      this.show({ acts: this.acts.checked }) });
    return el("section", { class: "player", "aria-label": "player" },
      button("|\u25c0", () => this.step(-Infinity), { "aria-label": "first row" }),
      button("\u25c0", () => this.step(-1), { "aria-label": "row before" }), this.play,
      button("\u25b6", () => this.step(1), { "aria-label": "next row" }),
      button("\u25b6|", () => this.step(Infinity), { "aria-label": "last row" }),
      el("label", { class: "unseen", for: "scrub" }, "row"), this.scrub, this.place,
      watchersOf(this.page).length === 0 ? null
        : [el("label", { for: "eyes" }, "See"), this.eyes],
      this.page.changes.length === 0 ? null
        : el("span", { class: "pair" }, this.acts,
          el("label", { for: "acts" }, `what ${this.actors()} did`)));
  }

  actors() {
    const lanes = [...new Set(this.page.changes.map((change) => change.lane))]
      .map((lane) => this.page.lanes[lane]?.title).filter((title) => title);
    return lanes.join(" and ") || "somebody";
  }

  columns() {
    this.left = new SideView(this.page, "Sender", leftRoles, "sender");
    this.wire = new WireView(this.page, (row) => this.show({ row }));
    this.right = new SideView(this.page, "Receiver", rightRoles, "receiver");
    this.bytes = new BytesView(this.page, (change, quietly) => {
      if (!quietly) return this.show(change);
      Object.assign(this.state, change);
      route.note(this.state);
    });
    return [el("div", { class: "columns" }, this.left.node, this.wire.node, this.right.node),
      this.page.left_out > 0 ? el("p", { class: "notice" },
        `${count(this.page.left_out, "piece")} of the bytes are too many for this page: ` +
        "mailtls show --bytes tells them all.") : null,
      this.bytes.node];
  }

  helpDialog() {
    const dialog = el("dialog", { "aria-labelledby": "keys-title" },
      el("h2", { id: "keys-title" }, "Keys"),
      el("dl", {}, keyHelp.map(([key, what]) => [el("dt", {}, el("kbd", {}, key)),
        el("dd", {}, what)])),
      button("Close", () => dialog.close()));
    return dialog;
  }

  // ---- state

  /** The lane through whose eyes is seen, or null. */
  lane() {
    if (!this.state.as) return null;
    const lane = watchersOf(this.page).find((one) => one.title === this.state.as);
    return lane ? lane.index : null;
  }

  /** Takes what stands in the address, or what was chosen, and shows it. */
  show(change, how = {}) {
    if (!this.wire) return;
    const before = { ...this.state };
    Object.assign(this.state, change);
    if ("row" in change && change.row !== before.row && !("piece" in change))
      Object.assign(this.state, { piece: null, layer: null, byte: null });
    const as = this.lane();
    if (as === null) this.state.as = null;
    const redraw = how.first || before.as !== this.state.as || before.acts !== this.state.acts;
    if (redraw) this.wire.draw(as, this.state.acts);
    const last = this.page.rows.length - 1;
    const wanted = Math.min(Math.max(this.state.row ?? 0, 0), last);
    this.state.row = this.wire.shows(wanted) ? wanted : this.nearest(wanted);
    this.wire.mark(this.state.row, !how.first);
    const beliefs = beliefsAt(this.page, eventOfRow(this.page, this.state.row));
    this.left.draw(beliefs);
    this.right.draw(beliefs);
    this.bytes.show(this.state, as);
    this.controls(last);
    if (!how.first) route.note(this.state);
  }

  controls(last) {
    this.scrub.value = this.state.row;
    this.place.textContent = `${this.state.row + 1} of ${last + 1}`;
    this.scrub.setAttribute("aria-valuetext", `row ${this.place.textContent}`);
    this.eyes.value = this.state.as ?? "";
    this.acts.checked = this.state.acts;
  }

  /** The shown row that is nearest to `row`. */
  nearest(row) {
    for (let d = 0; d < this.page.rows.length; ++d)
      for (const at of [row + d, row - d]) if (this.wire.shows(at)) return at;
    return 0;
  }

  step(by, speak = true) {
    const rows = this.page.rows;
    let row = this.state.row;
    if (Math.abs(by) === Infinity) {
      row = this.nearest(by > 0 ? rows.length - 1 : 0);
    } else {
      do row += by; while (row >= 0 && row < rows.length && !this.wire.shows(row));
      if (row < 0 || row >= rows.length) return false;
    }
    this.show({ row });
    if (speak) this.said.textContent = this.wire.buttons[row].textContent;
    return true;
  }

  toggle() {
    if (this.timer !== null) return this.pause();
    if (!this.step(1, false)) this.step(-Infinity, false);
    this.play.textContent = "Pause";
    this.timer = setInterval(() => {
      if (!this.step(1, false)) this.pause();
    }, secondsARow * 1000);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    if (this.play) this.play.textContent = "Play";
  }

  key(e) {
    if (this.help.open || e.ctrlKey || e.metaKey || e.altKey) return;
    const typing = e.target.matches?.("select, input[type=search]") ||
      (e.target.matches?.("input") && (e.key === " " || e.key.length > 1));
    const actions = {
      ArrowRight: () => this.step(1), j: () => this.step(1),
      ArrowLeft: () => this.step(-1), k: () => this.step(-1),
      ArrowDown: () => this.inRows(e) && this.step(1),
      ArrowUp: () => this.inRows(e) && this.step(-1),
      Home: () => this.step(-Infinity), End: () => this.step(Infinity),
      " ": () => this.toggle(), e: () => this.nextEyes(),
      m: () => this.page.changes.length > 0 && this.show({ acts: !this.state.acts }),
      b: () => this.bytes.focus(),
    };
    if (e.key === "?") this.help.showModal();
    else if (e.key === "Escape") route.go({});
    else if (e.key === "n" || e.key === "p") this.neighbour(e.key === "n" ? 1 : -1);
    else if (!this.wire || typing || !(e.key in actions)) return;
    else if (e.key === " " && e.target.matches?.("button:not(.row), summary, a")) return;
    else {
      const within = this.inRows(e);
      if (actions[e.key]() === false) return;
      if (within && e.key !== "b") this.wire.focus(this.state.row);
    }
    e.preventDefault();
  }

  inRows(e) {
    return this.wire.list.contains(e.target);
  }

  nextEyes() {
    const names = [null, ...watchersOf(this.page).map((lane) => lane.title)];
    const at = names.indexOf(this.state.as);
    this.show({ as: names[(at + 1) % names.length], piece: null, layer: null, byte: null });
  }

  neighbour(by) {
    const at = suite.scenarios.indexOf(this.entry) + by;
    if (suite.scenarios[at]) route.go({ id: suite.scenarios[at].id });
  }
}
