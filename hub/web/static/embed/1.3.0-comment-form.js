// The form of <hub-consultation>: a comment, its proof of work, and what is wrong with it.
import { MAX_CHARACTERS, Problem, ask, button, countCharacters, el, plain, put, shorten } from "./1.3.0-parts.js";

// Fields of the form, named as the members of the request, and the members with other names.
const FIELDS = ["ref", "stance", "text", "kind", "name", "organisation", "shown", "email", "phone", "consent", "code"];
const RENAMED = { quote: "ref", "comment-code": "code" };
// Refusals that are about one field.
const PLACES = { unknown_node: "ref", quote_not_found: "ref", quote_ambiguous: "ref", consent_outdated: "consent", comment_not_found: "code" };
// Codes of the words for an answer that has no code of the hub, such as that of a proxy before it.
const BY_STATUS = { 413: "body_too_large", 415: "file_type", 502: "service_unavailable", 503: "service_unavailable", 504: "service_unavailable", 507: "storage_full" };
const KINDS = ["person", "organisation", "business", "anonymous"];
const pause = (seconds) => new Promise((go) => setTimeout(go, seconds * 1000));

/** A field with its label, its hint, and the place for what is wrong with it. */
export function field(name, label, control, hint) {
  const id = `hub-${name}`;
  control.id = id;
  control.setAttribute("aria-describedby", `${id}-hint ${id}-wrong`);
  return el(
    "div",
    { class: "field" },
    el("label", { for: id }, label),
    hint && el("p", { class: "hint", id: `${id}-hint` }, hint),
    el("p", { class: "wrong", id: `${id}-wrong` }),
    control,
  );
}

function choices(name, legend, options, chosen) {
  const rows = Object.entries(options).map(([value, text], at) =>
    el(
      "label",
      { class: "choice" },
      el("input", { type: "radio", name, value, checked: value === chosen, id: at ? null : `hub-${name}`, "aria-describedby": `hub-${name}-wrong` }),
      el("span", null, text),
    ),
  );
  return el("fieldset", { class: "field" }, el("legend", null, legend), el("p", { class: "wrong", id: `hub-${name}-wrong` }), ...rows);
}

/** Marks what is wrong, lists it above with links to the fields, and moves the focus there. */
export function showErrors(form, words, errors) {
  form.querySelector(".summary")?.remove();
  for (const marked of form.querySelectorAll("[aria-invalid]")) marked.removeAttribute("aria-invalid");
  for (const place of form.querySelectorAll("p.wrong[id]")) place.textContent = "";
  if (!errors.length) return;
  const rows = errors.map(([name, text]) => {
    const control = name && form.querySelector(`#hub-${name}`);
    if (!control) return el("li", null, text);
    control.setAttribute("aria-invalid", "true");
    form.querySelector(`#hub-${name}-wrong`).textContent = text;
    // A link to a part of a shadow tree leads nowhere by itself.
    const follow = (event) => {
      event.preventDefault();
      control.focus();
    };
    return el("li", null, el("a", { href: `#hub-${name}`, click: follow }, text));
  });
  const title = errors.some(([name]) => name) ? words.errors(errors.length) : words.notDone;
  const summary = el("div", { class: "summary", role: "alert", tabindex: "-1" }, el("h4", null, title), el("ul", null, ...rows));
  form.prepend(summary);
  summary.focus();
}

/** What a refusal of the hub says about the form, as pairs of field and words; its `detail` is in English and for programs. */
export function errorsOf(problem, words) {
  if (!(problem instanceof Problem)) return [[null, words.problems.lost]];
  const { code, fields, status, wait } = problem;
  if (code === "invalid_input") return invalidFields(fields, words);
  const known = words.terms.error[code] || words.terms.error[BY_STATUS[status]];
  if (!known) return [[null, words.problems.other]];
  return [[PLACES[code], wait ? `${known} ${words.wait(wait)}` : known]];
}

