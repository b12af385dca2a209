import { localCrew } from "../../src/dispatch/index.ts";
import { resolveStudy, runStudy } from "../../src/study/index.ts";
import { smallDataset } from "../study/small-dataset.ts";
import { smallStudy } from "../study/study-results.ts";
import { rmSync } from "node:fs";
const study = smallStudy({
  target: [2, 5],
  seeds: 2,
  imagesPerClass: [8, 26],
  strategies: ["scratch", "linear-probe", "last-layer", "full", "probe-then-full", "B2B"],
  tuning: { factors: [1, 100], epochs: 1, compute: 0.1 },
  training: { learningRate: "auto", optimizer: "auto", transferredRate: "auto", statistics: "auto" },
});
const directory = "/tmp/jobs-scratch/try";
rmSync(directory, { recursive: true, force: true });
const jobs = Number(process.argv[2]);
const crew =
  jobs < 2
    ? undefined
    : localCrew({
        jobs,
        program: [
          process.execPath,
          new URL("work-process.ts", import.meta.url).pathname,
          JSON.stringify({ trainImagesPerClass: 30 }),
        ],
      });
const began = performance.now();
const out = await runStudy({
  config: resolveStudy(study),
  dataset: smallDataset({ trainImagesPerClass: 30 }),
  directory,
  threads: 1,
  device: "cpu",
  command: "x",
  crew,
  listener: (e) => {
    if (!["batch", "features", "stage-progress", "epoch", "tuning"].includes(e.type))
      console.log(
        Math.round(performance.now() - began),
        e.type,
        "run" in e ? e.run?.id : "",
        "stage" in e ? e.stage : "",
      );
  },
});
console.log(out.interrupted, out.summary.runs.map((r) => r.status).join(" "));
