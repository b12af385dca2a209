import { expect, test } from "vitest";
import { ConfigError } from "../../../core/index.ts";
import { parseDevice } from "./parse-device.ts";

test("the CPU is always there", async () => {
  expect(await parseDevice("cpu")).toBe("cpu");
});

test("a device that does not exist is answered with those that do", async () => {
  await expect(parseDevice("gpu")).rejects.toThrow(
    new ConfigError('device: expected one of cpu, webgpu, cuda, got "gpu". Did you mean "cpu"?'),
  );
});

test("a device that does not work here is one sentence with what it needs", async () => {
  const answer = await parseDevice("cuda").catch((error: unknown) => error);
  // where the libraries and a card are there, it works
  if (answer === "cuda") return;
  expect(answer).toBeInstanceOf(ConfigError);
  expect((answer as Error).message).toMatch(
    /^device: expected one that works on this machine, got "cuda" \(.+\)\. It needs an NVIDIA card and onnxruntime's CUDA libraries beside the package\. Use --device cpu\.$/,
  );
});
