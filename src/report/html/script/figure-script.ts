/** @file What figures of a page can do: tips by pointer and keyboard, series that can be hidden. */

import { pointSteps } from "./point-steps.ts";

/**
 * JavaScript that shows tips, and defines `dressFigure(figure)` for a figure that comes into the page.
 *
 * Figures are SVG with `data-series` and `data-tip` on their marks. A figure with tips takes the focus; arrow keys then
 * move between its points, whose texts a live region says aloud, and Escape leaves them.
 */
export const figureScript = `
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("aria-hidden", "true");
  tip.hidden = true;
  const heard = document.createElement("div");
  heard.className = "unseen";
  heard.setAttribute("aria-live", "polite");
  const hint = document.createElement("p");
  hint.className = "unseen";
  hint.id = "points-hint";
  hint.textContent = "Arrow keys move between the points of this figure, Escape leaves them.";
  document.querySelector("main").append(tip, heard, hint);
  // the mark that the keyboard has reached
  let reached = null;

  // neighbours of one series say together which one
  const textsOf = (mark) =>
    ["series", "tip"].map((name) => mark.closest("[data-" + name + "]")?.dataset[name] ?? "");
  const show = (mark, x, y) => {
    const [series, text] = textsOf(mark);
    tip.replaceChildren();
    if (series) {
      const name = document.createElement("strong");
      name.textContent = series;
      tip.append(name, document.createElement("br"));
    }
    tip.append(text);
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = Math.max(6, Math.min(x + 14, document.documentElement.clientWidth - box.width - 6));
    const top = y - box.height - 14 < 6 ? y + 18 : y - box.height - 14;
    tip.style.left = left + "px";
    tip.style.top = top + "px";
  };

  // the nearest mark within reach counts: points are smaller than fingers
  const nearest = (figure, event) => {
    const hit = event.target.closest("[data-tip]");
    if (hit) return hit;
    const reach = event.pointerType === "touch" ? 24 : 12;
    let best = null;
    let least = reach * reach;
    for (const mark of figure.querySelectorAll(":is(path, circle):is([data-tip], [data-tip] *)")) {
      const box = mark.getBoundingClientRect();
      if (box.width > 30 || box.height > 30 || box.width === 0 || mark.closest(".off")) continue;
      const dx = box.left + box.width / 2 - event.clientX;
      const dy = box.top + box.height / 2 - event.clientY;
      const distance = dx * dx + dy * dy;
      if (distance < least) [best, least] = [mark, distance];
    }
    return best;
  };
  const point = (event) => {
    const figure = event.target.closest("figure");
    const mark = figure && nearest(figure, event);
    if (mark && !mark.closest(".off")) show(mark, event.clientX, event.clientY);
    else tip.hidden = true;
  };
  const middle = (mark) => {
    const box = mark.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  };
  const leave = () => {
    if (reached) reached.classList.remove("reached");
    reached = null;
    tip.hidden = true;
    heard.textContent = "";
  };
  const reach = (mark) => {
    leave();
    reached = mark;
    mark.classList.add("reached");
    mark.scrollIntoView({ block: "nearest", inline: "nearest" });
    const { x, y } = middle(mark);
    show(mark, x, y);
    heard.textContent = textsOf(mark).filter(Boolean).join(", ");
  };
  document.addEventListener("pointermove", (event) => {
    if (!reached) point(event);
  });
  document.addEventListener("pointerdown", (event) => {
    leave();
    point(event);
  });
  document.addEventListener("scroll", () => {
    if (!reached) return (tip.hidden = true);
    const { x, y } = middle(reached);
    show(reached, x, y);
  }, { capture: true, passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
  });

  ${pointSteps}

  // a bar, its interval and its value have one tip between them
  const stopsOf = (figure) => {
    const marks = [...figure.querySelectorAll("[data-tip]")]
      .filter((mark) => mark.getClientRects().length > 0 && !mark.closest(".off"));
    const texts = marks.map((mark) => JSON.stringify(textsOf(mark)));
    return marks
      .filter((mark, index) => texts.indexOf(texts[index]) === index)
      .map((mark) => ({ mark, series: textsOf(mark)[0], ...middle(mark) }));
  };
  const steps = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];
  const takeKeys = (figure) => {
    if (!figure.querySelector("[data-tip]")) return;
    figure.tabIndex = 0;
    const drawing = figure.querySelector("svg[aria-label]");
    if (drawing) figure.setAttribute("aria-label", drawing.getAttribute("aria-label"));
    figure.setAttribute("aria-describedby", hint.id);
    figure.addEventListener("keydown", (event) => {
      const typed = event.ctrlKey || event.altKey || event.metaKey || event.shiftKey;
      if (event.target !== figure || typed || !steps.includes(event.key)) return;
      const stops = stopsOf(figure);
      const to = stepTo(stops, stops.findIndex(({ mark }) => mark === reached), event.key);
      if (to < 0) return;
      event.preventDefault();
      reach(stops[to].mark);
    });
    figure.addEventListener("blur", leave);
  };

  // the first that is neither paper nor ink, of the marks or of the groups that they lie in
  const colorOf = (marks) => {
    for (const mark of marks) {
      for (const paint of ["stroke", "fill"]) {
        const color = mark.closest("[" + paint + "]")?.getAttribute(paint) ?? "none";
        if (!["none", "var(--paper)", "var(--ink)"].includes(color)) return color;
      }
    }
    return "#777";
  };
  const addToggles = (figure) => {
    const marks = [...figure.querySelectorAll("[data-series]")];
    const names = [...new Set(marks.map((mark) => mark.dataset.series))].filter((name) => name !== "");
    if (names.length < 2) return;
    const bar = document.createElement("div");
    bar.className = "toggles";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "Shown in the figure");
    for (const name of names) {
      const own = marks.filter((mark) => mark.dataset.series === name);
      const button = document.createElement("button");
      const key = document.createElement("span");
      key.className = "key";
      key.style.background = colorOf(own);
      button.append(key, name);
      button.setAttribute("aria-pressed", "true");
      button.addEventListener("click", () => {
        const on = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(on));
        for (const mark of own) mark.classList.toggle("off", !on);
      });
      bar.append(button);
    }
    figure.prepend(bar);
  };
  const dressFigure = (figure) => {
    takeKeys(figure);
    if (figure.matches("[data-toggles]")) addToggles(figure);
  };`;
