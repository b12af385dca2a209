/** @file How a page unfolds: what is put in only then, links that lead into it, and paper. */

/**
 * JavaScript that needs `dressFigures(within)`, and defines the address as `anchorOf()`, `stateOf()` and `remember(anchor, changes)`.
 *
 * What stands in a `noscript` of a folded part is text to the browser until the part is unfolded. The state of the
 * page is in the address, `#answer?images=50`.
 */
export const foldScript = `
  const putIn = (held) => {
    const parsed = new DOMParser().parseFromString(held.textContent, "text/html");
    const box = document.createElement("div");
    box.append(...parsed.body.childNodes);
    held.replaceWith(box);
    dressFigures(box);
  };
  const putInWithin = (part) => {
    for (const held of part.querySelectorAll("noscript")) {
      const fold = held.closest("details");
      if (fold === part || fold === null || fold.open) putIn(held);
    }
  };
  document.addEventListener("toggle", (event) => {
    if (event.target.open) putInWithin(event.target);
  }, true);
  for (const fold of document.querySelectorAll("details[open]")) putInWithin(fold);

  const anchorOf = () => decodeURIComponent(location.hash.slice(1).split("?")[0]);
  const stateOf = () => new URLSearchParams(location.hash.split("?")[1] ?? "");
  const remember = (anchor, changes) => {
    const state = stateOf();
    for (const [name, value] of Object.entries(changes)) {
      if (value) state.set(name, value);
      else state.delete(name);
    }
    history.replaceState(null, "", "#" + anchor + (state.size > 0 ? "?" + state : ""));
  };

  const putInAll = () => {
    for (const held of document.querySelectorAll("noscript")) putIn(held);
  };
  const unfold = () => {
    const anchor = anchorOf();
    if (anchor === "") return;
    if (!document.getElementById(anchor)) putInAll();
    let at = document.getElementById(anchor);
    const target = at;
    if (at && !at.matches("details")) at.querySelector(":scope > details")?.setAttribute("open", "");
    for (; at; at = at.parentElement) if (at.matches("details")) at.open = true;
    target?.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) unfold();
  });
  let closed = [];
  addEventListener("beforeprint", () => {
    putInAll();
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });`;
