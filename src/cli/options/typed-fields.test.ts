/** @file What is wrong is said in the words of the place that the user is in. */

import { expect, test } from "vitest";
import { createProgram } from "../program.ts";
import { type TypedFields, inTypedWords, typedFields } from "./typed-fields.ts";

/** The fields of a command line, whose command does nothing. */
async function fieldsOf(...args: readonly string[]): Promise<TypedFields> {
  const program = createProgram();
  let fields: TypedFields = new Map();
  const stop = new Error("stopped before it runs");
  program.hook("preAction", (_, command) => {
    fields = typedFields(command);
    throw stop;
  });
  await expect(program.parseAsync(args, { from: "user" })).rejects.toBe(stop);
  return fields;
}

const said: readonly (readonly [field: string, option: string])[] = [
  ["imageSize: expected none, got 64. Leave it out.", "--image-size: expected none, got 64. Leave it out."],
  ["a.onnx: expected a size, got none. Set imageSize.", "a.onnx: expected a size, got none. Pass --image-size."],
  ["normalization: expected x, got y. Set normalization to unit.", "--normalization: expected x, got y. Pass --normalization unit."], // prettier-ignore
  ["p: got 1. Mend it, or set skipUnreadable: true.", "p: got 1. Mend it, or pass --skip-unreadable."],
  ["validation: got none. Set validation: 0.1, or stop.", "--validation: got none. Pass --validation 0.1, or stop."],
  ["time: expected seeds: auto beside it, got 3.", "--time: expected --seeds auto beside it, got 3."],
  ["channelOrder: expected none, got bgr.", "--channels: expected none, got bgr."],
  ["the source: expected images in source/imageSize.", "the source: expected images in source/imageSize."],
];

test.each(said)("%s", async (field, option) => {
  expect(inTypedWords(field, await fieldsOf("run", "--data", "photos"))).toBe(option);
  expect(inTypedWords(field, await fieldsOf("run", "study.yaml"))).toBe(field);
});

test("beside a study file the options that were typed are said as options", async () => {
  const fields = await fieldsOf("run", "study.yaml", "--image-size", "64");
  expect(inTypedWords("imageSize: got 64. Set imagesPerClass.", fields)).toBe(
    "--image-size: got 64. Set imagesPerClass.",
  );
});

test("a command says the options that it has", async () => {
  const fields = await fieldsOf("models", "info", "a.onnx");
  expect(inTypedWords("Set imageSize. Set validation.", fields)).toBe("Pass --image-size. Set validation.");
});
