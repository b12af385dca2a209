/** @file What the processor is asked about blocked images. */

import { expect, test } from "vitest";
import { float32 } from "../../core/index.ts";
import { BLOCKED_DOMAIN, Operations } from "../onnx/index.ts";
import { imageBlockSize } from "./block-size.ts";
import { createSession } from "./session.ts";

test("devices other than the CPU have no blocked images", async () => {
  expect(await imageBlockSize("webgpu")).toBeUndefined();
  expect(await imageBlockSize("cuda")).toBeUndefined();
});

const blockSize = await imageBlockSize("cpu");

test.skipIf(blockSize === undefined)("a block holds as many channels as onnxruntime fills up with zeros", async () => {
  const g = new Operations();
  const image = g.input("image", "float32", [1, 4, 1, 1]);
  const blocked = g.op("ReorderInput", [image], {}, { domain: BLOCKED_DOMAIN });
  // the shape that Graft infers is that of whole blocks alone, so the true length is left to onnxruntime
  g.output(g.op("Reshape", [blocked, g.ints([-1])]), "blocked");
  const session = await createSession(g.build(), { threads: 1 });
  const result = await session.run({ image: float32([1, 2, 3, 4], [1, 4, 1, 1]) });
  await session.close();
  expect(result.blocked.data).toHaveLength(blockSize ?? 0);
});
