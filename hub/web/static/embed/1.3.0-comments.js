// A public comment in <hub-consultation>, and its answer; loaded when the first part of a draft is opened.
import { el, fileName, outside, time } from "./1.3.0-parts.js";

/** The official answer to a comment. */
export function showAnswer(widget, { outcome, reason, changed_ref: ref }) {
  const { words } = widget;
  return el(
    "div",
    { class: "answer" },
    el("p", null, el("b", null, `${words.answer}: ${words.terms.outcome[outcome]}`)),
    el("p", { class: "said" }, reason),
    ref && el("p", { class: "soft" }, `${words.change}: ${widget.nameOf(ref)}`),
  );
}

/** A comment in the list of a node, whose name is not repeated; `above` is its ref. */
export function showComment(widget, one, above) {
  const { words, draft, position } = widget;
  const { terms } = words;
  const isOlder = one.draft !== position;
  return el(
    "li",
    null,
    el(
      "p",
      { class: "soft", tabindex: "-1" },
      el("b", null, one.author.name || terms.author_kind[one.author.kind] || words.someone),
      ` · ${terms.stance[one.stance]} · `,
      time(one.received_at),
    ),
    isOlder && el("p", { class: "hint" }, words.older, one.place && ` · ${terms.place[one.place.status]}`),
    !isOlder && one.ref && one.ref !== above && el("p", { class: "hint", lang: draft.lang }, widget.nameOf(one.ref)),
    one.quote && el("blockquote", { lang: draft.lang }, one.quote.exact),
    el("p", { class: "said" }, one.text),
    one.group?.count > 1 && el("p", { class: "hint" }, words.alike(one.group.count)),
    ...one.files.map((file) =>
      el("p", { class: "hint" }, el("a", { href: `${widget.path}/comments/${one.id}/files/${file.position}`, ...outside }, fileName(words, file))),
    ),
    one.answer && showAnswer(widget, one.answer),
  );
}
