import { expect, it } from "vitest";
import { analyseStudy } from "../analysis/study-analysis.ts";
import { budgetStudy, withDetails } from "../study-of-budgets.fixture.ts";
import { drawFigures } from "./draw-figures.ts";
import { overlaps, sizeOfSvg, textBoxes } from "./test-svg.ts";

const oneBudget = withDetails(budgetStudy());
oneBudget.budgets = [1000];
oneBudget.runs = oneBudget.runs.filter((run) => run.task === "source" || run.imagesPerClass === 1000);
for (const run of oneBudget.runs) if (run.sourceAccuracy !== undefined) run.sourceAccuracy = 1;

const figures = await drawFigures(oneBudget, analyseStudy(oneBudget));

it.each(["forgetting", "strategies"])("the axis of %s ends at 100 %%", (name) => {
  const svg = figures.find((figure) => figure.name === name)?.svg ?? "";
  const boxes = textBoxes(svg);
  const [from, to] = [
    boxes.find(({ text }) => text === "0 %")?.left,
    boxes.find(({ text }) => text === "100 %")?.right,
  ];
  // the frame around the bars is as wide as the axis from 0 to 100 %
  const frames = [...svg.matchAll(/<path class="background"[^>]*d="M[\d.]+,[\d.]+h([\d.]+)v/g)].map(([, width]) =>
    Number(width),
  );
  // the labels at both ends keep within the axis, to the pixel
  expect(Math.round(Number(to) - Number(from))).toBeGreaterThanOrEqual(Math.max(...frames) - 3);
  expect(overlaps(boxes)).toEqual([]);
  expect(boxes.filter(({ right }) => right > sizeOfSvg(svg).width)).toEqual([]);
});
