import { describe, expect, test } from "vitest";
import { DeviceError, TrainingError } from "../../core/index.ts";
import type { Device } from "./device.ts";
import { runFailure } from "./device-failure.ts";

/** As onnxruntime 1.30 and Dawn word them. */
const words = {
  arena:
    "Non-zero status code returned while running Conv node. Name:'conv1/Conv' Status Message: " +
    "/onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(" +
    "size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 131072000000\n",
  allocator: "Non-zero status code returned while running Mul node. Name:'Mul_3' Status Message: std::bad_alloc",
  lost:
    "/onnxruntime_src/onnxruntime/core/providers/webgpu/buffer_manager.cc:543 status == wgpu::MapAsyncStatus::Success " +
    "was false. Failed to download data from buffer. wgpu::MapAsyncStatus value: 3, message: [Device] is lost.",
  cuda: "CUDA failure 2: out of memory ; GPU=0 ; hostname=h ; file=cuda_allocator.cc ; line=47 ; expr=cudaMalloc((void**)&p, size); ",
  tooLarge:
    "Non-zero status code returned while running Expand node. Name:'Expand_0' Status Message: WebGPU validation failed. " +
    "Buffer size (2202009600) exceeds the max buffer size limit (1073741824).\n - While calling [Device].CreateBuffer([BufferDescriptor]).",
  unmade:
    "Non-zero status code returned while running Mul node. Name:'Mul_0' Status Message: WebGPU validation failed. " +
    "[Invalid Buffer (unlabeled)] is invalid due to a previous error.\n - While validating entries[1] against { binding: 1 }.",
  shader:
    "Non-zero status code returned while running Conv node. Name:'conv3/Conv_token_11' Status Message: " +
    "/onnxruntime_src/onnxruntime/core/providers/webgpu/buffer_manager.cc:562 WGPUBufferImpl* " +
    "onnxruntime::webgpu::BufferManager::Create(size_t, wgpu::BufferUsage, bool, bool) const [ONNXRuntimeError] : 1 : " +
    'FAIL : Failed to create a WebGPU compute pipeline: [Invalid ShaderModule "Conv2dMM"] is invalid due to a previous error.',
  kernel:
    "Non-zero status code returned while running MaxPool node. Name:'MaxPool_token_1' Status Message: " +
    "pool.cc:276 ComputeInternal The Indices output is not supported yet.",
};

describe("a failed run", () => {
  test.each([
    [
      "cpu",
      words.arena,
      "cpu ran out of memory (Failed to allocate memory for requested buffer of size 131072000000).",
    ],
    ["cpu", words.allocator, "cpu ran out of memory (std::bad_alloc)."],
    [
      "webgpu",
      words.tooLarge,
      "webgpu ran out of memory (Buffer size (2202009600) exceeds the max buffer size limit (1073741824)).",
    ],
    [
      "webgpu",
      words.unmade,
      "webgpu ran out of memory ([Invalid Buffer (unlabeled)] is invalid due to a previous error).",
    ],
    [
      "webgpu",
      words.shader,
      'webgpu failed (Failed to create a WebGPU compute pipeline: [Invalid ShaderModule "Conv2dMM"] is invalid due to a previous error).',
    ],
    [
      "webgpu",
      words.lost,
      "webgpu was lost (Failed to download data from buffer. wgpu::MapAsyncStatus value: 3, message: [Device] is lost).",
    ],
    ["cuda", words.cuda, "cuda ran out of memory (CUDA failure 2: out of memory)."],
    ["webgpu", words.kernel, "webgpu failed (ComputeInternal The Indices output is not supported yet)."],
  ])("on %s is the device's, in the words that matter: %#", (device, message, expected) => {
    const failure = runFailure(new Error(message), device as Device);
    expect(failure).toBeInstanceOf(DeviceError);
    expect(failure.message).toBe(expected);
  });

  test("on the CPU is the graph's unless memory is lacking", () => {
    const failure = runFailure(new Error("Got invalid dimensions for input: x"), "cpu");
    expect(failure).not.toBeInstanceOf(DeviceError);
    expect(failure).toEqual(
      new TrainingError("onnxruntime: expected the graph to run, got: Got invalid dimensions for input: x"),
    );
  });
});
