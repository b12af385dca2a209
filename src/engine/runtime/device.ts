/** @file Where a session computes. */

/** Every device, working here or not. */
export const devices = ["cpu", "webgpu", "cuda"] as const;

/** An execution provider of onnxruntime. */
export type Device = (typeof devices)[number];

/** What each device needs that onnxruntime's package does not bring. */
export const deviceNeeds: Readonly<Record<Device, string>> = {
  cpu: "It needs 64-bit Linux with glibc, macOS on arm64, or Windows.",
  webgpu: "It needs a graphics card with a driver for Vulkan, Metal or Direct3D 12.",
  cuda: "It needs an NVIDIA card and onnxruntime's CUDA libraries beside the package.",
};
