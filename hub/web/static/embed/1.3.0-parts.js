// What the modules of <hub-consultation> share: elements, the style sheet, requests, and how moments and texts are shown.

export const HUB = import.meta.url.replace(/\/embed\/[^/]*$/, "");
export const MAX_CHARACTERS = 5000;

/** In a frame, a link opens outside of it: the hub's pages may not be framed. */
export const outside = window === window.parent ? {} : { target: "_blank", rel: "noopener" };

const CSS = `
  :host {
    --i: var(--hub-ink, #231a2c); --s: var(--hub-soft, #62566e); --l: var(--hub-line, #e4ddeb);
    --a: var(--hub-accent, #5d2f86); --p: var(--hub-paper, #fff); --w: var(--hub-wash, #f5f0f9);
    --g: #8a5a00; --e: #a4262c;
    display: block; text-align: start;
    font: 16px/1.5 var(--hub-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  }
  @supports (color: light-dark(red, blue)) {
    :host {
      --i: var(--hub-ink, light-dark(#231a2c, #f0eaf6)); --s: var(--hub-soft, light-dark(#62566e, #b9adc6));
      --l: var(--hub-line, light-dark(#e4ddeb, #3b3147)); --a: var(--hub-accent, light-dark(#5d2f86, #d1b0f3));
      --p: var(--hub-paper, light-dark(#fff, #1b1622)); --w: var(--hub-wash, light-dark(#f5f0f9, #2a2136));
      --g: light-dark(#8a5a00, #f0c866); --e: light-dark(#a4262c, #ff9f94);
    }
  }
  :host([theme="light"]) { color-scheme: light; }
  :host([theme="dark"]) { color-scheme: dark; }
  :host([hidden]), [hidden] { display: none !important; }
  * { box-sizing: border-box; }
  .box { padding: 4px clamp(12px, 4%, 20px) 12px; border: 1px solid var(--l); border-radius: 12px; background: var(--p);
    color: var(--i); overflow-wrap: anywhere; }
  .box > * { max-width: 46rem; }
  h2, h3, h4, p, ul, blockquote, fieldset, dl, dd { margin: 0; padding: 0; border: 0; }
  h2 { margin-top: 14px; font-size: 1.2em; line-height: 1.3; }
  h3 { margin: 16px 0 8px; font-size: 1.05em; line-height: 1.35; }
  h4 { margin: 16px 0 4px; font-size: 1em; }
  ul { list-style: none; }
  a { color: var(--a); text-underline-offset: 3px; }
  :focus-visible { outline: 2px solid var(--a); outline-offset: 2px; border-radius: 3px; }
  .soft, .hint, small { color: var(--s); font-size: .9em; }
  .until { color: var(--g); font-weight: 600; }
  .row { display: flex; flex-wrap: wrap; gap: 8px; margin: 12px 0; }
  button, select, input:not([type=radio], [type=checkbox]), textarea { min-height: 44px; max-width: 100%; padding: 8px 14px;
    border: 1px solid var(--s); border-radius: 8px; background: var(--p); color: var(--i); font: inherit; }
  select, input:not([type=radio], [type=checkbox]), textarea { display: block; width: 100%; margin-top: 4px; }
  textarea { min-height: 9em; resize: vertical; }
  button { border-color: var(--a); color: var(--a); font-weight: 600; cursor: pointer; }
  button.main { background: var(--a); color: var(--p); }
  button[aria-disabled=true] { opacity: .6; cursor: default; }
  details { border-bottom: 1px solid var(--l); }
  summary { padding: 12px 0; font-weight: 600; cursor: pointer; }
  summary small { font-weight: 400; white-space: nowrap; }
  .node { margin: 0 0 10px; }
  .point { margin-inline-start: 1.2em; }
  .words, .said { white-space: pre-line; }
  .words::selection, .words b::selection { background: var(--a); color: var(--p); }
  .pick { position: sticky; bottom: 0; margin: 8px 0 0; padding: 10px 12px; border: 1px solid var(--a); border-radius: 8px;
    background: var(--p); }
  .pick p, .cut { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
  blockquote { margin: 4px 0; padding-inline-start: 12px; border-inline-start: 3px solid var(--a); color: var(--s); }
  .comments > li { padding: 10px 0; border-top: 1px solid var(--l); }
  .answer { margin-top: 8px; padding: 8px 12px; border-radius: 8px; background: var(--w); }
  .field { margin: 18px 0; }
  .field > label, legend { padding: 0; font-weight: 600; }
  .field > .choice { display: flex; font-weight: 400; gap: 10px; align-items: flex-start; padding: 6px 0; }
  .choice input { flex: none; width: 20px; height: 20px; margin: 2px 0 0; accent-color: var(--a); }
  .wrong { color: var(--e); font-weight: 600; }
  [aria-invalid=true] { border-color: var(--e) !important; border-width: 2px !important; }
  .summary { margin: 14px 0; padding: 4px 14px 12px; border: 2px solid var(--e); border-radius: 8px; }
  .summary a { color: var(--e); }
  .busy { margin: 14px 0; padding: 12px; border-radius: 8px; background: var(--w); }
  progress { display: block; width: 100%; margin: 8px 0; accent-color: var(--a); }
  dt { margin-top: 10px; color: var(--s); font-size: .9em; }
  code { font-family: ui-monospace, "Cascadia Mono", Menlo, monospace; }
  .code { display: block; padding: 10px 12px; border: 1px dashed var(--a); border-radius: 8px; font-size: 1.15em; user-select: all; }
  .foot { margin-top: 12px; padding-top: 10px; border-top: 1px solid var(--l); font-size: .86em; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  @media (forced-colors: active) { .box, .summary, .answer { border: 1px solid CanvasText; } }`;

