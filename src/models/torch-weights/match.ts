/** @file Finds the tensor of a PyTorch file for each parameter of a network. */

import type { Shape } from "../../core/index.ts";
import type { NamedParameter } from "../../engine/nn/index.ts";

/** A module under two names, as parts of a path: ports disagree on them. */
const SYNONYMS = [
  ["linear", "fc"],
  ["downsample", "shortcut"],
];

/** Original names in the file, by another name for the same. */
type Names = Readonly<Record<string, string>>;

/**
 * The tensor of each parameter by its name or a synonym of it; undefined if not even half of them have one.
 *
 * Where some are missing the others are there, so that an error can name the first.
 */
export function matchByName(wanted: readonly NamedParameter[], given: Names): Names | undefined {
  const found = wanted.flatMap(({ name }) => {
    const known = [name, ...synonymsOf(name)].find((candidate) => Object.hasOwn(given, candidate));
    return known === undefined ? [] : [[name, given[known]] as const];
  });
  return 2 * found.length < wanted.length ? undefined : Object.fromEntries(found);
}

/**
 * The tensor of each parameter of a network of plain layers, by order: `0.weight`, `2.weight`, `features.0.weight`, ….
 *
 * Modules are told apart by what precedes the last dot. Those with weights of four axes come first, then those of two,
 * each in the order of the numbers in their names; parameters of one module go by their own name.
 */
export function matchByOrder(
  wanted: readonly NamedParameter[],
  given: Names,
  shapeOf: (original: string) => Shape,
): Names {
  const layers = modulesOf(wanted.map(({ name, shape }) => ({ name, rank: shape.length })));
  const modules = modulesOf(
    Object.entries(given).map(([name, original]) => ({ name, rank: shapeOf(original).length })),
  );
  const pairs = layers.flatMap((layer, index) => {
    const module = modules[index];
    if (module === undefined) return [];
    return layer.parts
      .filter((part) => module.parts.includes(part))
      .map((part) => [`${layer.path}.${part}`, given[join(module.path, part)]] as const);
  });
  return Object.fromEntries(pairs);
}

interface Module {
  readonly path: string;
  /** `weight`, `bias`. */
  readonly parts: string[];
  /** Most axes of any of its parameters. */
  rank: number;
}

function modulesOf(parameters: readonly { name: string; rank: number }[]): Module[] {
  const modules = new Map<string, Module>();
  for (const { name, rank } of parameters) {
    const dot = name.lastIndexOf(".");
    const path = name.slice(0, Math.max(0, dot));
    const module = modules.get(path) ?? { path, parts: [], rank: 0 };
    module.parts.push(name.slice(dot + 1));
    module.rank = Math.max(module.rank, rank);
    modules.set(path, module);
  }
  return [...modules.values()].sort((a, b) => b.rank - a.rank || a.path.localeCompare(b.path, "en", { numeric: true }));
}

function synonymsOf(name: string): string[] {
  const parts = name.split(".");
  return SYNONYMS.flatMap(([one, other]) =>
    [
      [one, other],
      [other, one],
    ]
      .filter(([from]) => parts.includes(from))
      .map(([from, to]) => parts.map((part) => (part === from ? to : part)).join(".")),
  );
}

function join(path: string, part: string): string {
  return path === "" ? part : `${path}.${part}`;
}
