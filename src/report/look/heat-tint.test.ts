import { expect, test } from "vitest";
import { heatTint } from "./heat-tint.ts";

test("goes from black over purple and orange to pale yellow, brighter with every step", () => {
  const heats = Uint8Array.from({ length: 256 }, (_, heat) => heat);
  const tint = heatTint(heats);
  const colourOf = (heat: number): number[] => [...tint.subarray(4 * heat, 4 * heat + 4)];
  expect(colourOf(0)).toEqual([0, 0, 4, 150]);
  expect(colourOf(255)).toEqual([252, 255, 164, 150]);
  // six tenths of the way from purple to red
  expect(colourOf(102)).toEqual([148, 39, 94, 150]);
  const luminances = Array.from(heats, (heat) => {
    const [red, green, blue] = colourOf(heat);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  expect(luminances).toEqual(luminances.toSorted((a, b) => a - b));
});
