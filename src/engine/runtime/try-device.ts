/** @file A small graph on a device, in this process. */

import { DeviceError, float32 } from "../../core/index.ts";
import { Operations } from "../onnx/index.ts";
import type { Device } from "./device.ts";
import { createSession } from "./session.ts";

/**
 * Why a device does not work on this machine; undefined if it does.
 *
 * It is tried with a small graph, since onnxruntime's package is built for more than a machine has.
 */
export async function tryDevice(device: Device): Promise<string | undefined> {
  const g = new Operations();
  const x = g.input("x", "float32", [1]);
  g.output(g.add(x, x), "y");
  try {
    const session = await createSession(g.build("device"), { device });
    const { y } = await session.run({ x: float32([1]) });
    await session.close();
    return y.data[0] === 2 ? undefined : `1 + 1 was ${y.data[0]}`;
  } catch (error) {
    return error instanceof DeviceError ? error.reason : (error as Error).message;
  }
}