// An adopted sheet needs no 'unsafe-inline' in the page's policy.
export function adoptStyle(root) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(el("style", null, CSS));
  }
}

/** An element with its attributes, listeners and children; text goes in as text, so nothing in it can become markup. */
export function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

/** Replaces what stands in an element; what is empty, null or false is left out, as by `el`. */
export const put = (into, ...children) => into.replaceChildren(...children.filter(Boolean));

export const button = (text, click, main) => el("button", { type: "button", class: main && "main", click }, text);

/** What the hub answers when it does not do what it is asked. */
export class Problem extends Error {
  constructor(status, { code = "other", field, detail = "", errors = [{ field }] }, wait) {
    super(detail);
    Object.assign(this, { status, code, fields: errors.map((one) => one.field || ""), wait });
  }
}

/** Asks the hub. Nothing is kept anywhere: neither by the browser's cache nor in a storage. */
export async function ask(address, { headers, ...rest } = {}) {
  const given = { accept: "application/json", ...headers };
  const answer = await fetch(address, { credentials: "omit", cache: "no-store", headers: given, ...rest });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const wait = Number(answer.headers.get("retry-after")) || 0;
  const found = await answer.json().catch(() => ({}));
  throw new Problem(answer.status, answer.status === 429 ? { ...found, code: "rate_limited" } : found, wait);
}

export const plain = (text) => (text || "").normalize("NFC");
export const countCharacters = (text) => [...text].length;

/** A text of at most some characters, cut after a word. */
export function shorten(text, most) {
  const points = [...text];
  if (points.length <= most) return text;
  const end = points.slice(0, most + 1).findLastIndex((point) => /\s/.test(point));
  return `${points.slice(0, end > 0 ? end : most).join("").trimEnd()}…`;
}

/** Time and day of a moment as the clocks of Việt Nam show them. */
function clock(at) {
  const [day, hours] = new Date(at + 7 * 3_600_000).toISOString().split("T");
  return { day: day.split("-").reverse().join("/"), hours };
}

/** A moment in Việt Nam, with the offset. */
export function moment(iso, seconds) {
  const { day, hours } = clock(Date.parse(iso));
  return `${hours.slice(0, seconds ? 8 : 5)} ${day} (+07:00)`;
}

/** The end of a window: the end of its last day in Việt Nam; with the time of day if the day goes on. */
export function ending(words, iso) {
  const at = Date.parse(iso);
  return /^(00:00|23:59)/.test(clock(at).hours) ? `${words.dayEnd} ${clock(at - 1).day}` : moment(iso);
}

export const time = (iso, seconds) => el("time", { datetime: iso }, moment(iso, seconds));

export const fileName = (words, { name, position, media_type: type, size }) =>
  `${name || `${words.file} ${position}`} (${type.split("/").pop().slice(0, 4).toUpperCase()}, ${Math.ceil(size / 1000)} kB)`;

/** The name of a part of a draft: label and heading, each once. */
export function nodeTitle({ label, heading, text }) {
  const first = (label || "").trim();
  const rest = (heading || "").trim();
  if (!first || rest.startsWith(first)) return rest || (text || "").slice(0, 80);
  return rest ? `${first}${/[.:;)\]/–—-]$/.test(first) ? "" : "."} ${rest}` : first;
}
