// <hub-consultation consultation="…"> or <hub-consultation document="…">: read a draft by its parts, comment on them, see
// the answers. MIT licence. No dependencies, no cookies, and nothing is kept in the browser: no storage, no cache.
//
// Loaded by /embed.js when the element stands in a page. Attributes: consultation or document, lang (vi, en),
// theme (auto, light, dark), heading, hub. Colours and type as those of <hub-feed>.
import { HUB, MAX_CHARACTERS, adoptStyle, ask, button, countCharacters, el, ending, nodeTitle, outside, plain, put, shorten, time } from "./1.3.0-parts.js";

const CONTAINERS = new Set(["annex", "part", "chapter", "section", "subsection"]);
const CONTEXT = 32;
const VIEWS = ["read", "write", "mine"];

class HubConsultation extends HTMLElement {
  static observedAttributes = ["consultation", "document", "lang", "heading", "hub"];

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    adoptStyle(root);
    this.box = el("section", { class: "box" });
    root.append(this.box);
    this.pickSoon = () => {
      clearTimeout(this.picking);
      this.picking = setTimeout(() => this.pick(), 150);
    };
  }

  connectedCallback() {
    document.addEventListener("selectionchange", this.pickSoon);
    if (!this.views) this.start();
  }

  disconnectedCallback() {
    document.removeEventListener("selectionchange", this.pickSoon);
  }

  attributeChangedCallback(_, before, after) {
    if (!this.isConnected || before === after || this.queued) return;
    // Several attributes that change together are one change.
    this.queued = true;
    queueMicrotask(() => {
      this.queued = false;
      this.start();
    });
  }

  get hub() {
    return (this.getAttribute("hub") ?? HUB).replace(/\/+$/, "");
  }

  get language() {
    const wanted = this.getAttribute("lang") || this.closest("[lang]")?.getAttribute("lang") || "vi";
    return wanted.toLowerCase().startsWith("en") ? "en" : "vi";
  }

  get path() {
    return `${this.hub}/api/v1/consultations/${this.about.id}`;
  }

  say(text) {
    this.status.textContent = text;
  }

  fill(...children) {
    put(
      this.box,
      ...children,
      this.status,
      el("p", { class: "foot" }, el("a", { href: `${this.hub}/?lang=${this.language}`, ...outside }, this.words.source)),
    );
  }

  async start() {
    const turn = (this.turn = {});
    try {
      this.words = (await import(`./1.3.0-words-${this.language}.js`)).WORDS;
    } catch {
      setTimeout(() => this.turn === turn && this.start(), 10_000);
      return;
    }
    if (this.turn !== turn) return;
    const name = this.getAttribute("heading") || this.words.title;
    this.box.setAttribute("lang", this.language);
    this.box.setAttribute("aria-label", name);
    this.status = el("p", { class: "unseen", role: "status" });
    this.heading = el("h2", null, name);
    this.fill(this.heading, el("p", { class: "hint" }, this.words.loading));
    try {
      await this.load();
      if (this.turn === turn) this.show();
    } catch (problem) {
      if (this.turn !== turn) return;
      const gone = problem.status === 404 || problem.status === 422;
      if (gone) console.error(`<hub-consultation>: ${problem.message}`);
      const again = !gone && button(this.words.again, () => this.start());
      this.fill(this.heading, el("div", { role: "alert" }, el("p", null, gone ? this.words.unknown : this.words.failed), again));
    }
  }

  async load() {
    const { turn } = this;
    const api = `${this.hub}/api/v1`;
    const lang = `?lang=${this.language}`;
    let id = this.getAttribute("consultation");
    let draft = null;
    if (!id) {
      draft = await ask(`${api}/drafts/${encodeURIComponent(this.getAttribute("document"))}${lang}`);
      id = draft.now?.consultation?.id;
    }
    const path = `${api}/consultations/${encodeURIComponent(id)}`;
    const [about, counts] = await Promise.all([
      ask(path + lang),
      ask(`${path}/comments?limit=1`).then((page) => page.counts, () => null),
      this.takeWordings(),
    ]);
    if (about.draft !== draft?.id) draft = await ask(`${api}/drafts/${about.draft}${lang}`);
    if (this.turn !== turn) return;
    Object.assign(this, { about, draft, counts });
    // The version that is shown is the one that is commented on.
    const isShown = (one) => one.id === draft.id && one.lang === draft.lang && one.edition === draft.edition;
    this.position = (about.drafts.findLast(isShown) || about.drafts.at(-1)).position;
    this.nodes = (draft.nodes || []).map((node) => ({ ...node, heading: plain(node.heading), text: plain(node.text) }));
    this.byRef = new Map(this.nodes.map((node) => [node.ref, node]));
  }

  /** Reads the hub's terms, errors and notice. */
  async takeWordings() {
    const found = await ask(`${this.hub}/api/v1/consultations/wordings`);
    const { language } = this;
    const named = (list) => Object.fromEntries(list.map((term) => [term.code, term[language]]));
    const terms = Object.fromEntries(Object.entries(found.terms).map(([name, list]) => [name, named(list)]));
    this.words = { ...this.words, terms };
    const newest = found.consents.filter((one) => one.wording === "comment").sort((a, b) => b.version - a.version)[0];
    this.consent = { ...newest, lang: language, notice: newest[language], note: newest.approved ? "" : found.note[language] };
  }

  get isOpen() {
    return this.about.state === "open" && !this.draft.consultation?.url;
  }

  show() {
    const { words, about, draft } = this;
    const [window_, day] = about.state === "announced" ? [words.announced, about.opens_at] : [words.open, about.closes_at];
    const isRunning = about.state === "announced" || about.state === "open";
    const elsewhere = isRunning && draft.consultation?.url;
    const page = ({ id, title, lang }) => el("a", { href: `${this.hub}/d/${id}?lang=${lang || this.language}`, lang, ...outside }, title);
    const reason = (name, text) => text && el("p", { class: "said" }, el("b", null, `${name}: `), text);
    this.views = Object.fromEntries(VIEWS.map((name) => [name, el("div", { hidden: name !== "read" })]));
    this.form = null;
    this.fill(
      this.heading,
      el("p", { class: "soft" }, about.agency.name),
      el("p", null, page(draft)),
      isRunning
        ? el("p", { class: "until" }, `${window_} `, day === about.opens_at ? time(day) : el("time", { datetime: day }, ending(words, day)))
        : el("p", { class: "soft" }, words.terms.stage[about.state]),
      about.policy && el("p", null, `${words.policy}: `, page(about.policy)),
      reason(words.shortReason, about.short_reason),
      reason(about.without_answers ? words.withoutAnswers : words.because, about.adopted_reason || about.dropped_reason),
      elsewhere && el("p", null, `${words.elsewhere} `, el("a", { href: elsewhere, ...outside }, new URL(elsewhere).host), "."),
      ...Object.values(this.views),
    );
    this.read();
  }

  /** Shows one of the views and moves the focus to its heading, or to what led away from it. */
  go(name, focus) {
    for (const [other, view] of Object.entries(this.views)) view.hidden = other !== name;
    // What was written and not sent is kept by the form, not by the page.
    if (name !== "write") this.views.write.replaceChildren();
    const to = focus || this.views[name].querySelector("h3");
    to?.focus({ preventScroll: true });
    to?.scrollIntoView({ block: "nearest" });
  }

  read() {
    const { words, views, draft, counts } = this;
    const note = draft.explanatory_note;
    const units = this.units();
    const isAnyElsewhere = !counts || counts.nodes.some((one) => one.ref);
    this.pickText = el("p", { class: "soft" });
    const writePicked = button(words.writeQuote, (event) => this.writePicked(event), true);
    writePicked.addEventListener("pointerdown", () => (this.pressedAt = Date.now()));
    this.pickBar = el("div", { class: "pick", hidden: true }, this.pickText, writePicked);
    put(
      views.read,
      el(
        "div",
        { class: "row" },
        this.isOpen && button(words.writeWhole, (event) => this.write(event.currentTarget, null), true),
        button(words.mine, (event) => this.openMine(event.currentTarget)),
      ),
      this.isOpen && this.nodes.length && el("p", { class: "hint" }, words.how),
      this.unit({ title: words.whole, refs: [null], body: note ? [el("h3", null, words.note), el("p", { class: "said" }, note)] : [] }),
      ...units,
      isAnyElsewhere && this.unit({ title: words.all, body: [] }),
      this.pickBar,
    );
  }

  /** The parts that open and close: articles, and whatever stands outside of them; the rest are headings. */
  units() {
    const holders = new Set();
    for (const node of this.nodes) {
      if (node.type !== "article" && !CONTAINERS.has(node.type)) continue;
      for (let above = node.parent; above; above = this.byRef.get(above)?.parent) holders.add(above);
    }
    const found = [];
    const inUnit = new Map();
    const begin = (node, ...body) => {
      const unit = { refs: [node.ref], title: this.nameOf(node.ref), lang: this.draft.lang, body };
      inUnit.set(node.ref, unit);
      return unit;
    };
    for (const node of this.nodes) {
      const above = inUnit.get(node.parent);
      if (CONTAINERS.has(node.type) && holders.has(node.ref)) {
        found.push(el("h3", { lang: this.draft.lang }, nodeTitle(node)));
        if (node.text) found.push(this.nodeText(node, true));
      } else if (above && node.type !== "article") {
        above.body.push(this.nodeText(node));
        above.refs.push(node.ref);
        inUnit.set(node.ref, above);
      } else {
        found.push(begin(node, this.nodeText(node, Boolean(node.heading) || node.type === "article" || CONTAINERS.has(node.type))));
      }
    }
    return found.map((one) => (one instanceof Node ? one : this.unit(one)));
  }

  /** The words of a node, whose positions count in heading, line break, text; a heading that stands above is left out. */
  nodeText({ ref, type, label, heading, text }, isTitled) {
    const own = heading && !isTitled ? [el("b", null, heading), text && `\n${text}`] : [text];
    const words = el("span", { class: "words", lang: this.draft.lang }, ...own);
    Object.assign(words, { ref, base: isTitled && heading && text ? heading.length + 1 : 0 });
    const repeats = label && (heading || text).startsWith(label);
    return el("div", { class: `node ${type}` }, label && !isTitled && !repeats && el("span", { class: "soft" }, `${label} `), words);
  }

  /** A part with its comments: `refs` names its nodes, `[null]` the whole draft; without them, all comments. */
  unit({ refs, title, lang, body }) {
    const { words } = this;
    const nodes = this.counts?.nodes.filter((one) => refs?.includes(one.ref)) || [];
    const count = refs ? nodes.reduce((sum, one) => sum + one.count, 0) : this.counts?.total;
    const list = el("div");
    const summary = el("summary", { lang }, title, count && el("small", { class: "soft", lang: this.language }, ` · ${words.comments(count)}`));
    const here = this.isOpen && refs?.[0] && el("div", { class: "row" }, button(words.writeHere, (event) => this.write(event.currentTarget, refs[0])));
    const opened = () => made.open && !list.firstChild && this.list(list, { left: this.queries(refs, nodes), shown: new Set() });
    const made = el("details", { toggle: opened }, summary, ...body, here, list);
    return made;
  }

  /** The fewest questions for the comments of a part: one about a node has those on all whose refs begin with its own. */
  queries(refs, nodes) {
    if (!refs) return [{}];
    if (!refs[0]) return [{ whole: true }];
    const asked = [];
    for (const ref of refs) {
      const isWanted = !asked.length || nodes.some((one) => one.ref === ref);
      if (isWanted && !asked.some((above) => ref.startsWith(`${above}/`))) asked.push(ref);
    }
    return asked.map((ref) => ({ ref, draft: this.position }));
  }

  nameOf(ref) {
    const node = this.byRef.get(ref);
    if (!node) return ref;
    const isUnit = node.type === "article" || CONTAINERS.has(node.type);
    const above = !isUnit && node.parent ? `${shorten(this.nameOf(node.parent), 60)} – ` : "";
    return `${above}${nodeTitle(isUnit ? node : { ...node, heading: shorten(node.heading || node.text, 90) })}`;
  }

  /** Adds the next comments to a list: `left` has the questions to ask, `shown` the ids of the comments in it. */
  async list(into, { left, shown }) {
    const { words } = this;
    const waiting = el("p", { class: "hint" }, words.loading);
    into.querySelector(":scope > .row")?.remove();
    into.append(waiting);
    const rows = [];
    try {
      const { showComment } = await import("./1.3.0-comments.js");
      while (left.length && rows.length < 20) {
        const [query] = left;
        const page = await ask(`${this.path}/comments?${new URLSearchParams({ limit: 20, ...query })}`);
        left.shift();
        if (page.next) left.unshift({ ...query, cursor: page.next });
        for (const one of page.items) if (!shown.has(one.id)) rows.push(shown.add(one.id) && showComment(this, one, query.ref));
      }
    } catch {
      const again = button(words.again, () => waiting.remove() || this.list(into, { left, shown }));
      waiting.replaceChildren(`${words.failed} `, again);
    }
    if (!waiting.firstElementChild) waiting.remove();
    const isFirst = !into.querySelector("ul");
    if (isFirst) into.prepend(el("h3", null, words.list), el("ul", { class: "comments", role: "list" }));
    into.querySelector("ul").append(...rows);
    if (!shown.size && !left.length) into.replaceChildren(el("p", { class: "hint" }, words.none));
    if (left.length && rows.length) into.append(el("div", { class: "row" }, button(words.more, () => this.list(into, { left, shown }))));
    if (!isFirst) rows[0]?.querySelector("p").focus();
  }

  /** Shows a button for the words that are selected in one node; the rest of a longer selection is left out. */
  pick() {
    if (!this.isOpen || !this.pickBar || this.views.read.hidden) return;
    const quote = this.selected();
    // A finger that presses the button has taken the selection away before the button hears of it.
    if (!quote && (this.pickBar.contains(this.shadowRoot.activeElement) || Date.now() - this.pressedAt < 1500)) return;
    this.picked = quote;
    this.pickBar.hidden = !quote;
    if (!quote) return;
    this.pickText.textContent = `${this.words.chosen}: “${quote.exact}”`;
    this.say(`${this.words.chosen}: ${shorten(quote.exact, 80)}. ${this.words.writeQuote}`);
  }

  selected() {
    const all = this.shadowRoot.getSelection?.() || getSelection();
    const range = getSelection().getComposedRanges?.({ shadowRoots: [this.shadowRoot] })[0] || (all.rangeCount && all.getRangeAt(0));
    if (!range || (range.startContainer === range.endContainer && range.startOffset === range.endOffset)) return null;
    const spans = [...this.views.read.querySelectorAll(".words")].filter((span) => span.getClientRects().length);
    const own = document.createRange();
    for (const span of spans) {
      own.selectNodeContents(span);
      const [start, end] = [edge(own, range.startContainer, range.startOffset), edge(own, range.endContainer, range.endOffset)];
      const quote = end > start && this.quoteOf(span, start, end);
      if (quote) return quote;
    }
    return null;
  }

  /** A quotation with its place in the text of the node, counted in code points, and the words around it. */
  quoteOf(span, from, to) {
    const { heading, text } = this.byRef.get(span.ref);
    const whole = [heading, text].filter(Boolean).join("\n");
    const words = whole.slice(span.base + from, span.base + to);
    const exact = words.trim();
    if (!/[\p{L}\p{N}]/u.test(exact) || countCharacters(exact) > MAX_CHARACTERS) return null;
    const at = span.base + from + words.indexOf(exact);
    const start = countCharacters(whole.slice(0, at));
    const end = start + countCharacters(exact);
    const points = [...whole];
    const prefix = points.slice(Math.max(0, start - CONTEXT), start).join("");
    return { ref: span.ref, exact, prefix, suffix: points.slice(end, end + CONTEXT).join(""), start, end };
  }

  writePicked(event) {
    // The selection may have changed since it was last looked at.
    this.picked = this.selected() || this.picked;
    this.write(event.currentTarget, this.picked.ref, this.picked);
  }

  /** Loads what is needed for writing; without a connection that is said. */
  async use(name) {
    try {
      const [found, { WORDS }] = await Promise.all([import(`./1.3.0-${name}.js`), import(`./1.3.0-form-words-${this.language}.js`)]);
      this.words = { ...WORDS, ...this.words };
      return found;
    } catch (problem) {
      this.say(this.words.failed);
      throw problem;
    }
  }

  /** Opens the form about a part; what was already written in it stays. */
  async write(opener, ref, quote = null) {
    const { makeForm } = await this.use("comment-form");
    this.opener = opener;
    this.form ||= makeForm(this, { done: (answer) => this.openMine(null, { code: answer.code, comment: answer, isNew: true }) });
    this.form.aim(ref, quote);
    this.views.write.replaceChildren(this.form.element);
    this.go("write");
  }

  /** Asks for the code of a comment, or shows the receipt of the one that was just sent. */
  async openMine(opener, given = {}) {
    const { showMine } = await this.use("my-comment");
    if (given.isNew) this.form = null;
    else this.opener = opener;
    showMine(this, this.views.mine, given);
    this.go("mine");
  }

  back() {
    this.go("read", this.opener);
  }
}

/** The offset of a point in the text of a range, 0 or the length of the text when it stands before or behind it. */
function edge(own, node, offset) {
  const side = own.comparePoint(node, offset);
  if (side) return side < 0 ? 0 : own.toString().length;
  const before = own.cloneRange();
  before.setEnd(node, offset);
  return before.toString().length;
}

if (!customElements.get("hub-consultation")) customElements.define("hub-consultation", HubConsultation);
