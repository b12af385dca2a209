/** @file Reads the values of options, and says what is wrong with them in the words of the command line. */

import { ConfigError } from "../../core/index.ts";
import { TIME } from "../../study/index.ts";

/** Bounds of a whole number, both included. */
export interface Bounds {
  readonly min: number;
  readonly max?: number;
}

/**
 * A whole number.
 *
 * @throws ConfigError naming `option`.
 */
export function parseWhole(text: string, option: string, { min, max = Number.MAX_SAFE_INTEGER }: Bounds): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw new ConfigError(`${option}: expected a whole number ${range}, got "${text}". ${exampleOf(option, min)}`);
}

/**
 * Threads of a run; undefined where they are not named.
 *
 * @throws ConfigError if they are no number.
 */
export function parseThreads(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseWhole(text, "--threads", { min: 1, max: 1024 });
}

/**
 * A side of images in pixels, `64`, or height x width, `96x128`.
 *
 * @throws ConfigError naming `option`.
 */
export function parseImageSize(text: string, option: string): number | string {
  const sides = text.split("x").map((side) => (/^\d+$/.test(side) ? Number(side) : Number.NaN));
  if (sides.length <= 2 && sides.every((side) => side >= 8 && side <= 4096))
    return sides.length === 1 ? sides[0] : text;
  throw new ConfigError(
    `${option}: expected a side from 8 to 4096 pixels, or height x width, got "${text}". Try ${option} 64 or ${option} 96x128.`,
  );
}

/**
 * A number above 0, such as `0.01` or `1e-6`.
 *
 * @throws ConfigError naming `option`.
 */
export function parsePositive(text: string, option: string): number {
  const value = /^[\d.]+(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && Number.isFinite(value)) return value;
  throw new ConfigError(`${option}: expected a number above 0, got "${text}". Try ${option} 0.01.`);
}

/**
 * A share of a whole, from 0 to below 1.
 *
 * @throws ConfigError naming `option`.
 */
export function parseShare(text: string, option: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value < 1) return value;
  throw new ConfigError(`${option}: expected a share from 0 to below 1, got "${text}". Try ${option} 0.1.`);
}

/**
 * `none`, `balanced`, or weights by the names of classes, `cat=2,dog=1`.
 *
 * @throws ConfigError naming `option`.
 */
export function parseClassWeights(text: string, option: string): "none" | "balanced" | Record<string, number> {
  if (text === "none" || text === "balanced") return text;
  const entries = parseList(text, option, "none, balanced, or weights such as cat=2").map((word) => {
    const [, name, weight] = /^(.+)=([^=]+)$/.exec(word) ?? [];
    if (name === undefined || weight === undefined) {
      throw new ConfigError(
        `${option}: expected none, balanced, or weights such as cat=2,dog=1, got "${text}". Try ${option} balanced.`,
      );
    }
    return [name.trim(), parsePositive(weight.trim(), option)] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Words separated by commas.
 *
 * @throws ConfigError for an empty list or an empty word.
 */
export function parseList(text: string, option: string, what: string): string[] {
  const words = text.split(",").map((word) => word.trim());
  if (!words.includes("")) return words;
  const got = text.trim() === "" ? "nothing" : `"${text}"`;
  throw new ConfigError(`${option}: expected ${what} separated by commas, got ${got}. Leave no place empty.`);
}

/**
 * A time, such as `90s`, `10m` or `1h`, as study files have it.
 *
 * @throws ConfigError naming `option`.
 */
export function parseTime(text: string, option: string): string {
  if (TIME.test(text)) return text;
  throw new ConfigError(`${option}: expected a time such as 90s, 10m or 1h, got "${text}". Try ${option} 10m.`);
}

/**
 * A number of seeds, `3` for 0, 1 and 2, a list of them, `4,7`, or `auto`.
 *
 * @throws ConfigError for anything else, and for a seed named twice.
 */
export function parseSeeds(text: string, option: string): number | number[] | "auto" {
  if (text === "auto") return text;
  if (!/\d/.test(text) || /[a-z]/i.test(text)) {
    throw new ConfigError(
      `${option}: expected how many seeds, a list of them such as 4,7, or auto, got "${text}". Try ${option} 3.`,
    );
  }
  if (!text.includes(",")) return parseWhole(text, option, { min: 1, max: 1000 });
  const seeds = parseList(text, option, "seeds").map((word) => parseWhole(word, option, { min: 0 }));
  const repeated = seeds.find((seed, index) => seeds.indexOf(seed) !== index);
  if (repeated === undefined) return seeds;
  throw new ConfigError(`${option}: expected every seed once, got ${repeated} twice. Leave one of them out.`);
}

/**
 * A number of images or `all`, or a list of these: `5,10,all`.
 *
 * @throws ConfigError for anything else, and for a number named twice.
 */
export function parseBudgets(text: string, option: string): number | "all" | (number | "all")[] {
  if (!text.includes(",")) return parseBudget(text, option);
  const budgets = parseList(text, option, "numbers of images").map((word) => parseBudget(word, option));
  const repeated = budgets.find((budget, index) => budgets.indexOf(budget) !== index);
  if (repeated === undefined) return budgets;
  throw new ConfigError(`${option}: expected every number once, got ${repeated} twice. Leave one of them out.`);
}

function parseBudget(text: string, option: string): number | "all" {
  if (text === "all") return text;
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1) return value;
  throw new ConfigError(`${option}: expected a whole number from 1 or "all", got "${text}". Try ${option} 100.`);
}

function exampleOf(option: string, min: number): string {
  return `Try ${option} ${Math.max(min, 2)}.`;
}
