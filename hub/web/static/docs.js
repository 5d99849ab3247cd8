// Starts Swagger UI on the element #docs. Everything it needs to know stands in that element's data-attributes.
"use strict";

(() => {
  const host = document.getElementById("docs");

  // Swagger UI's own dark colours hang on a class of the root; ours follow the system, so its do too.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", follow);
  follow();

  host.replaceChildren();
  SwaggerUIBundle({
    url: host.dataset.openapi,
    domNode: host,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    filter: true,
    showExtensions: true,
    // Nothing is told to a validator elsewhere.
    validatorUrl: null,
  });
})();
