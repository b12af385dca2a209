import { expect, it } from "vitest";
import { budgetStudy, withDetails } from "../study-of-budgets.fixture.ts";
import { checkScores } from "./transferability.ts";

it("holds scores against the frozen-feature runs they speak of", () => {
  const [leep, logme] = checkScores(withDetails(budgetStudy()));
  // the whole network's score: last-layer, at four budgets; both grow with the budget
  expect(leep).toMatchObject({ score: "leep", over: "all" });
  expect(leep.pairs.map(({ imagesPerClass, seeds }) => [imagesPerClass, seeds])).toEqual([
    [10, 3],
    [50, 3],
    [250, 3],
    [1000, 3],
  ]);
  expect(leep.correlations[0].correlation.coefficient).toBeCloseTo(1, 12);
  // dense2 trains alone in last-layer, dense1 is the lowest layer that last-two-layers trains
  const atTen = logme.pairs.filter(({ imagesPerClass }) => imagesPerClass === 10);
  expect(atTen.map(({ layer, accuracy }) => [layer, accuracy.toFixed(2)])).toEqual([
    ["dense2", "0.82"],
    ["dense1", "0.76"],
  ]);
});

it("correlates over the layers of each budget where there are three", () => {
  const summary = withDetails(budgetStudy({ seeds: [0] }));
  summary.budgets = [10];
  summary.runs = summary.runs.filter((run) => run.task === "source" || run.imagesPerClass === 10);
  const like = summary.runs.find((run) => run.strategy === "last-two-layers");
  if (!like?.freezeProof) throw new Error("no run with a proof");
  const { frozen, trainable } = like.freezeProof;
  const isConv4 = ({ name }: { name: string }): boolean => name.startsWith("conv4");
  const proof = {
    holds: true,
    frozen: frozen.filter((one) => !isConv4(one)),
    trainable: [...frozen.filter(isConv4), ...trainable],
  };
  const epochs = like.epochs.map((epoch) => ({ ...epoch, testAccuracy: 0.9 }));
  summary.runs.push({ ...like, id: "more", strategy: "last-3", model: "M9", freezeProof: proof, epochs });
  summary.transferability.push({ seed: 0, imagesPerClass: 10, score: "logme", layer: "conv4", value: 0.9 });
  const logme = checkScores(summary).find(({ score }) => score === "logme");
  // scores 0.4, 0.6, 0.9 and accuracies 0.82, 0.76, 0.90: one of three pairs of neighbours swapped
  expect(logme).toMatchObject({ over: "layers", correlations: [{ imagesPerClass: 10 }] });
  expect(logme?.correlations[0].correlation.coefficient).toBeCloseTo(0.5, 12);
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
