/** @file How the arrow keys move between the points of a figure: a part of the page's script. */

/**
 * JavaScript that defines `stepTo(stops, at, key)`: the index of the stop that a key leads to, or `at` where there is none.
 *
 * stops: `{ series, x, y }` in the figure's order, x and y in pixels. at: −1 before the first key.
 * Left and right stay in a series; up and down go to the nearest stop of the series before or after it.
 */
export const pointSteps = `const stepTo = (stops, at, key) => {
    const last = stops.length - 1;
    if (last < 0) return -1;
    if (at < 0 || key === "Home") return 0;
    if (key === "End") return last;
    const { series, x, y } = stops[at];
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const step = key === "ArrowLeft" ? -1 : 1;
      for (let to = at + step; to >= 0 && to <= last; to += step) if (stops[to].series === series) return to;
      return at;
    }
    const names = [...new Set(stops.map((stop) => stop.series))];
    const wanted = names[names.indexOf(series) + (key === "ArrowUp" ? -1 : 1)];
    let best = at;
    let least = Infinity;
    stops.forEach((stop, index) => {
      const distance = Math.hypot(stop.x - x, stop.y - y);
      if (stop.series === wanted && distance < least) [best, least] = [index, distance];
    });
    return best;
  };`;
