import { expect, it } from "vitest";
import { resultsCsv } from "./results-csv.ts";
import { runOf, testSummary } from "./summary.fixture.ts";

const HEADER =
  "study,run,model,strategy,task,seed,epoch,train_loss,train_accuracy,validation_loss,validation_accuracy," +
  "test_loss,test_accuracy,learning_rate,train_duration_ms,duration_ms,images_per_second,images_per_class,run_learning_rate";

it("has one row a run and epoch under a fixed header", () => {
  const lines = resultsCsv(testSummary({ seeds: [0, 1], epochs: 3 })).split("\n");
  expect(lines[0]).toBe(HEADER);
  expect(lines).toHaveLength(1 + 2 * 4 * 3 + 1);
  expect(lines.at(-1)).toBe("");
  expect(lines[1]?.split(",").slice(0, 7)).toEqual(["classic", "M1-source-seed0", "M1", "source", "source", "0", "1"]);
});

it("writes numbers that read back to the same float64 and absent values as nothing", () => {
  const summary = testSummary({ epochs: 1 });
  const [epoch] = runOf(summary, "M2").epochs;
  if (!epoch) throw new Error("no epoch");
  epoch.testLoss = 0.1 + 0.2;
  epoch.trainLoss = Number.NaN;
  const cells = resultsCsv(summary).split("\n")[2]?.split(",") ?? [];
  expect(Number(cells[11])).toBe(0.1 + 0.2);
  expect(cells[11]).toBe("0.30000000000000004");
  expect(cells[7]).toBe("NaN");
  expect(cells[9]).toBe("");
});

it("quotes commas, quotes and line feeds", () => {
  const summary = testSummary({ epochs: 1 });
  summary.name = 'my "own", study\n2';
  expect(resultsCsv(summary)).toContain('\n"my ""own"", study\n2",M1-source-seed0,');
});

it("is the header alone for a study without epochs", () => {
  const summary = testSummary();
  for (const run of summary.runs) run.epochs = [];
  expect(resultsCsv(summary)).toBe(`${HEADER}\n`);
});
