/** @file A device that fails in the middle of a study: one sentence, what was done is kept, and the study goes on. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as Onnxruntime from "onnxruntime-node";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ConfigError, DeviceError } from "../../src/core/index.ts";
import type { Device } from "../../src/engine/runtime/index.ts";
import {
  type StudyFile,
  type StudyListener,
  type StudyOutcome,
  readSummary,
  resolveStudy,
  resumeStudy,
  runStudy,
} from "../../src/study/index.ts";
import { smallDataset } from "../study/small-dataset.ts";
import { newFolder, readJson, resultsOf, smallStudy } from "../study/study-folder.ts";
import { faults } from "./faulty-onnxruntime.ts";

vi.mock("onnxruntime-node", async (importOriginal) => {
  const { faultyOnnxruntime } = await import("./faulty-onnxruntime.ts");
  const { default: real } = await importOriginal<{ default: typeof Onnxruntime }>();
  return { default: faultyOnnxruntime(real) };
});

// the other process would try the real device
vi.mock("../../src/engine/runtime/node/device-problem.ts", async () => {
  const { tryDevice } = await vi.importActual<{ tryDevice: unknown }>("../../src/engine/runtime/try-device.ts");
  return { deviceProblem: tryDevice };
});

afterEach(() => {
  faults.current = undefined;
});

const study = smallStudy({ strategies: ["scratch"], training: { epochs: 3 } });
const ids = ["M1-source-seed0", "M2-scratch-seed0"];

/** As Dawn, onnxruntime's arena, the C++ library and Node word them. */
const lost = new Error(
  "/onnxruntime_src/onnxruntime/core/providers/webgpu/buffer_manager.cc:543 status == wgpu::MapAsyncStatus::Success " +
    "was false. Failed to download data from buffer. wgpu::MapAsyncStatus value: 3, message: [Device] is lost.",
);
const arenaFull = new Error(
  "Non-zero status code returned while running Conv node. Name:'conv1/Conv' Status Message: " +
    "/onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(" +
    "size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 131072000000\n",
);
const allocatorFull = new Error("std::bad_alloc");
const nodeFull = new RangeError("Array buffer allocation failed");

interface Given {
  directory: string;
  device?: Device;
  listener?: StudyListener;
}

function start({ directory, device = "webgpu", listener = () => {} }: Given): Promise<StudyOutcome> {
  const common = { config: resolveStudy(study), dataset: smallDataset(), threads: 1, command: "test" };
  return runStudy({ ...common, directory, device, listener });
}

function goOn(directory: string, device?: Device): Promise<StudyOutcome> {
  const openData = async () => ({ dataset: smallDataset() });
  return resumeStudy({ directory, openData, ...(device === undefined ? {} : { device }) });
}

/** Fails in the run and epoch named, at its third batch. */
function failingIn(id: string, epoch: number, error: Error): StudyListener {
  return (event) => {
    if (event.type !== "batch" || event.run.id !== id || event.epoch !== epoch || event.batch !== 2) return;
    faults.current = { runsLeft: 0, error };
  };
}

