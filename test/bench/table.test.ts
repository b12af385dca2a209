/** @file Results of the bench as text. */

import { describe, expect, test } from "vitest";
import { withMarkedPart } from "../../bench/performance-page.ts";
import type { ScenarioResult } from "../../bench/results.ts";
import { speedText } from "../../bench/speed-table.ts";
import { formatNumber, performanceText, terminalText } from "../../bench/table.ts";

const shared = {
  device: "cpu",
  date: "2026-03-04T05:06:07.000Z",
  machine: "linux, 2 processors",
  processor: "Chip",
  notes: [],
};
const training: ScenarioResult = {
  ...shared,
  name: "train",
  description: "training, batch 128",
  unit: "images/s",
  peers: [
    { name: "graft", rounds: [1400, 1500, 1600], peakRssMb: 510.4, flopsPerImage: 1e8 },
    {
      name: "pytorch",
      about: "PyTorch 2.15.0, eager, channels last",
      tried: [
        { about: "PyTorch 2.15.0, eager, channels last", value: 1010 },
        { about: "--execution compiled", value: null },
      ],
      rounds: [1000, 1000, 1000],
      peakRssMb: 460.6,
      flopsPerImage: 1e8,
    },
    { name: "ceiling", rounds: [400, 400, 400], peakRssMb: null, flopsPerImage: null },
  ],
  targets: [
    { measure: "ratio", peer: "pytorch", atLeast: 1 },
    { measure: "memory", peer: "pytorch", atMost: 1 },
  ],
};
const help: ScenarioResult = {
  ...shared,
  name: "help",
  description: "graft --help",
  unit: "ms",
  device: "webgpu",
  peers: [{ name: "graft", rounds: [90, 100, 120], peakRssMb: 70, flopsPerImage: null }],
  targets: [{ measure: "value", atMost: 150 }],
};
const study: ScenarioResult = {
  ...shared,
  name: "study",
  description: "study",
  unit: "s",
  peers: [],
  targets: [],
  notes: ["No data."],
};
const ceiling: ScenarioResult = {
  ...shared,
  name: "ceiling-t1",
  description: "matrix product, 1 thread",
  unit: "GFLOP/s",
  peers: [
    {
      name: "ceiling",
      about: "3x3 convolutions in onnxruntime",
      rounds: [200, 220],
      peakRssMb: null,
      flopsPerImage: null,
    },
    {
      name: "ceiling-pytorch",
      about: "1x1 convolutions in PyTorch",
      rounds: [190, 240],
      peakRssMb: null,
      flopsPerImage: null,
    },
  ],
  targets: [],
};

test("numbers have three digits, and more only before the point", () => {
  expect([0.5, 1.25, 39.95, 100.4, 91_670.2].map(formatNumber)).toEqual(["0.50", "1.25", "40.0", "100", "91,670"]);
});

describe("performanceText", () => {
  const text = performanceText([ceiling, training, help, study]);

  test("has a row for each peer, with what was measured, the share of the ceiling, memory, targets and date", () => {
    expect(text).toContain(
      "| training, batch 128 | 1,500 images/s | PyTorch 2.15.0, eager, channels last: 1,000 images/s | 1.50 (1.40 to 1.60) | 38 % : 25 % | 510 : 461 | ≥ 1 times: met; memory ≤ 1 times: **not met** | 2026-03-04 |",
    );
  });

  test("has a row for what is measured alone, with the device where it is another", () => {
    expect(text).toContain("| graft --help (Graft on webgpu) | 100 (90.0 to 120) ms | ≤ 150: met | 2026-03-04 |");
  });

  test("names the machine, its ceiling, and what is missing", () => {
    expect(text).toContain(
      "### Chip\n\nMachine: linux, 2 processors. The machine's ceiling: matrix product, 1 thread: 220 GFLOP/s " +
        "(3x3 convolutions in onnxruntime: 210, 1x1 convolutions in PyTorch: 215).",
    );
    expect(text).toContain("Not measured:\n\n- `study`: No data.");
    expect(performanceText([training])).not.toContain("Not measured");
  });

  test("has tables of its own for each processor, the one measured last first", () => {
    const later = { ...training, processor: "Newer", date: "2026-05-01T00:00:00.000Z" };
    const parts = performanceText([training, later]).split("### ").slice(1);
    expect(parts.map((part) => part.split("\n")[0])).toEqual(["Newer", "Chip"]);
    for (const part of parts) expect(part.match(/training, batch 128/g)).toHaveLength(1);
  });
});

test("the terminal shows ratios to peers but not to the ceiling, and every target", () => {
  expect(terminalText(training).split("\n")).toEqual([
    "train (cpu)",
    "  graft            1,500 (1,400 to 1,600) images/s, 38 % of the ceiling, peak 510 MB",
    "  pytorch          1,000 (1,000 to 1,000) images/s, PyTorch 2.15.0, eager, channels last, 25 % of the ceiling, peak 461 MB, graft is 1.50 (1.40 to 1.60) times as fast",
    "    1,010 PyTorch 2.15.0, eager, channels last",
    "    failed --execution compiled",
    "  ceiling          400 (400 to 400) GFLOP/s",
    "  target           ≥ 1 times: 1.50, met",
    "  target           memory ≤ 1 times: 1.11, not met",
  ]);
});

test("the README has each figure's range over the processors, with where, when and against which fastest peer", () => {
  const [first, peer] = training.peers;
  const named = { ...training, name: "train-b128-t2" };
  const slower = {
    ...named,
    processor: "Other",
    date: "2026-01-01T00:00:00.000Z",
    peers: [
      { ...first, rounds: [800] },
      { ...peer, rounds: [900] },
      { ...peer, name: "keras-tensorflow", about: "Keras 3.15.1", rounds: [1000] },
      { name: "ceiling", rounds: [9000], peakRssMb: null, flopsPerImage: null },
    ],
  };
  const folder = { ...help, name: "folder", device: "cpu" };
  expect(
    speedText([named, slower, folder, { ...named, device: "webgpu" }, study])
      .split("\n")
      .slice(2),
  ).toEqual([
    "| training, batch 128 | 0.80 to 1.50 times as fast | 1,500 images/s : 1,000 images/s (PyTorch 2.15.0, eager, channels last) on Chip, 2026-03-04; " +
      "800 images/s : 1,000 images/s (Keras 3.15.1) on Other, 2026-01-01 |",
    "| graft --help | 100 ms | 100 ms on Chip, 2026-03-04 |",
  ]);
});

describe("withMarkedPart", () => {
  const [begin, end] = ["<!-- npm run bench writes from here -->", "<!-- npm run bench writes to here -->"];

  test("replaces what is between the marks and nothing else", () => {
    expect(withMarkedPart(`a\n${begin}\nold\n${end}\nz`, "new")).toBe(`a\n${begin}\n\nnew\n\n${end}\nz`);
  });

  test.each([
    ["none", "a"],
    ["one", `${begin} a`],
    ["the wrong order", `${end} ${begin}`],
    ["two", `${begin}${begin}${end}`],
  ])("refuses a page with %s of them", (_what, page) => {
    expect(() => withMarkedPart(page, "new")).toThrow(
      new Error(`docs/performance.md: expected one "${begin}" and one "${end}" after it. Put them back.`),
    );
  });
});
