/**
 * @file Whether two commits train the same models bit for bit: `node scripts/same-bits.mjs <before> [<after>]`.
 *
 * Both are checked out beside each other with this checkout's dependencies, and run the same small studies. Their
 * checkpoints must hold the same tensors, their `results.csv` the same but for times.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Every strategy once: heads that are solved, frozen and moved layers, stages, pulls, augmentation, several budgets. */
const studies = [
  "--preset quick --data shapes10 --epochs 3",
  "--preset classic --data cifar10 --fallback-data shapes10 --epochs 2 --images-per-class 20,50",
  "--preset photos --data shapes10 --source 0,1,2,3 --target 5,6,7 --seeds 1 --images-per-class 10 --epochs 2",
].map((line) => line.split(" "));

const [before, after = "HEAD"] = process.argv.slice(2);
if (before === undefined) {
  console.error("same-bits: expected a commit to compare with, got none. Try node scripts/same-bits.mjs HEAD~1.");
  process.exitCode = 2;
} else {
  compare(before, after);
}

/** @param {string[]} commits */
function compare(...commits) {
  const folder = mkdtempSync(join(tmpdir(), "graft-same-bits-"));
  try {
    const results = commits.map((commit, index) => runStudies(commit, join(folder, String(index))));
    const names = [...new Set(results.flatMap((files) => [...files.keys()]))].sort();
    const differing = names.filter((name) => results[0].get(name) !== results[1].get(name));
    for (const name of differing) console.log(`differs: ${name}`);
    console.log(`${names.length} files compared, ${differing.length} differ.`);
    if (differing.length > 0 || names.length === 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    execFileSync("git", ["worktree", "prune"], { cwd: root });
  }
}

/**
 * What the studies of a commit leave, by name.
 *
 * @param {string} commit
 * @param {string} checkout
 */
function runStudies(commit, checkout) {
  execFileSync("git", ["worktree", "add", "--detach", checkout, commit], { cwd: root, stdio: "ignore" });
  symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
  const files = new Map();
  for (const [index, options] of studies.entries()) {
    const results = join(checkout, "runs", `study-${index}`);
    console.log(`${commit}: graft run ${options.join(" ")}`);
    const common = ["--threads", "2", "--offline", "--json", "--out", results];
    execFileSync(process.execPath, [join(checkout, "bin", "graft.mjs"), "run", ...options, ...common], {
      cwd: checkout,
      stdio: ["ignore", "ignore", "inherit"],
    });
    files.set(`${index}/results.csv`, withoutTimes(readFileSync(join(results, "results.csv"), "utf8")));
    for (const run of readdirSync(join(results, "runs"))) {
      const checkpoint = join(results, "runs", run, "checkpoint.safetensors");
      if (existsSync(checkpoint)) files.set(`${index}/${run}`, tensorsOf(readFileSync(checkpoint)));
    }
  }
  return files;
}

/**
 * What a safetensors file says of its tensors, and their bytes; what else it says may change with versions.
 *
 * @param {Buffer} file
 */
function tensorsOf(file) {
  const start = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__: _facts, ...tensors } = JSON.parse(file.toString("utf8", 8, start));
  return JSON.stringify(tensors) + file.toString("base64", start);
}

/** @param {string} csv */
function withoutTimes(csv) {
  const rows = csv.split("\n").map((line) => line.split(","));
  const kept = [...rows[0].keys()].filter((column) => !/_ms$|_per_second$/.test(rows[0][column]));
  return rows.map((row) => kept.map((column) => row[column]).join(",")).join("\n");
}
