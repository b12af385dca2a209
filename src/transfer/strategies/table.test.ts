/** @file Options that one strategy alone has. */

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { classicCnn } from "../../models/index.ts";
import { ownOptions, strategies, strategyFamilies, strategyNamed, strategyWith } from "./table.ts";

describe("ownOptions", () => {
  test("has the options of every strategy and family, no two of one name, none with the name of one that all have", () => {
    const owners = [...Object.values(strategies), ...strategyFamilies];
    const names = owners.flatMap(({ own }) => Object.keys(own?.fields ?? {}));
    expect(Object.keys(ownOptions)).toEqual(names);
    for (const name of ["name", "firstLayer", "head"]) expect(names).not.toContain(name);
    expect(ownOptions.alpha.owner).toBe("l2-sp");
  });
});

describe("strategyWith", () => {
  test("has what is said, and defaults for the rest", () => {
    expect(strategyWith("l2-sp", { beta: 0.3, alpha: undefined }).pulls).toEqual({ transferred: 0.01, fresh: 0.3 });
    expect(strategyNamed("l2-sp").pulls).toEqual({ transferred: 0.01, fresh: 0.01 });
    expect(strategyWith("full", { alpha: undefined })).toBe(strategies.full);
  });

  test("settles the rank of adapters, and beside which products they are", () => {
    const network = classicCnn({ inputShape: [3, 32, 32], numClasses: 2 });
    const shapesOf = (said: Parameters<typeof strategyWith>[1]) => [
      ...(strategyWith("lora", said).adapt?.(network).adapters ?? []),
    ];
    expect(shapesOf({})).toEqual([["dense1.weight", { rank: 8, scale: 1 }]]);
    expect(shapesOf({ rank: 16 })).toEqual([["dense1.weight", { rank: 16, scale: 0.5 }]]);
    expect(() => strategyWith("full", { rank: 4 })).toThrow(
      new ConfigError('strategies: expected rank and everyProduct for lora alone, got them for "full".'),
    );
  });

  test("refuses an option of another, for members of families too", () => {
    expect(() => strategyWith("last-3", { alpha: 1 })).toThrow(
      new ConfigError('strategies: expected alpha and beta for l2-sp alone, got them for "last-3".'),
    );
  });
});
