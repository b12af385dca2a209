/** @file The script of `report.html`: tooltips by pointer and keyboard, and figures whose series can be hidden. The page reads whole without it. */

import { createHash } from "node:crypto";
import { pointSteps } from "./point-steps.ts";

/**
 * Figures are SVG with `data-series` and `data-tip` on their marks. Texts reach the page through `textContent` alone,
 * so that nothing from a study can become markup. A figure with tips takes the focus; arrow keys then move between its
 * points, whose texts a live region says aloud, and Escape leaves them.
 */
export const reportScript = `"use strict";
(() => {
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
  document.body.append(tip, heard, hint);
  // the mark that the keyboard has reached
  let reached = null;

  const show = (mark, x, y) => {
    const series = mark.dataset.series;
    tip.replaceChildren();
    if (series) {
      const name = document.createElement("strong");
      name.textContent = series;
      tip.append(name, document.createElement("br"));
    }
    tip.append(mark.dataset.tip);
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
    for (const mark of figure.querySelectorAll("path[data-tip]")) {
      const box = mark.getBoundingClientRect();
      if (box.width > 30 || box.height > 30 || mark.closest(".off")) continue;
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
    if (mark && !mark.classList.contains("off")) show(mark, event.clientX, event.clientY);
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
    heard.textContent = [mark.dataset.series, mark.dataset.tip].filter(Boolean).join(", ");
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
    const marks = [...figure.querySelectorAll("[data-tip]")].filter((mark) => !mark.closest(".off"));
    const texts = marks.map((mark) => JSON.stringify([mark.dataset.series, mark.dataset.tip]));
    return marks
      .filter((mark, index) => texts.indexOf(texts[index]) === index)
      .map((mark) => ({ mark, series: mark.dataset.series, ...middle(mark) }));
  };
  // what is folded opens where a link leads into it, and on paper
  const unfold = () => {
    let at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
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
  if (location.hash) unfold();
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });

  // the bar shows where the reader is
  const links = [...document.querySelectorAll("nav a")];
  const parts = links.map((link) => document.getElementById(link.hash.slice(1)));
  const mark = () => {
    const line = innerHeight / 3;
    const at = parts.findLastIndex((part) => part.getBoundingClientRect().top <= line);
    links.forEach((link, index) => {
      if (index === Math.max(0, at)) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  addEventListener("scroll", mark, { passive: true });
  mark();

  for (const block of document.querySelectorAll(".command")) {
    const button = document.createElement("button");
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      const code = block.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        // a browser that does not let pages copy: the reader can
        getSelection().selectAllChildren(code);
        button.textContent = "Selected";
      }
    });
    block.append(button);
  }

  const steps = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];
  for (const figure of document.querySelectorAll("figure")) {
    if (!figure.querySelector("[data-tip]")) continue;
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
  }

  for (const figure of document.querySelectorAll("figure[data-toggles]")) {
    const marks = [...figure.querySelectorAll("[data-series]")];
    const names = [...new Set(marks.map((mark) => mark.dataset.series))].filter((name) => name !== "");
    if (names.length < 2) continue;
    const bar = document.createElement("div");
    bar.className = "toggles";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "Shown in the figure");
    for (const name of names) {
      const own = marks.filter((mark) => mark.dataset.series === name);
      const painted = own.map((mark) => mark.getAttribute("stroke") || mark.getAttribute("fill"));
      const button = document.createElement("button");
      const key = document.createElement("span");
      key.className = "key";
      key.style.background = painted.find((color) => color && color !== "none" && color !== "var(--paper)" && color !== "var(--ink)") || "#777";
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
  }
})();`;

/** The hash by which the page's content policy lets this one script run. */
export const reportScriptHash = `sha256-${createHash("sha256").update(reportScript).digest("base64")}`;
