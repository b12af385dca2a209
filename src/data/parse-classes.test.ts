import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../core/index.ts";
import { type ClassChoice, parseClasses } from "./parse-classes.ts";

const animals = { name: "animals", classNames: ["ant", "bee", "cat", "dog"] };

/** What becomes of any text: ids of animals, or the name of the error. */
function outcomeOf(text: string): string {
  try {
    const inRange = parseClasses(text, animals, "x").every((classId) => classId >= 0 && classId < 4);
    return inRange ? "ids in range" : "ids out of range";
  } catch (error) {
    return error instanceof Error ? error.name : "no error";
  }
}

describe("a choice of classes", () => {
  const cases: [ClassChoice, number[]][] = [
    ["0,3", [0, 3]],
    ["dog, ant", [3, 0]],
    ["DOG,1", [3, 1]],
    [2, [2]],
    [
      ["bee", 0],
      [1, 0],
    ],
    [" 1 ", [1]],
  ];
  test.each(cases)("%j means %j", (choice, classIds) => {
    expect(parseClasses(choice, animals, "target classes")).toEqual(classIds);
  });

  test("any list of different classes comes back from ids, names and both mixed, in the order written", () => {
    const choices = fc.uniqueArray(fc.tuple(fc.nat({ max: 3 }), fc.boolean()), {
      minLength: 1,
      selector: ([classId]) => classId,
    });
    fc.assert(
      fc.property(choices, (entries) => {
        const words = entries.map(([classId, asName]) => (asName ? animals.classNames[classId] : classId));
        const classIds = entries.map(([classId]) => classId);
        expect(parseClasses(words, animals, "x")).toEqual(classIds);
        expect(parseClasses(words.join(" ,"), animals, "x")).toEqual(classIds);
      }),
      { seed: 2 },
    );
  });

  test("any text gives class ids in range or a ConfigError", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(outcomeOf(text)).toMatch(/^(ids in range|ConfigError)$/);
      }),
      { seed: 3 },
    );
  });

  test("a name made of digits wins over the id", () => {
    expect(parseClasses("1", { name: "digits", classNames: ["1", "0"] }, "x")).toEqual([0]);
  });
});

describe("a mistake in the choice is named", () => {
  const outOfRange = "target classes: expected a class id of animals from 0 to 3 or a class name, got";
  const cases: [ClassChoice, string][] = [
    ["hog", 'target classes: expected one of ant, bee, cat, dog, got "hog". Did you mean "dog"?'],
    ["0,", 'target classes: expected one of ant, bee, cat, dog, got "".'],
    ["", "target classes: expected one or more classes of animals, got none."],
    [[], "target classes: expected one or more classes of animals, got none."],
    ["4", `${outOfRange} 4.`],
    ["-1", `${outOfRange} -1.`],
    [1.5, `${outOfRange} 1.5.`],
    ["bee,1", "target classes: expected every class once, got 1 (bee) more than once."],
  ];
  test.each(cases)("%j", (choice, message) => {
    expect(() => parseClasses(choice, animals, "target classes")).toThrow(new ConfigError(message));
  });
});