/** Names each field of the form whose value the hub has refused. */
function invalidFields(fields, words) {
  // The version of the draft is no field: it has been replaced, or withdrawn.
  if (fields.includes("draft")) return [[null, words.problems.draft]];
  const nameOf = (field) => field.split(".").map((part) => RENAMED[part] || part).findLast((part) => FIELDS.includes(part));
  const names = new Set(fields.map(nameOf));
  return [...names].map((name) => [name, name ? `${words[name]}: ${words.invalid}` : words.problems.other]);
}

/** The sentences of a text, as pairs of offsets. Numbers (“1.”) and short names (“TP.”, “ThS.”) do not end one. */
export function findSentences(text) {
  const found = [];
  let start = 0;
  for (const { 0: stop, index } of text.matchAll(/\n|[.!?…;]+["'”’»)\]]*(?=\s)|$/g)) {
    const end = index + stop.length;
    const words = text.slice(start, end).trim();
    const goesOn = stop === "." && /(^|[\s.(])(\p{L}|\p{Lu}\p{L}{0,2}\p{Lu}|Tp)\.$|^[^\p{L}]+$/u.test(words);
    if (!words || goesOn) continue;
    found.push([start, end]);
    start = end;
  }
  return found;
}

/** The sentences of a part and of what stands below it, up to the next article, each as if it had been selected. */
function passagesOf(widget, ref) {
  const isIn = (node) => node && (node.ref === ref || (node.type !== "article" && isIn(widget.byRef.get(node.parent))));
  const spans = [...widget.views.read.querySelectorAll(".words")].filter((span) => isIn(widget.byRef.get(span.ref)));
  return spans.flatMap((span) => findSentences(span.textContent).map((at) => widget.quoteOf(span, ...at))).filter(Boolean);
}

/**
 * A form for a new comment, or with `mine` for a change of one. `done(answer)` hears of the answer; `aim(ref, quote)`
 * says what the comment is about.
 */
export function makeForm(widget, { mine, code, done }) {
  const { words } = widget;
  const text = el("textarea", { rows: "6", required: true, autocomplete: "off" });
  const left = el("p", { class: "hint" });
  const spoken = el("p", { class: "unseen", role: "status" });
  const about = el("select", null, el("option", { value: "" }, words.whole));
  for (const node of widget.nodes) {
    about.append(el("option", { value: node.ref, lang: widget.draft.lang }, shorten(widget.nameOf(node.ref), 90)));
  }
  const quoted = el("blockquote", { class: "cut", lang: widget.draft.lang });
  const unquote = button(words.unquote, () => {
    aim(about.value);
    about.focus();
  });
  const passages = el("details", { class: "field" });
  const quoteBox = el("div", { class: "field" }, el("p", null, words.quote), quoted, unquote);
  const name = field("name", words.name, el("input", { autocomplete: "name", maxlength: "200" }));
  const organisation = field("organisation", words.organisation, el("input", { autocomplete: "organization", maxlength: "200" }));
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, words.terms.author_kind[kind]]));
  const contact = el(
    "fieldset",
    { class: "field" },
    el("legend", null, words.contact),
    el("p", { class: "hint" }, words.contactHint),
    field("email", words.email, el("input", { type: "email", autocomplete: "email", maxlength: "254" })),
    field("phone", words.phone, el("input", { type: "tel", autocomplete: "tel", maxlength: "20" })),
  );
  const agree = el("input", { type: "checkbox", id: "hub-consent", "aria-describedby": "hub-consent-wrong" });
  const agreement = el("div", { class: "field", role: "group" });
  /** Shows the notice in use; another one has to be agreed to anew. */
  function showConsent() {
    const { notice, version, note } = widget.consent;
    agree.checked = false;
    agreement.setAttribute("aria-label", notice.title);
    agreement.replaceChildren(
      el("p", null, el("b", null, notice.title)),
      ...notice.paragraphs.map((paragraph) => el("p", { class: "hint" }, paragraph)),
      el("p", null, el("small", null, `${words.version(version)}${note && `. ${note}`}`)),
      el("p", { class: "wrong", id: "hub-consent-wrong" }),
      el("label", { class: "choice" }, agree, el("span", null, notice.agree)),
    );
  }
  if (!mine) showConsent();
  const submit = el("button", { type: "submit", class: "main" }, mine ? words.save : words.send);
  const form = el(
    "form",
    { novalidate: true, autocomplete: "on" },
    ...(mine ? [] : [field("ref", words.ref, about), passages, quoteBox]),
    choices("stance", words.stance, words.terms.stance, mine?.stance),
    field("text", words.text, text, words.textHint),
    left,
    spoken,
    ...(mine ? [] : [choices("kind", words.kind, kinds, "person"), name, organisation, choices("shown", words.shown, words.terms.shown, "kind"), contact, agreement]),
    el("p", { class: "hint" }, mine ? "" : words.puzzle),
    el("div", { class: "row" }, submit, button(words.back, () => widget.back())),
  );
  const element = el("div", null, el("h3", { tabindex: "-1" }, mine ? words.amend : words.write), form);

  let quote = null;
  function take(ref, found) {
    about.value = ref || "";
    quote = found || null;
    quoteBox.hidden = !quote;
    quoted.textContent = quote ? quote.exact : "";
  }

  /** Says what the comment is about, and offers the sentences there to who does not select words. */
  function aim(ref, found) {
    take(ref, found);
    const offered = ref ? passagesOf(widget, ref) : [];
    const place = offered.findIndex((one) => JSON.stringify(one) === JSON.stringify(found)) + 1;
    const sentences = offered.map(({ exact }) => el("span", { lang: widget.draft.lang }, exact));
    const list = choices("passage", words.sentences, [words.noQuote, ...sentences], found ? String(place || "") : "0");
    list.addEventListener("change", () => {
      const one = offered[chosen("passage") - 1];
      take(one ? one.ref : ref, one);
    });
    passages.hidden = !offered.length;
    passages.open = false;
    put(passages, el("summary", null, words.pickSentence), list);
  }
  about.addEventListener("change", () => aim(about.value));

  const value = (key) => form.querySelector(`#hub-${key}`)?.value.trim() || "";
  const chosen = (key) => form.querySelector(`[name=${key}]:checked`)?.value;
  const written = () => plain(text.value).trim();
  let saying;
  function count() {
    const rest = MAX_CHARACTERS - countCharacters(plain(text.value));
    left.textContent = words.left(rest);
    left.classList.toggle("wrong", rest < 0);
    clearTimeout(saying);
    saying = setTimeout(() => (spoken.textContent = rest < 500 ? words.left(rest) : ""), 1000);
  }
  text.addEventListener("input", count);
  function adapt() {
    const kind = chosen("kind");
    name.hidden = kind === "anonymous";
    organisation.hidden = kind !== "organisation" && kind !== "business";
  }
  form.addEventListener("change", adapt);
  if (mine) text.value = mine.text;
  adapt();
  count();

  function check() {
    const { required } = words;
    const length = countCharacters(written());
    const [kind, phone] = [chosen("kind"), value("phone").replace(/[\s.()-]/g, "")];
    const isNamed = !mine && chosen("shown") === "name";
    const isGroup = kind === "organisation" || kind === "business";
    return [
      !chosen("stance") && ["stance", required.stance],
      !length && ["text", required.text],
      length > MAX_CHARACTERS && ["text", required.long],
      isNamed && kind === "person" && !value("name") && ["name", required.name],
      isNamed && isGroup && !value("organisation") && ["organisation", required.organisation],
      isNamed && kind === "anonymous" && ["shown", required.anonymous],
      value("email") && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value("email")) && ["email", required.email],
      phone && !/^\+?\d{9,14}$/.test(phone) && ["phone", required.phone],
      !mine && !agree.checked && ["consent", required.consent],
    ].filter(Boolean);
  }

  function body() {
    const found = { stance: chosen("stance"), text: written() };
    if (mine) return found;
    const kind = chosen("kind");
    const author = { kind };
    if (kind !== "anonymous" && value("name")) author.name = value("name");
    if (!organisation.hidden && value("organisation")) author.organisation = value("organisation");
    const reached = Object.fromEntries(["email", "phone"].map((key) => [key, value(key)]).filter(([, given]) => given));
    return {
      ...found,
      draft: widget.position,
      ref: about.value || null,
      quote: quote && { ...quote, ref: undefined },
      author,
      shown: chosen("shown"),
      contact: Object.keys(reached).length ? reached : null,
      consent: { wording: widget.consent.wording, version: widget.consent.version, lang: widget.consent.lang },
    };
  }

  // What was sent and not answered: sent again byte for byte, it is answered with the same comment and code.
  let unanswered = null;
  let stop = null;

  async function deliver(method, address, headers, sent) {
    for (let turn = 0; ; turn += 1) {
      try {
        return await ask(address, { method, headers, body: sent });
      } catch (problem) {
        const isLost = !(problem instanceof Problem) || problem.status >= 502;
        if (!isLost || turn === 3) throw problem;
        await pause(2 ** turn);
      }
    }
  }

  async function send(given, bar, signal) {
    const address = `${widget.path}/comments`;
    const headers = { "content-type": "application/json" };
    const wanted = JSON.stringify(given);
    if (mine) return deliver("PATCH", `${address}/mine`, { ...headers, "comment-code": code }, wanted);
    if (unanswered?.wanted === wanted && Date.parse(unanswered.until) > Date.now()) return deliver("POST", address, headers, unanswered.sent);
    const { prove } = await import("./1.3.0-proof.js");
    for (let turn = 0; ; turn += 1) {
      const task = await ask(`${widget.path}/challenge`, { signal });
      const tell = (tried) => (bar.value = 1 - Math.exp(-tried / 2 ** task.difficulty));
      const counter = await prove({ ...task, text: given.text }, tell, signal);
      const sent = JSON.stringify({ ...given, proof: { challenge: task.challenge, counter } });
      try {
        stop.hidden = true;
        unanswered = { wanted, sent, until: task.expires_at };
        const answer = await deliver("POST", address, headers, sent);
        return answer;
      } catch (problem) {
        if (problem instanceof Problem) unanswered = null;
        // Whoever took longer than a challenge lives, or met a hub with new keys, is asked for another one.
        if (turn === 2 || !["proof_expired", "proof_used", "proof_wrong", "proof_required"].includes(problem.code)) throw problem;
        stop.hidden = false;
      }
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.getAttribute("aria-disabled")) return;
    const errors = check();
    showErrors(form, words, errors);
    if (errors.length) return;
    const stopping = new AbortController();
    const bar = el("progress", { max: "1", value: mine ? null : "0", "aria-label": words.working });
    const said = el("p", { role: "status" }, mine ? words.sending : words.working);
    stop = button(words.cancel, () => stopping.abort("cancelled"));
    stop.hidden = Boolean(mine);
    const busy = el("div", { class: "busy" }, said, bar, stop);
    submit.setAttribute("aria-disabled", "true");
    submit.parentNode.before(busy);
    stop.focus();
    try {
      const answer = await send(body(), bar, stopping.signal);
      busy.remove();
      done(answer);
    } catch (problem) {
      busy.remove();
      if (stopping.signal.aborted) {
        widget.say(words.cancelled);
        submit.focus();
      } else {
        if (problem.code === "consent_outdated") await widget.takeWordings().then(showConsent, () => null);
        showErrors(form, words, errorsOf(problem, words));
      }
    } finally {
      submit.removeAttribute("aria-disabled");
    }
  });

  return { element, aim };
}
