// One's own comment in <hub-consultation>: the receipt after sending, and, by its code, state, change and erasure. The
// code lives in this module's variables while the comment is open, and nowhere else.
import { errorsOf, field, makeForm, showErrors } from "./1.3.0-comment-form.js";
import { showAnswer } from "./1.3.0-comments.js";
import { ask, button, el, ending, fileName, put, time } from "./1.3.0-parts.js";

const MEDIA = [".pdf", ".docx", ".jpg", ".jpeg", ".png"];

function facts(rows) {
  return el("dl", null, ...rows.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", null, name), el("dd", null, value)]));
}

/** Shows the receipt of a comment (`isNew`), the comment of a code, or asks for the code. */
export function showMine(widget, into, { code, comment, isNew }) {
  const { words } = widget;
  const title = (text) => el("h3", { tabindex: "-1" }, text);
  const address = `${widget.path}/comments/mine`;
  const fetchMine = (path = "", given = {}) => ask(address + path, { ...given, headers: { "comment-code": code, ...given.headers } });
  const leave = () => {
    into.replaceChildren();
    widget.back();
  };
  const said = el("p", { role: "status" });
  const form = el("form", { novalidate: true, autocomplete: "off" });

  function askCode() {
    const input = el("input", { autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: "80" });
    form.append(
      field("code", words.code, input, words.codeHint),
      el("div", { class: "row" }, el("button", { type: "submit", class: "main" }, words.show), button(words.back, leave)),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      code = input.value.trim();
      showErrors(form, words, code ? [] : [["code", words.required.code]]);
      if (!code) return;
      try {
        comment = await fetchMine();
        input.value = "";
        open();
      } catch (problem) {
        showErrors(form, words, errorsOf(problem, words));
      }
    });
    into.replaceChildren(title(words.mine), form);
  }

  /** Shows the comment of the code, with the focus on its heading. */
  function open(told = "") {
    said.textContent = told;
    const state = comment.state;
    const held = (comment.held_for || []).map((one) => words.terms.held_for[one]).join("; ");
    const reason = state === "waiting" ? held : words.terms.hidden_reason[comment.hidden_reason];
    const text = el("blockquote", { class: "said" }, comment.text || "");
    const isThere = state !== "erased";
    const isChangeable = ["waiting", "public", "hidden"].includes(state);
    const isOpen = isChangeable && comment.changeable_until && Date.parse(comment.changeable_until) > Date.now();
    const shown = facts([
      [words.state, words.terms.state[state]],
      [words.because, reason],
      [words.ref, comment.ref && widget.nameOf(comment.ref)],
      [words.quote, comment.quote?.exact],
      [words.stance, words.terms.stance[comment.stance]],
      [words.stored, comment.text && text],
      [words.at, time(comment.received_at, true)],
      [words.sha256, comment.sha256 && el("code", null, comment.sha256)],
      [words.until, comment.changeable_until && el("time", { datetime: comment.changeable_until }, ending(words, comment.changeable_until))],
    ]);
    put(
      into,
      title(isNew ? words.received : words.mine),
      said,
      isNew && receipt(shown),
      shown,
      comment.answer && showAnswer(widget, comment.answer),
      form,
      isChangeable && files(isOpen),
      el(
        "div",
        { class: "row" },
        isOpen && button(words.amend, amend),
        isChangeable && button(words.withdraw, () => sure("withdraw")),
        isThere && button(words.erase, () => sure("erase")),
        isThere && button(words.download, () => save("/copy")),
        isThere && !widget.isOpen && button(words.proof, () => save("/proof")),
        button(words.forget, leave),
      ),
    );
    form.replaceChildren();
    into.querySelector("h3").focus();
  }

  function receipt(shown) {
    const key = el("code", { class: "code" }, code);
    const copy = button(words.copy, async () => {
      try {
        await navigator.clipboard.writeText(code);
        said.textContent = words.copied;
      } catch {
        // Not allowed here: the code is selected, ready for Ctrl-C.
        getSelection().selectAllChildren(key);
        said.textContent = words.selected;
      }
    }, true);
    return el(
      "div",
      null,
      el("h4", { id: "hub-code-name" }, words.code),
      key,
      el("p", { class: "until" }, words.codeOnce),
      el("div", { class: "row" }, copy, button(words.print, () => print(shown))),
    );
  }

  /** Prints the receipt alone, from a frame of its own, not the page around. */
  function print(shown) {
    const frame = el("iframe", { class: "unseen", "aria-hidden": "true", tabindex: "-1", title: words.receipt });
    into.append(frame);
    const { title: draft, lang } = widget.draft;
    const paper = frame.contentDocument;
    paper.title = words.receipt;
    paper.body.append(
      el("h1", null, words.receipt),
      el("p", { lang }, draft),
      facts([[words.code, el("strong", null, code)]]),
      shown.cloneNode(true),
      el("p", null, words.codeOnce),
      el("p", null, `${widget.hub}/d/${widget.draft.id}`),
    );
    frame.contentWindow.addEventListener("afterprint", () => frame.remove());
    frame.contentWindow.print();
  }

  async function run(work) {
    showErrors(form, words, []);
    try {
      await work();
    } catch (problem) {
      showErrors(form, words, errorsOf(problem, words));
    }
  }

  function amend() {
    const made = makeForm(widget, {
      mine: comment,
      code,
      done: (found) => {
        isNew = false;
        comment = found;
        widget.back = back;
        open(words.done.amend);
      },
    });
    const back = widget.back;
    // From the form of a change the way back leads to the comment.
    widget.back = () => {
      widget.back = back;
      open();
    };
    into.replaceChildren(made.element);
    into.querySelector("h3").focus();
  }

  /** Asks once more before what cannot be taken back. */
  function sure(verb) {
    const question = el("p", { tabindex: "-1" }, words[`${verb}Sure`]);
    const yes = () =>
      run(async () => {
        const found = await fetchMine(`/${verb}`, { method: "POST" });
        // What was erased has no code any more, and nothing of it stays here.
        comment = found || { state: "erased", received_at: comment.received_at };
        isNew = false;
        open(words.done[verb]);
      });
    const no = () => {
      form.replaceChildren();
      into.querySelector("h3").focus();
    };
    form.replaceChildren(el("div", { class: "busy", role: "group" }, question, el("div", { class: "row" }, button(words.yes[verb], yes), button(words.no, no, true))));
    question.focus();
  }

  const save = (path) =>
    run(async () => {
      const found = await fetchMine(path);
      const url = URL.createObjectURL(new Blob([JSON.stringify(found, null, 2)], { type: "application/json" }));
      el("a", { href: url, download: `gop-y${path.replace("/", "-")}.json` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    });

  /** One's own files, also those that wait for a scan; until the end of the consultation others can be added. */
  function files(isOpen) {
    const rows = el("ul");
    const row = (file) => el("li", null, `${fileName(words, file)} · ${words.terms.file_state[file.state]} `, isOpen && button(words.remove, () => remove(file)));
    const show = (items = []) => {
      comment.files = items;
      put(rows, ...items.map(row));
    };
    const remove = (file) =>
      run(async () => {
        await fetchMine(`/files/${file.position}`, { method: "DELETE" });
        show(comment.files.filter((one) => one !== file));
        input.focus();
      });
    show(comment.files);
    const input = el("input", { type: "file", accept: MEDIA.join() });
    input.addEventListener("change", () =>
      run(async () => {
        const [body] = input.files;
        const headers = {
          "content-type": body.type || "application/octet-stream",
          "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(body.name)}`,
        };
        said.textContent = words.sending;
        const added = await fetchMine("/files", { method: "POST", headers, body }).finally(() => (said.textContent = input.value = ""));
        show([...comment.files, added]);
        said.textContent = words.fileAdded;
      }),
    );
    return el("div", null, isOpen && field("file", words.addFile, input), rows);
  }

  if (code) open();
  else askCode();
}
