/** @file How many channels a block of onnxruntime's blocked images holds on this machine. */

import { float32 } from "../../core/index.ts";
import { BLOCKED_DOMAIN, Operations } from "../onnx/index.ts";
import type { Device } from "./device.ts";
import { createSession } from "./session.ts";

/** Block sizes that onnxruntime has had; a multiple of all of them is probed. */
const CHANNELS = 64;
const POSITIONS = 2;

let probed: Promise<number | undefined> | undefined;

/**
 * Channels in a block of a blocked image: 16 with AVX-512, 8 with AVX2.
 *
 * Undefined where there are no such images: on other devices than the CPU, and on processors without kernels for them.
 * The processor is asked once, by reordering a small image.
 */
export async function imageBlockSize(device: Device = "cpu"): Promise<number | undefined> {
  if (device !== "cpu") return undefined;
  probed ??= probe();
  return probed;
}

async function probe(): Promise<number | undefined> {
  const g = new Operations();
  const shape = [1, CHANNELS, 1, POSITIONS];
  const image = g.input("image", "float32", shape);
  g.output(g.op("ReorderInput", [image], {}, { domain: BLOCKED_DOMAIN }), "blocked");
  const session = await createSession(g.build("block-size"), { threads: 1 }).catch(() => undefined);
  if (session === undefined) return undefined;
  try {
    const values = Float32Array.from({ length: CHANNELS * POSITIONS }, (_, index) => index);
    const { blocked } = await session.run({ image: float32(values, shape) });
    return blockSizeOf(Array.from(blocked.data as Float32Array));
  } finally {
    await session.close();
  }
}

/** The block size by which the elements 0, 1, 2 … of the probed image were reordered. */
function blockSizeOf(order: readonly number[]): number | undefined {
  // the second position of channel 0 follows the first positions of a whole block
  const size = order.indexOf(1);
  const expected = order.map((_, index) => {
    const [block, within] = [Math.floor(index / (size * POSITIONS)), index % (size * POSITIONS)];
    return (block * size + (within % size)) * POSITIONS + Math.floor(within / size);
  });
  return size > 1 && order.every((value, index) => value === expected[index]) ? size : undefined;
}
