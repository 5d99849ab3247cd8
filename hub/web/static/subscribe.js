// The form to subscribe: a proof of work for the address, then the request. The answer tells nothing about the address.
const form = document.getElementById("subscribe");
const status = document.getElementById("status");

if (form) {
  const button = form.querySelector("button");
  button.disabled = false;

  const language = { "accept-language": document.documentElement.lang };

  const send = async () => {
    const { prove } = await import(form.dataset.proof);
    const given = new FormData(form);
    const address = given.get("address").trim();
    const answer = await fetch(form.dataset.challenge, { headers: { accept: "application/json", ...language } });
    if (!answer.ok) throw await problem(answer);
    const task = { ...(await answer.json()), text: address.normalize("NFC") };
    const counter = await prove(task, () => {}, new AbortController().signal);
    const filter = {};
    for (const name of ["kind", "topic", "agency", "place"]) {
      const values = given.getAll(name).filter(Boolean);
      if (values.length) filter[name] = values;
    }
    const body = {
      address,
      filter,
      mode: given.get("mode"),
      hour: Number(given.get("hour")),
      lang: given.get("lang"),
      proof: { challenge: task.challenge, counter },
    };
    const done = await fetch(form.dataset.api, {
      method: "POST",
      headers: { "content-type": "application/json", ...language },
      body: JSON.stringify(body),
    });
    if (!done.ok) throw await problem(done);
  };

  const problem = async (answer) => {
    const found = await answer.json().catch(() => ({}));
    return new Error(found.field ? `${found.field}: ${found.detail}` : found.detail || "");
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    status.textContent = status.dataset.working;
    try {
      await send();
      form.hidden = true;
      const sent = document.getElementById("sent");
      sent.hidden = false;
      sent.focus();
    } catch (failure) {
      status.textContent = [status.dataset.failed, failure.message].filter(Boolean).join(" ");
    }
    button.disabled = false;
  });
}
