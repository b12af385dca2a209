/** @file Tells failures of a device from failures of a graph. */

import { DeviceError, TrainingError } from "../../core/index.ts";
import type { Device } from "./device.ts";

/** Of the C++ library, of onnxruntime's arenas, of Dawn, of CUDA, and of Node for the arrays that results go to. */
const memoryWords =
  /out of memory|bad_alloc|failed to allocate|array buffer allocation|not enough memory|invalid array length|exceeds the max buffer size|\[invalid buffer/i;

/** Of Dawn, Vulkan and CUDA. */
const lostWords = /device\b.{0,20}\blost|DeviceLost|instance reference no longer exists|no CUDA-capable device/i;

/**
 * What onnxruntime threw, as an error for people.
 *
 * On the CPU only a lack of memory is the device's; on others whatever goes wrong is, since the CPU may still do it.
 */
export function runFailure(cause: unknown, device: Device): Error {
  const { message } = cause as Error;
  if (memoryWords.test(message)) return new DeviceError(device, { kind: "memory", reason: reasonOf(message), cause });
  if (device === "cpu") {
    return new TrainingError(`onnxruntime: expected the graph to run, got: ${message.trim().replaceAll(/\s+/g, " ")}`, {
      cause,
    });
  }
  const kind = lostWords.test(message) ? "lost" : "failed";
  return new DeviceError(device, { kind, reason: reasonOf(message), cause });
}

/** The words of a message of onnxruntime that say what went wrong, without the places in its source. */
export function reasonOf(message: string): string {
  const said = message.split(/Status Message: | was false\. /).at(-1) ?? message;
  const words = said
    // /path/file.cc:123 returned-type name(arguments) Words, or file.cc:123 Name Words
    .replace(/^\S*\.(cc|cpp|h):\d+ (.*?\)( const)? )?/s, "")
    .replace(/^\[ONNXRuntimeError\] : \d+ : \w+ : /, "")
    .replace(/^WebGPU validation failed\. /, "")
    // Dawn goes on with what it was doing
    .replace(/\s+- While .*$/s, "")
    // CUDA goes on with the place and the machine
    .replace(/ ; GPU=.*$/s, "")
    .replace(/\s+/g, " ")
    .trim();
  return (words === "" ? message.trim() : words).replace(/\.$/, "");
}
