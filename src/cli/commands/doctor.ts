/** @file `graft doctor`: whether Graft can train on this machine, and with what. */

import { bytes, count, plural } from "../../core/index.ts";
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { type DatasetEntry, datasets } from "../../data/node/index.ts";
import { cacheDirectory } from "../../download/index.ts";
import { deviceProblem, devices } from "../../engine/runtime/node/index.ts";
import { describeMachine } from "../../study/index.ts";
import { AUTO, chooseDevice } from "../device/choose-device.ts";
import { packageInfo } from "../terminal/package-info.ts";
import { whereIs } from "./data/where-is.ts";
import { tryTraining } from "../device/try-training.ts";
import { say } from "../terminal/say.ts";

/** Exit code of a machine that cannot train. */
const CANNOT_TRAIN_EXIT_CODE = 1;

/** Prints what Graft finds; 0 if it can train. */
export async function doctor(): Promise<number> {
  const threads = availableParallelism();
  const machine = await describeMachine({ threads, device: "cpu" });
  const rows: [string, string][] = [
    ["Graft", machine.graft],
    ["Node.js", `${process.versions.node} (needs ${packageInfo().engines.node}), ${machine.platform}`],
    ["onnxruntime", machine.onnxruntime],
    ...(await deviceRows()),
    ["auto", await orProblem(() => automaticDevice(threads))],
    ["processor", `${machine.cpu}; ${plural(threads, "thread")}`],
    ["memory", `${bytes(freemem())} free of ${bytes(totalmem())}`],
    ["disk", `${await freeDisk(process.cwd())} free here`],
    ["cache", await orProblem(cacheWithRoom)],
    ...Object.values<DatasetEntry>(datasets).map(({ name, find }): [string, string] => [name, whereIs(find)]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const sayRow = (name: string, found: string): void => say(`${name.padEnd(width)}  ${found}`);
  for (const [name, found] of rows) sayRow(name, found);
  try {
    sayRow("training", `works: ${count(await tryTraining({ threads }))} images/s with the classic network`);
    say("\nReady to train.");
    return 0;
  } catch (error) {
    sayRow("training", `fails: ${messageOf(error)}`);
    say(
      "\nGraft cannot train on this machine as it is. Install its packages anew; if that does not help, " +
        "this system lacks what onnxruntime needs (64-bit Linux with glibc, macOS on arm64, or Windows).",
    );
    return CANNOT_TRAIN_EXIT_CODE;
  }
}

/** What `--device auto` would choose. */
async function automaticDevice(threads: number): Promise<string> {
  const { device, reason } = await chooseDevice(AUTO, { threads });
  return `would compute on ${device}: ${reason}`;
}

async function cacheWithRoom(): Promise<string> {
  const folder = cacheDirectory();
  return `${folder}, ${await freeDisk(folder)} free for downloads`;
}

/** Each device, tried. */
async function deviceRows(): Promise<[string, string][]> {
  const rows: [string, string][] = [];
  for (const device of devices) {
    const problem = await orProblem(async () => (await deviceProblem(device)) ?? "");
    rows.push([device, problem === "" ? "works" : `does not work here: ${problem}`]);
  }
  return rows;
}

/** What cannot be found out says why, so that the rest is still told. */
async function orProblem(find: () => Promise<string>): Promise<string> {
  return await find().catch((error: unknown) => `not usable: ${messageOf(error)}`);
}

async function freeDisk(path: string): Promise<string> {
  let folder = resolve(path);
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  return bytes(bavail * bsize);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
