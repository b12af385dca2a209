import { expect, it } from "vitest";
import { budgetStudy, withDetails } from "../../study-of-budgets.fixture.ts";
import { drawNamed } from "../draw-named.fixture.ts";
import { overlaps, sizeOfSvg, textBoxes } from "../svg/svg.fixture.ts";

const oneBudget = withDetails(budgetStudy());
oneBudget.budgets = [1000];
oneBudget.runs = oneBudget.runs.filter((run) => run.task === "source" || run.imagesPerClass === 1000);
for (const run of oneBudget.runs) if (run.sourceAccuracy !== undefined) run.sourceAccuracy = 1;

it.each(["forgetting", "strategies"])("bars of %s end at 100 per cent, where their axis does", async (name) => {
  const { [name]: svg } = await drawNamed(oneBudget, name);
  const boxes = textBoxes(svg);
  const labels = boxes.filter(({ text }) => text === "0 %" || text === "100 %");
  // the outermost labels lie flush with the ends of the axis
  const [from, to] = [Math.min(...labels.map(({ left }) => left)), Math.max(...labels.map(({ right }) => right))];
  // the frame around the bars is as wide as the axis from 0 to 100 %
  const frames = [...svg.matchAll(/<path class="background"[^>]*d="M[\d.]+,[\d.]+h([\d.]+)v/g)].map(([, width]) =>
    Number(width),
  );
  expect(frames.length).toBeGreaterThan(0);
  expect(to - from).toBeGreaterThan(0.97 * Math.max(...frames));
  expect(to - from).toBeLessThan(1.03 * Math.max(...frames));
  expect(overlaps(boxes)).toEqual([]);
  expect(boxes.filter(({ right }) => right > sizeOfSvg(svg).width)).toEqual([]);
});
