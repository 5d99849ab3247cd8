// Policy hub on your page: <hub-feed>, <hub-search>, <hub-consultation>. MIT licence. No dependencies, no cookies, no
// tracking.
//
//   <script src="https://HUB/embed.js" defer></script>
//   <hub-feed kind="draft" limit="5"></hub-feed>
//   <hub-search placeholder="Tìm văn bản"></hub-search>
//   <hub-consultation document="…"></hub-consultation>
//
// The last one is loaded only where it stands in a page. Attributes of the first two: kind, agency, topic, place, limit,
// summary (on, off), theme (auto, light, dark), lang (vi, en), heading, hub. Frames of the hub get the height they need.
// Colours and type can be set from outside: --hub-accent, --hub-ink, --hub-soft, --hub-line, --hub-paper, --hub-font.
"use strict";

(() => {
  if (!window.customElements || customElements.get("hub-feed")) return;

  const SCRIPT = document.currentScript;
  const HUB = SCRIPT ? SCRIPT.src.replace(/\/embed(\.js|\/[^/]*\.js)([?#].*)?$/, "") : "";
  const PLURALS = { policy: "policies", draft: "drafts", bulletin: "bulletins", statement: "statements" };
  const FILTERS = ["agency", "topic", "place"];
  const AT_MOST = 50;
  const SUMMARY = 300;
  const KEPT_FOR = 7 * 24 * 3600 * 1000;
  const KEPT_AT_MOST = 20;
  const REFRESH_AFTER = 5 * 60 * 1000;
  const TIMEOUT = 15 * 1000;

  const WORDS = {
    vi: {
      policy: "Văn bản",
      draft: "Dự thảo",
      bulletin: "Bản tin",
      statement: "Phát ngôn",
      all: "Tất cả",
      feed: "Tin chính sách",
      search: "Tìm văn bản, dự thảo, bản tin",
      go: "Tìm",
      kind: "Loại",
      loading: "Đang tải…",
      empty: "Chưa có nội dung.",
      none: (words) => `Không tìm thấy gì cho “${words}”.`,
      found: (count) => `Khoảng ${count} kết quả`,
      failed: "Chưa tải được nội dung.",
      again: "Thử lại",
      wrong: (name, value) => `Thuộc tính ${name}="${value}" không có trên cổng.`,
      kept: (when) => `Không kết nối được. Nội dung lưu lúc ${when}.`,
      comment: "Góp ý đến",
      whole: "Tất cả của cơ quan này",
      source: "Cổng chính sách Huế",
      meant: "Ý bạn là",
    },
    en: {
      policy: "Policy",
      draft: "Draft",
      bulletin: "Bulletin",
      statement: "Statement",
      all: "Everything",
      feed: "Policy news",
      search: "Search policies, drafts, bulletins",
      go: "Search",
      kind: "Kind",
      loading: "Loading…",
      empty: "Nothing here yet.",
      none: (words) => `Nothing found for “${words}”.`,
      found: (count) => `About ${count} results`,
      failed: "The content could not be loaded.",
      again: "Try again",
      wrong: (name, value) => `The hub knows no ${name}="${value}".`,
      kept: (when) => `No connection. Content kept at ${when}.`,
      comment: "Comment until",
      whole: "All of this agency",
      source: "Huế policy hub",
      meant: "Did you mean",
    },
  };

  // Light or dark as the page around it says by its color-scheme; a page that says nothing is light.
  const CSS = `
    :host {
      --i: var(--hub-ink, #231a2c); --s: var(--hub-soft, #62566e); --l: var(--hub-line, #e4ddeb);
      --a: var(--hub-accent, #5d2f86); --p: var(--hub-paper, #fff); --w: var(--hub-wash, #f5f0f9); --g: #8a5a00;
      display: block; container-type: inline-size; text-align: start;
      font: 16px/1.5 var(--hub-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
    }
    @supports (color: light-dark(red, blue)) {
      :host {
        --i: var(--hub-ink, light-dark(#231a2c, #f0eaf6)); --s: var(--hub-soft, light-dark(#62566e, #b9adc6));
        --l: var(--hub-line, light-dark(#e4ddeb, #3b3147)); --a: var(--hub-accent, light-dark(#5d2f86, #d1b0f3));
        --p: var(--hub-paper, light-dark(#fff, #1b1622)); --w: var(--hub-wash, light-dark(#f5f0f9, #2a2136));
        --g: light-dark(#8a5a00, #f0c866);
      }
    }
    :host([theme="light"]) { color-scheme: light; }
    :host([theme="dark"]) { color-scheme: dark; }
    :host([hidden]) { display: none; }
    * { box-sizing: border-box; }
    .box { padding: 4px 20px 12px; border: 1px solid var(--l); border-radius: 12px; background: var(--p); color: var(--i); }
    h2 { margin: 14px 0 4px; font-size: 1.2em; line-height: 1.3; }
    p { margin: 0; }
    .title { margin: 3px 0; font-size: 1em; font-weight: 600; line-height: 1.4; }
    ul { margin: 0; padding: 0; list-style: none; }
    li { padding: 13px 0; border-bottom: 1px solid var(--l); overflow-wrap: break-word; }
    li:last-child { border-bottom: 0; }
    a { color: var(--a); text-underline-offset: 3px; }
    .title a { color: var(--i); text-decoration: none; }
    .title a:hover { color: var(--a); text-decoration: underline; }
    a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible {
      outline: 2px solid var(--a); outline-offset: 2px; border-radius: 3px;
    }
    .pic { display: grid; grid-template-columns: minmax(0, 1fr) 96px; column-gap: 16px; align-content: start; }
    .pic > * { grid-column: 1; }
    .pic img { grid-column: 2; grid-row: 1 / span 9; width: 96px; height: auto; aspect-ratio: 4 / 3; object-fit: cover;
      border-radius: 8px; background: var(--w); }
    .facts { display: flex; flex-wrap: wrap; gap: 0 12px; color: var(--s); font-size: .86em; }
    .kind { color: var(--a); font-weight: 600; }
    .until { color: var(--g); font-weight: 600; }
    .by, .hit, .sum { color: var(--s); font-size: .9em; }
    .sum { display: -webkit-box; overflow: hidden; margin: 2px 0 4px; color: var(--i); -webkit-box-orient: vertical;
      -webkit-line-clamp: 3; line-clamp: 3; }
    .hit mark { background: var(--w); color: var(--a); font-weight: 600; }
    .note { padding: 13px 0; color: var(--s); font-size: .94em; }
    .foot { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 20px; padding-top: 10px;
      border-top: 1px solid var(--l); font-size: .86em; }
    button { padding: 6px 14px; border: 1px solid var(--a); border-radius: 8px; background: var(--p); color: var(--a);
      font: inherit; font-weight: 600; cursor: pointer; }
    form { display: flex; flex-wrap: wrap; gap: 8px; padding: 12px 0 4px; }
    label { display: contents; }
    input, select { min-width: 0; padding: 7px 11px; border: 1px solid var(--s); border-radius: 8px; background: var(--p);
      color: var(--i); font: inherit; }
    input { flex: 1 1 180px; }
    select { flex: 1 1 auto; }
    @container (min-width: 480px) { select { flex: 0 1 auto; } }
    @container (max-width: 420px) { input { flex-basis: 100%; } }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .wait li::before, .wait li::after { content: ""; display: block; height: .8em; border-radius: 4px; background: var(--w); }
    .wait li::before { width: 34%; margin-bottom: 9px; }
    .wait li::after { width: 88%; }
    @media (forced-colors: active) { .box { border-color: CanvasText; } }`;

  // An adopted sheet needs no 'unsafe-inline' in the page's policy.
  let sheet = null;
  try {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  } catch {
    sheet = null;
  }

  /** An element with its attributes and children; text goes in as text, so nothing in it can become markup. */
  function el(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === true) made.setAttribute(key, "");
      else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  }

  /** The hub's highlight holds <mark> and escaped text, nothing else. Anything else is shown as the text it is. */
  function highlighted(html) {
    const names = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'" };
    const plain = (text) => text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (_, name) => names[name]);
    return html
      .split(/(<mark>.*?<\/mark>)/s)
      .map((part) => {
        const inner = /^<mark>(.*)<\/mark>$/s.exec(part);
        return inner ? el("mark", null, plain(inner[1])) : plain(part);
      })
      .filter((part) => part !== "");
  }

  /** The beginning of a text, ending with a word; what a reader's browser keeps stays small. */
  const begin = (text) => (text.length > SUMMARY ? `${text.slice(0, SUMMARY).replace(/\s+\S*$/, "")}…` : text);

  const day = (iso) => (/^\d{4}-\d\d-\d\d/.test(iso || "") ? iso.slice(0, 10).split("-").reverse().join("/") : "");

  /** The last day in Việt Nam before a moment. */
  const dayBefore = (moment) => new Date(Date.parse(moment) - 1 + 7 * 3_600_000).toISOString().slice(0, 10);

  // What was answered last, for when nothing answers. The browser may refuse to keep anything; that is no error.
  const store = {
    read(key) {
      try {
        const found = JSON.parse(localStorage.getItem(`hub:${key}`));
        return found && Date.now() - found.at < KEPT_FOR ? found : null;
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        const text = JSON.stringify({ at: Date.now(), value });
        const others = Object.keys(localStorage).filter((name) => name.startsWith("hub:") && name !== `hub:${key}`);
        if (others.length >= KEPT_AT_MOST) {
          const age = (name) => Number(/"at":(\d+)/.exec(localStorage.getItem(name))?.[1] || 0);
          others.sort((a, b) => age(a) - age(b));
          others.slice(0, others.length - KEPT_AT_MOST + 1).forEach((name) => localStorage.removeItem(name));
        }
        localStorage.setItem(`hub:${key}`, text);
      } catch {
        // Full or forbidden: the next answer comes from the hub.
      }
    },
  };

  /** What the hub will refuse each time: an attribute that whoever wrote the page has to mend. */
  class Refused extends Error {
    constructor(field, detail) {
      super(detail);
      this.field = field;
    }
  }

  class HubElement extends HTMLElement {
    static observedAttributes = ["kind", ...FILTERS, "limit", "summary", "lang", "heading", "hub", "placeholder"];

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      if (sheet && "adoptedStyleSheets" in root) root.adoptedStyleSheets = [sheet];
      else root.append(el("style", null, CSS));
      this.box = el("section", { class: "box" });
      root.append(this.box);
      this.failures = 0;
      this.again = () => this.load();
      this.seen = () => {
        if (!document.hidden && Date.now() - (this.loadedAt || 0) > REFRESH_AFTER) this.load();
      };
    }

    connectedCallback() {
      addEventListener("online", this.again);
      document.addEventListener("visibilitychange", this.seen);
      this.start();
    }

    disconnectedCallback() {
      removeEventListener("online", this.again);
      document.removeEventListener("visibilitychange", this.seen);
      clearTimeout(this.timer);
      this.asking?.abort();
    }

    attributeChangedCallback(_, before, after) {
      if (!this.isConnected || before === after || this.queued) return;
      // Several attributes that change together are one change.
      this.queued = true;
      queueMicrotask(() => {
        this.queued = false;
        if (this.isConnected) this.start();
      });
    }

    get hub() {
      return (this.getAttribute("hub") || HUB).replace(/\/+$/, "");
    }

    get language() {
      const wanted = this.getAttribute("lang") || this.closest("[lang]")?.getAttribute("lang") || "vi";
      return wanted.toLowerCase().startsWith("en") ? "en" : "vi";
    }

    get words() {
      return WORDS[this.language];
    }

    get limit() {
      const wanted = parseInt(this.getAttribute("limit"), 10);
      return Math.min(Math.max(wanted || 5, 1), AT_MOST);
    }

    /** Named alone, as attributes of HTML may be, it is on. */
    get hasSummary() {
      return ["", "on", "true"].includes(this.getAttribute("summary"));
    }

    /** The first kind that is asked for and does not exist. */
    get strangeKind() {
      return (this.getAttribute("kind") || "").split(/[\s,]+/).find((kind) => kind && !(kind in PLURALS));
    }

    /** The kinds that are asked for, or all. */
    get kinds() {
      const wanted = (this.getAttribute("kind") || "").split(/[\s,]+/).filter((kind) => kind in PLURALS);
      return wanted.length ? wanted : Object.keys(PLURALS);
    }

    query(more) {
      const found = new URLSearchParams(more);
      for (const name of FILTERS) {
        const value = (this.getAttribute(name) || "").trim();
        if (value) found.set(name, value);
      }
      found.set("limit", this.limit);
      found.set("lang", this.language);
      return found;
    }

    async get(path, signal) {
      const answer = await fetch(this.hub + path, { signal, credentials: "omit", headers: { accept: "application/json" } });
      if (answer.status === 422) {
        const { field, detail } = await answer.json();
        throw new Refused(field, detail);
      }
      if (!answer.ok) throw new Error(`${answer.status}`);
      return answer.json();
    }

    /** Asks anew; a question that was asked before and is still open is dropped. */
    async load() {
      if (!this.isConnected) return;
      const strange = this.strangeKind;
      if (!this.wanted && !strange) return;
      clearTimeout(this.timer);
      this.asking?.abort();
      if (strange) {
        this.refuse("kind", `There is no kind \`${strange}\`.`);
        return;
      }
      const asking = (this.asking = new AbortController());
      const late = setTimeout(() => asking.abort("late"), TIMEOUT);
      const key = this.key();
      this.box.setAttribute("aria-busy", "true");
      try {
        const value = await this.ask(asking.signal);
        if (this.asking !== asking) return;
        this.failures = 0;
        this.loadedAt = Date.now();
        store.write(key, value);
        this.show(value);
        this.later(REFRESH_AFTER);
      } catch (problem) {
        if (this.asking !== asking || !this.isConnected) return;
        if (problem instanceof Refused && this.hasAttribute(problem.field)) {
          this.refuse(problem.field, problem.message);
          return;
        }
        this.failures += 1;
        const kept = store.read(key);
        if (kept) this.show(kept.value, kept.at);
        else this.fail();
        // Not all pages at the same moment: a hub that comes back is not met by everybody at once.
        this.later(Math.min(2000 * 2 ** (this.failures - 1), REFRESH_AFTER) * (0.75 + Math.random() / 2));
      } finally {
        clearTimeout(late);
        if (this.asking === asking) this.box.removeAttribute("aria-busy");
      }
    }

    later(milliseconds) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => (document.hidden ? this.later(milliseconds) : this.load()), milliseconds);
    }

    item(card, hit) {
      const facts = [
        el("span", { class: "kind" }, this.words[card.kind] || card.kind),
        card.number ? el("span", null, card.number) : null,
        el("time", { datetime: card.issued_on }, day(card.issued_on)),
      ];
      if (card.closes_at && Date.parse(card.closes_at) > Date.now()) {
        const last = dayBefore(card.closes_at);
        const until = el("time", { datetime: last }, day(last));
        facts.push(el("span", { class: "until" }, `${this.words.comment} `, until));
      }
      const other = card.lang !== this.language ? card.lang : null;
      const link = el("a", { href: `${this.hub}/d/${encodeURIComponent(card.id)}`, lang: other }, card.title);
      const picture = card.image && this.picture(card.image, other);
      const about = this.hasSummary ? card.about : null;
      return el(
        "li",
        { class: picture && "pic" },
        el("p", { class: "facts" }, ...facts),
        // Below a heading of its own a title is one, too; otherwise it would skip a level of the page's.
        el(this.hasAttribute("heading") ? "h3" : "p", { class: "title" }, link),
        hit
          ? el("p", { class: "hit", lang: other }, ...highlighted(hit))
          : about && el("p", { class: "sum", lang: other }, about),
        el("p", { class: "by", lang: other }, card.agency),
        picture,
      );
    }

    /** The browser takes the size that it needs. A picture that cannot be loaded, or may not be, leaves no gap. */
    picture(image, lang) {
      const made = el("img", {
        src: this.hub + image.sizes[0].url,
        srcset: image.sizes.map((size) => `${this.hub}${size.url} ${size.width}w`).join(", "),
        sizes: "96px",
        width: image.width,
        height: image.height,
        alt: image.alt,
        lang,
        loading: "lazy",
      });
      made.addEventListener("error", () => {
        made.parentNode?.removeAttribute("class");
        made.remove();
      });
      return made;
    }

    waiting() {
      const rows = Array.from({ length: Math.min(this.limit, 3) }, () => el("li", { "aria-hidden": "true" }));
      return [el("p", { class: "unseen" }, this.words.loading), el("ul", { class: "wait", "aria-hidden": "true" }, ...rows)];
    }

    /** Says in the console and in the element which attribute is wrong; asking again would not help. */
    refuse(name, detail) {
      const line = `<${this.localName} ${name}="${this.getAttribute(name)}">: ${detail}`;
      if (this.refusal !== line) console.error((this.refusal = line));
      const text = this.words.wrong(name, this.getAttribute(name));
      this.fail(el("p", { class: "note", role: "alert" }, text));
    }

    failed() {
      const again = el("button", { type: "button" }, this.words.again);
      again.addEventListener("click", () => this.load());
      return el("div", { class: "note", role: "alert" }, el("p", null, this.words.failed), again);
    }

    keptAt(at) {
      const when = new Date(at).toLocaleString(this.language === "vi" ? "vi-VN" : "en-GB", {
        dateStyle: "short",
        timeStyle: "short",
      });
      return el("p", { class: "note", role: "status" }, this.words.kept(when));
    }

    foot() {
      const agency = (this.getAttribute("agency") || "").trim();
      const whole = new URLSearchParams({ agency, limit: AT_MOST, summary: "on", lang: this.language });
      return el(
        "p",
        { class: "foot" },
        agency && el("a", { href: `${this.hub}/embed/feed?${whole}` }, this.words.whole),
        el("a", { href: `${this.hub}/?lang=${this.language}` }, this.words.source),
      );
    }
  }

  /** Only what is shown is kept. */
  const slim = (card, hasSummary) => ({
    id: card.id,
    kind: card.kind,
    lang: card.lang,
    title: card.title,
    number: card.number || null,
    about: hasSummary ? begin(card.lead || card.summary || "") : null,
    agency: card.agency.name,
    issued_on: card.issued_on,
    published_at: card.published_at,
    // The window that holds, whatever days the text of the draft states.
    closes_at: card.now?.consultation?.closes_at || null,
    // Pictures of other sites are not loaded: they would see who reads the page.
    image: card.image?.sizes?.length
      ? { alt: card.image.alt, width: card.image.width, height: card.image.height, sizes: card.image.sizes.slice(0, 2) }
      : null,
  });

  class HubFeed extends HubElement {
    start() {
      this.wanted = true;
      this.failures = 0;
      this.fill(this.waiting());
      this.load();
    }

    key() {
      return `${this.hub}/feed?${this.kinds}&${this.query()}`;
    }

    async ask(signal) {
      const pages = await Promise.all(
        this.kinds.map((kind) => this.get(`/api/v1/${PLURALS[kind]}?${this.query()}`, signal)),
      );
      const cards = pages.flatMap((page) => page.items.map((card) => slim(card, this.hasSummary)));
      const age = (card) => Date.parse(card.published_at) || 0;
      if (pages.length > 1) cards.sort((a, b) => age(b) - age(a) || (a.issued_on < b.issued_on ? 1 : -1));
      return cards.slice(0, this.limit);
    }

    fill(children) {
      const kinds = this.kinds;
      const name = this.getAttribute("heading") || (kinds.length === 1 ? this.words[kinds[0]] : this.words.feed);
      this.box.setAttribute("lang", this.language);
      this.box.setAttribute("aria-label", name);
      const heading = this.getAttribute("heading") ? el("h2", null, name) : null;
      this.box.replaceChildren(...[heading, ...children, this.foot()].filter(Boolean));
    }

    show(cards, at) {
      const list = cards.length
        ? el("ul", { role: "list" }, ...cards.map((card) => this.item(card)))
        : el("p", { class: "note" }, this.words.empty);
      this.fill([at ? this.keptAt(at) : null, list]);
    }

    fail(said = this.failed()) {
      this.fill([said]);
    }
  }

  class HubSearch extends HubElement {
    start() {
      const words = this.words;
      const before = this.input?.value || "";
      const hint = this.getAttribute("placeholder") || words.search;
      this.box.setAttribute("lang", this.language);
      this.box.setAttribute("role", "search");
      this.box.setAttribute("aria-label", this.getAttribute("heading") || words.search);
      this.input = el("input", { type: "search", maxlength: "300", placeholder: hint, autocomplete: "off", enterkeyhint: "search" });
      this.input.value = before;
      const parts = [el("label", null, el("span", { class: "unseen" }, words.search), this.input)];
      this.select = null;
      if (this.kinds.length > 1) {
        const options = this.kinds.map((kind) => el("option", { value: kind }, words[kind]));
        // The hub searches one kind or all of them.
        if (options.length === Object.keys(PLURALS).length) options.unshift(el("option", { value: "" }, words.all));
        this.select = el("select", null, ...options);
        this.select.addEventListener("change", () => this.type(0));
        parts.push(el("label", null, el("span", { class: "unseen" }, words.kind), this.select));
      }
      const form = el("form", null, ...parts, el("button", { type: "submit" }, words.go));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.type(0);
      });
      this.input.addEventListener("input", () => this.type(350));
      this.status = el("p", { class: "unseen", role: "status" });
      this.results = el("div");
      const heading = this.getAttribute("heading");
      this.box.replaceChildren(
        ...[heading && el("h2", null, heading), form, this.status, this.results, this.foot()].filter(Boolean),
      );
      this.wanted = null;
      if (before) this.type(0);
      else this.load();
    }

    type(delay) {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => {
        const text = this.input.value.trim();
        const kind = this.select ? this.select.value : this.kinds[0];
        this.wanted = text ? { text, kind } : null;
        this.failures = 0;
        if (this.wanted) {
          this.load();
        } else {
          this.asking?.abort();
          this.asking = null;
          clearTimeout(this.timer);
          this.status.textContent = "";
          this.results.replaceChildren();
        }
      }, delay);
    }

    key() {
      const { text, kind } = this.wanted;
      return `${this.hub}/search?${kind}&${this.query({ q: text })}`;
    }

    async ask(signal) {
      const { text, kind } = this.wanted;
      const more = { q: text, facets: "false", ...(kind && { kind }) };
      const page = await this.get(`/api/v1/search?${this.query(more)}`, signal);
      return {
        text,
        total: page.estimated_total,
        meant: page.did_you_mean,
        items: page.items.map((item) => ({ card: slim(item.document, this.hasSummary), hit: item.highlight })),
      };
    }

    show({ text, total, meant, items }, at) {
      const words = this.words;
      const said = items.length ? words.found(total) : words.none(text);
      this.status.textContent = said;
      const shown = [];
      if (at) shown.push(this.keptAt(at));
      if (!items.length) shown.push(el("p", { class: "note", "aria-hidden": "true" }, said));
      if (meant) {
        const button = el("button", { type: "button" }, meant);
        button.addEventListener("click", () => {
          this.input.value = meant;
          this.type(0);
          this.input.focus();
        });
        shown.push(el("p", { class: "note" }, `${words.meant}: `, button));
      }
      if (items.length) shown.push(el("ul", { role: "list" }, ...items.map(({ card, hit }) => this.item(card, hit))));
      this.results.replaceChildren(...shown);
    }

    fail(said = this.failed()) {
      this.status.textContent = "";
      this.results.replaceChildren(said);
    }
  }

  // A frame of the hub says how high it is (docs/embed.md). Only the hub is heard, and only that frame is changed.
  const ORIGIN = HUB && new URL(HUB).origin;
  const framed = () => [...document.querySelectorAll("iframe")].filter((frame) => frame.src.startsWith(`${HUB}/embed/`));
  if (ORIGIN) {
    addEventListener("message", ({ origin, source, data }) => {
      if (origin !== ORIGIN || data?.type !== "hub:height" || data.version !== 1 || !(data.height > 0)) return;
      const frame = framed().find((one) => one.contentWindow === source);
      if (!frame) return;
      const border = getComputedStyle(frame).boxSizing === "border-box" ? frame.offsetHeight - frame.clientHeight : 0;
      frame.height = Math.ceil(data.height) + border;
    });
    // One that spoke before anybody listened is asked. The question says nothing, so it does not matter who hears it.
    for (const frame of framed()) frame.contentWindow?.postMessage({ type: "hub:ask-height", version: 1 }, "*");
  }

  customElements.define("hub-feed", HubFeed);
  customElements.define("hub-search", HubSearch);

  // Most pages have no consultation, and load nothing for it. `import` needs no leave of Trusted Types.
  const CONSULTATION = `${HUB}/embed/1.3.0-consultation.js`;
  let failures = 0;
  function loadConsultation() {
    // A browser may remember that an address failed.
    import(failures ? `${CONSULTATION}?${failures}` : CONSULTATION).catch(() => {
      failures += 1;
      setTimeout(loadConsultation, Math.min(2000 * 2 ** failures, REFRESH_AFTER));
    });
  }
  function seek() {
    if (!document.querySelector("hub-consultation")) return false;
    loadConsultation();
    return true;
  }
  if (!seek()) new MutationObserver((_, watch) => seek() && watch.disconnect()).observe(document, { childList: true, subtree: true });
})();
