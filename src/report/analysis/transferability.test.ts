import { expect, it } from "vitest";
import { budgetStudy, withDetails } from "../study-of-budgets.fixture.ts";
import { checkScores } from "./transferability.ts";

it("holds scores against the frozen-feature runs they speak of", () => {
  const [leep, logme] = checkScores(withDetails(budgetStudy()));
  // the whole network's score: last-layer, at four budgets; more images raise every accuracy, so budgets are not mixed
  expect(leep).toMatchObject({ score: "leep", correlations: [] });
  expect(leep.pairs.map(({ imagesPerClass, seeds }) => [imagesPerClass, seeds])).toEqual([
    [10, 3],
    [50, 3],
    [250, 3],
    [1000, 3],
  ]);
  // dense2 trains alone in last-layer, dense1 is the lowest layer that last-two-layers trains
  const atTen = logme.pairs.filter(({ imagesPerClass }) => imagesPerClass === 10);
  expect(atTen.map(({ layer, accuracy }) => [layer, accuracy.toFixed(2)])).toEqual([
    ["dense2", "0.82"],
    ["dense1", "0.76"],
  ]);
});

it("correlates over the layers of a budget where there are five", () => {
  const summary = withDetails(budgetStudy({ seeds: [0] }));
  summary.budgets = [10];
  summary.runs = summary.runs.filter((run) => run.task === "source" || run.imagesPerClass === 10);
  const like = summary.runs.find((run) => run.strategy === "last-two-layers");
  if (!like?.freezeProof) throw new Error("no run with a proof");
  const tensors = [...like.freezeProof.frozen, ...like.freezeProof.trainable];
  const add = (layer: string, { score, accuracy }: { score: number; accuracy: number }): void => {
    const first = tensors.findIndex(({ name }) => name.startsWith(layer));
    const proof = { holds: true, frozen: tensors.slice(0, first), trainable: tensors.slice(first) };
    const epochs = like.epochs.map((epoch) => ({ ...epoch, testAccuracy: accuracy }));
    summary.runs.push({ ...like, id: layer, strategy: layer, model: layer, freezeProof: proof, epochs });
    summary.transferability.push({ seed: 0, imagesPerClass: 10, score: "logme", layer, value: score });
  };
  const correlations = () => checkScores(summary).find(({ score }) => score === "logme")?.correlations;
  add("conv4", { score: 0.9, accuracy: 0.9 });
  add("conv3", { score: 1, accuracy: 0.95 });
  expect(correlations()).toEqual([]);
  add("conv2", { score: 1.1, accuracy: 0.97 });
  // scores 0.4, 0.6, 0.9, 1, 1.1 and accuracies 0.82, 0.76, 0.90, 0.95, 0.97: one pair of neighbours swapped
  expect(correlations()).toMatchObject([{ imagesPerClass: 10 }]);
  expect(correlations()?.[0].correlation.coefficient).toBeCloseTo(0.9, 12);
});

it("has nothing to say of scores without outcomes", () => {
  const summary = withDetails(budgetStudy({ seeds: [0] }));
  summary.runs = summary.runs.filter((run) => run.task === "source");
  expect(checkScores(summary)).toEqual([]);
});

it("tells layers from tensors where both have dots in their names", () => {
  const summary = withDetails(budgetStudy({ seeds: [0] }));
  // a block whose name begins with that of another layer, and whose tensors have names of several parts
  const renamed = (name: string): string =>
    name.replace("dense2.", "head.1.conv.0.").replace("dense1.", "head.conv.0.");
  for (const { freezeProof } of summary.runs) {
    for (const tensor of [...(freezeProof?.frozen ?? []), ...(freezeProof?.trainable ?? [])])
      tensor.name = renamed(tensor.name);
  }
  for (const record of summary.transferability)
    if (record.layer !== null) record.layer = record.layer === "dense2" ? "head.1" : "head";
  const plain = checkScores(withDetails(budgetStudy({ seeds: [0] })));
  const dotted = checkScores(summary);
  const outcomes = (checks: typeof plain) => checks.map(({ pairs }) => pairs.map(({ accuracy }) => accuracy));
  expect(outcomes(dotted)).toEqual(outcomes(plain));
});
