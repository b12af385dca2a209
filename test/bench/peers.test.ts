/** @file What the bench measures against: the same networks on both sides, and a PyTorch that is there. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { benchNetwork, photoNetworkNames } from "../../bench/peers/bench-networks.ts";
import { nn } from "../../src/engine/index.ts";

const program = fileURLToPath(new URL("../../bench/main.ts", import.meta.url));

function bench(environment: Readonly<Record<string, string>>, ...args: string[]): unknown {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  return { status, stderr };
}

// PyTorch 2.15: sum(p.numel() for p in PHOTO_NETWORKS[name](10, 224).parameters())
const pytorchCounts = {
  "resnet18-224": 11_181_642,
  "resnet50-224": 23_528_522,
  "mobilenet-v2-224": 2_236_682,
  "convnext-atto-224": 3_377_730,
  "vit-tiny-224": 5_525_962,
};

test.each(photoNetworkNames)("%s has as many parameters as PyTorch's", (name) => {
  const network = benchNetwork(name);
  nn.checkNetwork(network);
  expect(nn.shapeAfter(network)).toEqual([10]);
  expect(nn.countParameters(network)).toBe(pytorchCounts[name]);
});

test("peers of another name end in a sentence", () => {
  expect(bench({}, "--peers", "moderm")).toEqual({
    status: 2,
    stderr: 'bench: --peers: expected one of system, modern, got "moderm". Did you mean "modern"?\n',
  });
});

test("a Python without a current PyTorch ends in a sentence, and nothing is installed beside it", () => {
  // Node is no Python, and has no PyTorch
  expect(bench({ PYTHON: process.execPath }, "--peers", "modern", "--only", "help")).toEqual({
    status: 2,
    stderr:
      `bench: --peers modern: expected PyTorch 2 or later in ${process.execPath}, got none. ` +
      "Install it there, or unset PYTHON and the bench makes an environment of its own.\n",
  });
});
