import { join, resolve } from "node:path";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { studyFrom } from "./study-options.ts";

test.each([
  ["a network of the table", "mobilenetv2-12", "mobilenetv2-12"],
  // it is not there, and only its name lets a message say how to bring it
  ["a network of the Hub", "hf:some/net", "hf:some/net"],
  ["a path", join("here", "net.onnx"), resolve("here", "net.onnx")],
])("%s stays what it is as a source, wherever the study is resumed", async (_, typed, source) => {
  expect((await studyFrom(undefined, { data: tmpdir(), source: typed })).source).toBe(source);
});
