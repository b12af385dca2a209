/** @file How a page unfolds: what is put in only then, links that lead into it, and paper. */

/**
 * JavaScript that needs `dressFigure(figure)`, and defines the address as `anchorOf()`, `stateOf()` and `remember(anchor, changes)`.
 *
 * What stands in a `noscript` is text to the browser until a reader comes near. The state of the page is in the address,
 * `#answer?images=50`.
 */
export const foldScript = `
  const putIn = (place) => {
    const held = place.querySelector(":scope > noscript");
    if (!held) return;
    held.replaceWith(...new DOMParser().parseFromString(held.textContent, "text/html").body.childNodes);
    if (place.matches("figure")) dressFigure(place);
  };
  // of what is folded no place is near
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      putIn(target);
    }
  }, { rootMargin: "800px 0px" });
  const places = [...document.querySelectorAll("noscript")].map((held) => held.parentElement);
  for (const place of places) near.observe(place);
  for (const figure of document.querySelectorAll("figure")) dressFigure(figure);

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

  const unfold = () => {
    const anchor = anchorOf();
    if (anchor === "") return;
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
    places.forEach(putIn);
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });`;
