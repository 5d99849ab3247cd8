// The page /embed with a script: what is chosen shows at once, and code is copied by a button. The server writes the
// code either way, so there is one place that knows how.
"use strict";

(() => {
  const form = document.querySelector(".choose");
  let asked = null;

  const address = () => {
    const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
    return `${form.getAttribute("action")}?${new URLSearchParams(chosen)}`;
  };

  async function show() {
    asked?.abort();
    asked = new AbortController();
    const url = address();
    try {
      const answer = await fetch(url, { signal: asked.signal, headers: { accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById("result").replaceWith(document.adoptNode(page.getElementById("result")));
      history.replaceState(null, "", url);
      ready();
    } catch {
      // Asked again meanwhile, or no connection: what stands there is still right for what was chosen before.
    }
  }

  async function copy(button) {
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      const label = button.textContent;
      button.textContent = document.getElementById("result").dataset.copied;
      setTimeout(() => (button.textContent = label), 2000);
    } catch {
      // Not allowed here: the code is selected, ready for Ctrl-C.
      getSelection().selectAllChildren(code);
    }
  }

  function ready() {
    for (const button of document.querySelectorAll(".copy")) {
      button.hidden = false;
      button.addEventListener("click", () => copy(button));
    }
  }

  let typing;
  form.addEventListener("input", (event) => {
    clearTimeout(typing);
    // Another language is another page.
    if (event.target.name === "lang") form.requestSubmit();
    else if (form.checkValidity()) typing = setTimeout(show, event.target.type === "text" ? 400 : 0);
  });
  form.querySelector("button").hidden = true;
  ready();
})();
