// A page in a frame says how high it is, a number and nothing else, so that the page around it can give it that height:
// docs/embed.md describes the message.
"use strict";

(() => {
  if (window === window.parent) return;
  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    window.parent.postMessage({ type: "hub:height", version: 1, height }, "*");
  };
  new ResizeObserver(tell).observe(document.body);
  // A page that begins to listen late has missed it, and asks.
  addEventListener("message", ({ source, data }) => {
    if (source === window.parent && data?.type === "hub:ask-height" && data.version === 1) tell();
  });
})();
