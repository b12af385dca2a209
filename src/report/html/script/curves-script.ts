/** @file What rows of curves can do: one crosshair through all of them, smoothing, a logarithmic scale. */

import { readFileSync } from "node:fs";

/** uPlot as a script of its own, MIT; it defines `uPlot`. */
const library = readFileSync(new URL(import.meta.resolve("uplot/dist/uPlot.iife.min.js")), "utf8");

/**
 * JavaScript that needs the address's functions, and draws the rows when a reader comes near.
 *
 * A pointer over one panel, or the slider, points at the same epoch in all, whose values stand above each panel. The
 * panels of a column share their scale, so that rows can be compared.
 */
export const curvesScript = `${library}
  const followCurves = (curves) => {
    const { epochs, models } = JSON.parse(curves.querySelector("template").content.textContent);
    const { epoch, smooth, log, at, by } = curves.querySelector("form").elements;
    const rows = [...curves.querySelectorAll(".curve-row")];
    const axis = Array.from({ length: epochs }, (_, index) => index + 1);
    const inkOf = (place, name) => getComputedStyle(place).getPropertyValue(name).trim();
    const resolved = (place, name) => {
      const probe = place.querySelector(".key");
      probe.style.color = "var(" + name + ")";
      return getComputedStyle(probe).color;
    };

    // each value with what came before it, the earlier the less; gaps stay gaps
    const smoothed = (values, weight) => {
      let mean = 0;
      let mass = 0;
      return values.map((value) => {
        if (value === null) return null;
        mean = weight * mean + (1 - weight) * value;
        mass = weight * mass + (1 - weight);
        return mean / mass;
      });
    };
    const shown = (panel) => panel.map((values) => smoothed(values, Number(smooth.value)));
    const finite = (panelAt) => models.flatMap((model) => shown(model[panelAt]).flat()).filter((value) => value !== null);
    const rangeOf = (panelAt) => {
      const values = finite(panelAt);
      if (values.length === 0) return [0.1, 1];
      if (panelAt === 0) return [Math.max(0, Math.min(...values) - 0.02), Math.min(1, Math.max(...values) + 0.02)];
      if (!log.checked) return [0, 1.05 * Math.max(...values)];
      const positive = values.filter((value) => value > 0);
      return positive.length === 0 ? [0.1, 1] : [0.9 * Math.min(...positive), 1.1 * Math.max(...positive)];
    };
    const words = (value, panelAt) =>
      value === null ? "–" : panelAt === 0 ? (100 * value).toFixed(1) + " %" : value.toPrecision(3);
    let ranges;

    const draw = () => rows.flatMap((row, rowAt) =>
      [...row.querySelectorAll("[role=img]")].map((place, panelAt) => {
        const ink = () => resolved(row, "--series");
        const soft = () => inkOf(row, "--soft");
        const axisLook = { stroke: soft, font: "11px Arimo, sans-serif", ticks: { show: false } };
        const grid = { stroke: () => inkOf(row, "--line"), width: 1 };
        const line = { stroke: ink, width: 1.75, points: { show: epochs === 1 }, spanGaps: true };
        const plot = new uPlot({
          width: place.clientWidth,
          height: 130,
          legend: { show: false },
          cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 }, sync: { key: "epochs", scales: ["x", null] } },
          scales: {
            x: { time: false, range: [1, Math.max(2, epochs)] },
            y: { range: () => ranges[panelAt], distr: panelAt === 1 && log.checked ? 3 : 1 },
          },
          series: [{}, { ...line, dash: [5, 4] }, line],
          axes: [
            { ...axisLook, grid: { show: false }, size: 22, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
            { ...axisLook, grid, size: 44, values: (_, ticks) => ticks.map((tick) =>
              tick === null ? "" : panelAt === 0 ? Math.round(100 * tick) + " %" : String(Number(tick.toPrecision(2)))) },
          ],
          hooks: {
            drawAxes: panelAt === 0 ? [markChance(row)] : [],
            setCursor: [({ cursor: { idx } }) => {
              if (idx === null || idx === undefined || Number(epoch.value) === idx + 1) return;
              epoch.value = idx + 1;
              tell();
            }],
          },
        }, [axis, ...shown(models[rowAt][panelAt])], place.querySelector(".plot"));
        return { plot, place, rowAt, panelAt };
      }),
    );
    const markChance = (row) => (plot) => {
      const { ctx, bbox } = plot;
      const y = plot.valToPos(Number(row.dataset.chance), "y", true);
      if (y < bbox.top || y > bbox.top + bbox.height) return;
      ctx.save();
      ctx.strokeStyle = inkOf(row, "--rule");
      ctx.setLineDash([2, 4]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.restore();
    };
    let plots = [];

    const tell = () => {
      const index = Number(epoch.value) - 1;
      at.value = epoch.value;
      for (const { plot, place, panelAt } of plots) {
        const [, train, test] = plot.data;
        // of a run that is over, how it ended
        const last = Math.max(...[train, test].map((values) => values.findLastIndex((value) => value !== null)));
        const told = last < 0 ? index : Math.min(index, last);
        place.querySelector(".read-out").textContent =
          "train " + words(train[told], panelAt) + ", test " + words(test[told], panelAt) +
          (told < index ? ", after epoch " + (told + 1) : "");
      }
    };
    const point = () => {
      const [{ plot }] = plots;
      const left = plot.valToPos(Number(epoch.value), "x");
      for (const one of plots) one.plot.setCursor({ left, top: 10 }, false);
      tell();
    };
    const redraw = () => {
      ranges = [rangeOf(0), rangeOf(1)];
      by.value = smooth.value === "0" ? "not" : "by " + smooth.value;
      for (const { plot } of plots) plot.destroy();
      plots = draw();
      point();
    };
    epoch.addEventListener("input", point);
    for (const control of [smooth, log]) control.addEventListener("input", () => {
      remember("training", { smooth: smooth.value === "0" ? "" : smooth.value, log: log.checked ? "1" : "" });
      redraw();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      for (const { plot } of plots) plot.redraw(false);
    });
    smooth.value = stateOf().get("smooth") ?? "0";
    log.checked = stateOf().get("log") === "1";
    // draws at once, and again at each other width
    new ResizeObserver(redraw).observe(curves);
  };
  const nearCurves = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      nearCurves.unobserve(target);
      followCurves(target);
    }
  }, { rootMargin: "400px 0px" });
  for (const curves of document.querySelectorAll(".curves")) {
    curves.hidden = false;
    nearCurves.observe(curves);
  }`;
