// Starts Swagger UI on the element #docs. Everything it needs to know stands in that element's data-attributes.
"use strict";

(() => {
  const host = document.getElementById("docs");

  // Swagger UI's own dark colours hang on a class of the root; ours follow the system, so its do too.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", follow);
  follow();

  /** One real document of each kind, so that "try it out" answers with something on every hub. */
  async function ids(root) {
    const kinds = ["policies", "drafts", "bulletins", "statements"];
    const pages = await Promise.allSettled(
      kinds.map(async (kind) => {
        const answer = await fetch(`${root}/api/v1/${kind}?limit=1`, { signal: AbortSignal.timeout(2000) });
        return (await answer.json()).items[0].id;
      }),
    );
    return Object.fromEntries(kinds.map((kind, i) => [kind, pages[i].value]));
  }

  async function described() {
    const address = host.dataset.openapi;
    const answer = await fetch(address);
    const root = address.replace(/\/openapi\.json$/, "");
    const [spec, real] = await Promise.all([answer.json(), ids(root)]);
    // The page may be read under another host than the public one, and asks only where it comes from.
    spec.servers = [{ url: root || "/" }];
    // The messages that the hub sends have a guide. Swagger UI would resolve all of them before it shows anything.
    delete spec.webhooks;
    for (const [path, methods] of Object.entries(spec.paths)) {
      const kind = /^\/api\/v1\/(\w+)\/\{id\}/.exec(path)?.[1] ?? (/^\/api\/v1\/search\/related/.test(path) && "policies");
      if (!real[kind]) continue;
      const named = (methods.get?.parameters ?? []).find(({ name, in: place }) => name === "id" && place === "path");
      if (named) named.example = real[kind];
    }
    return { spec };
  }

  /**
   * The part of the document at `path`, with what its references name in their places. The resolver of Swagger UI goes
   * through the whole document for each operation that is opened, which takes seconds; all our references are local.
   */
  async function resolveSubtree(spec, path) {
    const inside = new Set();
    const at = (keys) => keys.reduce((value, key) => value?.[key], spec);
    const resolve = (value) => {
      if (value === null || typeof value !== "object") return value;
      if (Array.isArray(value)) return value.map(resolve);
      const { $ref, ...rest } = value;
      const found = typeof $ref === "string" && !inside.has($ref) ? at($ref.slice(2).split("/").map(unescaped)) : null;
      if (!found) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one)]));
      inside.add($ref);
      const whole = { ...resolve(found), ...resolve(rest), $$ref: $ref };
      inside.delete($ref);
      return whole;
    };
    return { spec: resolve(at(path)), errors: [] };
  }

  const unescaped = (part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");

  function start(source) {
    host.replaceChildren();
    SwaggerUIBundle({
      ...source,
      domNode: host,
      presets: [SwaggerUIBundle.presets.apis],
      plugins: [() => ({ fn: { resolveSubtree } })],
      layout: "BaseLayout",
      deepLinking: true,
      tryItOutEnabled: true,
      displayRequestDuration: true,
      docExpansion: "none",
      defaultModelsExpandDepth: 0,
      filter: true,
      showExtensions: true,
      // Nothing is told to a validator elsewhere.
      validatorUrl: null,
    });
  }

  // Without its examples the document is still the document.
  described().then(start, () => start({ url: host.dataset.openapi }));
})();
