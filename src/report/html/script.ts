/** @file The script of `report.html`: tooltips, and figures whose series can be hidden. The page reads whole without it. */

import { createHash } from "node:crypto";

/**
 * Figures are SVG with `data-series` and `data-tip` on their marks. Texts reach the page through `textContent` alone,
 * so that nothing from a study can become markup.
 */
export const reportScript = `"use strict";
(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  document.body.append(tip);

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
  document.addEventListener("pointermove", point);
  document.addEventListener("pointerdown", point);
  document.addEventListener("scroll", () => (tip.hidden = true), { passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tip.hidden = true;
  });

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
      key.style.background = painted.find((color) => color && color !== "white" && color !== "none" && color !== "#222") || "#777";
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