describe("a device that fails in the middle of a run", () => {
  test.each([
    {
      device: "webgpu" as const,
      error: lost,
      said:
        "webgpu was lost (Failed to download data from buffer. wgpu::MapAsyncStatus value: 3, message: [Device] is lost). " +
        "It is saved up to epoch 1; go on once the device is back: graft resume HERE, or on the CPU: graft resume HERE --device cpu.",
    },
    {
      device: "webgpu" as const,
      error: arenaFull,
      said:
        "webgpu ran out of memory (Failed to allocate memory for requested buffer of size 131072000000). " +
        "It is saved up to epoch 1; go on once more memory is free: graft resume HERE, or on the CPU: graft resume HERE --device cpu. " +
        "A new study with a smaller batchSize needs less.",
    },
    {
      device: "webgpu" as const,
      error: new Error("WebGPU validation failed. no kernel today"),
      said:
        "webgpu failed (no kernel today). " +
        "It is saved up to epoch 1; go on with graft resume HERE, or on the CPU: graft resume HERE --device cpu.",
    },
    {
      device: "cpu" as const,
      error: allocatorFull,
      said:
        "cpu ran out of memory (std::bad_alloc). It is saved up to epoch 1; go on once more memory is free: " +
        "graft resume HERE. A new study with a smaller batchSize needs less.",
    },
    {
      device: "cpu" as const,
      error: nodeFull,
      said:
        "cpu ran out of memory (Array buffer allocation failed). It is saved up to epoch 1; go on once more memory is free: " +
        "graft resume HERE. A new study with a smaller batchSize needs less.",
    },
  ])("stops the study in one sentence, which goes on to the same bits: $said", async ({ device, error, said }) => {
    const unbroken = newFolder();
    await start({ directory: unbroken, device });
    const directory = newFolder();
    const failure = await start({ directory, device, listener: failingIn(ids[1], 2, error) }).catch(
      (reason: unknown) => reason,
    );
    expect(failure).toBeInstanceOf(DeviceError);
    expect((failure as Error).message.replaceAll(directory, "HERE")).toBe(`${ids[1]}, epoch 2: ${said}`);
    const { runs, finishedAt } = await readSummary(directory);
    expect(runs.map(({ status, epochs }) => [status, epochs.length])).toEqual([
      ["done", 3],
      ["interrupted", 1],
    ]);
    expect(finishedAt).toBeNull();
    faults.current = undefined;
    await goOn(directory);
    expect(resultsOf(directory, ids)).toEqual(resultsOf(unbroken, ids));
  });

  test("leaves the last checkpoint as it was", async () => {
    const directory = newFolder();
    const checkpoint = (): Buffer => readFileSync(join(directory, "runs", ids[0], "checkpoint.safetensors"));
    let saved: Buffer = Buffer.alloc(0);
    const fail = failingIn(ids[0], 3, lost);
    const listener: StudyListener = (event) => {
      if (event.type === "epoch" && event.record.epoch === 2) saved = checkpoint();
      fail(event);
    };
    await expect(start({ directory, listener })).rejects.toBeInstanceOf(DeviceError);
    expect(saved.length).toBeGreaterThan(1000);
    expect(checkpoint()).toEqual(saved);
  });

  test("in its first epoch leaves the runs before it, and the run begins anew", async () => {
    const directory = newFolder();
    const failure = start({ directory, listener: failingIn(ids[1], 1, lost) });
    await expect(failure).rejects.toThrow(/^M2-scratch-seed0, epoch 1: webgpu was lost .* Finished runs are saved; /);
    faults.current = undefined;
    const { summary } = await goOn(directory);
    expect(summary.runs.map(({ status }) => status)).toEqual(["done", "done"]);
  });
});

describe("a study whose device failed", () => {
  test("can go on on another device, which its file then names", async () => {
    const directory = newFolder();
    await expect(start({ directory, listener: failingIn(ids[0], 2, lost) })).rejects.toBeInstanceOf(DeviceError);
    faults.current = undefined;
    const { summary } = await goOn(directory, "cpu");
    expect(summary.runs.map(({ status }) => status)).toEqual(["done", "done"]);
    expect(summary.machine.device).toBe("cpu");
    expect(readJson<StudyFile>(directory, "study.json").device).toBe("cpu");
  });

  test("is told so on resume while the device is still away, and nothing is written", async () => {
    const directory = newFolder();
    await expect(start({ directory, listener: failingIn(ids[0], 2, lost) })).rejects.toBeInstanceOf(DeviceError);
    const before = readFileSync(join(directory, "summary.json"));
    await expect(goOn(directory)).rejects.toThrow(
      new ConfigError(
        'device: expected one that works on this machine, got "webgpu" (Failed to download data from buffer. ' +
          "wgpu::MapAsyncStatus value: 3, message: [Device] is lost). " +
          "It needs a graphics card with a driver for Vulkan, Metal or Direct3D 12. Use --device cpu.",
      ),
    );
    expect(readFileSync(join(directory, "summary.json"))).toEqual(before);
  });
});
