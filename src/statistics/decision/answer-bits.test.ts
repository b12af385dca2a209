import { expect, it } from "vitest";
import { packAnswers, unpackAnswers } from "./answer-bits.ts";

it("packs a bit an image, and unpacks it", () => {
  for (const images of [0, 1, 7, 8, 9, 10_000]) {
    const answers = Uint8Array.from({ length: images }, (_, image) => Number(image % 3 === 0));
    expect(unpackAnswers(packAnswers(answers), images)).toEqual(answers);
  }
  expect(packAnswers([1, 0, 0, 0, 0, 0, 0, 0, 1])).toBe("AQE=");
  // ten thousand images of a thousand runs stay below 2 MB
  expect(packAnswers(new Uint8Array(10_000)).length).toBeLessThan(1700);
});

it("refuses the answers to other images", () => {
  expect(() => unpackAnswers("AQE=", 100)).toThrow(
    new RangeError("unpackAnswers: expected answers to 100 images, got those to about 16."),
  );
});
