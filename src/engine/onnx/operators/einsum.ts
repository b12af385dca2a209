/** @file Einsum, and its equation taken apart. */

import type { Shape } from "../../../core/index.ts";
import type { NodeView, Operator } from "../operator.ts";

/** The axes of operands and result by labels; an ellipsis has labels of its own. */
export interface Einsum {
  readonly operands: readonly (readonly string[])[];
  readonly result: readonly string[];
  /** The length of each label's axis. */
  readonly lengths: ReadonlyMap<string, number>;
}

export const einsumOperators = {
  Einsum: {
    attributes: { equation: "STRING" },
    infer: (node) => {
      const einsum = einsumOf(node);
      const dtype = node.sharedDType(node.inputs.map((_, index) => node.input(index)));
      return [{ dtype, shape: einsumShape(einsum, einsum.result) }];
    },
  },
} satisfies Record<string, Operator>;

/**
 * What an Einsum's equation says.
 *
 * @throws GraphError if it does not fit the operands.
 */
export function einsumOf(node: NodeView): Einsum {
  const equation = node.string("equation", "").replaceAll(/\s/g, "");
  const [left, right] = equation.split("->");
  const terms = left.split(",");
  const shapes = node.inputs.map((_, index) => node.input(index).shape);
  const unfit = node.error(`expected an equation of the operands' axes, got "${equation}"`);
  if (terms.length !== shapes.length || !/^[A-Za-z.,]*(->[A-Za-z.]*)?$/.test(equation)) throw unfit;
  const operands = terms.map((term, index) => labels(term, shapes[index].length - namedIn(term)));
  const lengths = new Map<string, number>();
  for (const [index, operand] of operands.entries()) {
    if (operand.length !== shapes[index].length) throw unfit;
    for (const [axis, label] of operand.entries()) {
      const length = shapes[index][axis];
      if ((lengths.get(label) ?? length) !== length) throw unfit;
      lengths.set(label, length);
    }
  }
  const dots = Math.max(0, ...operands.map((operand) => operand.filter(isDot).length));
  const result = right === undefined ? implied(operands, dots) : labels(right, dots);
  if (result.some((label) => !lengths.has(label)) || new Set(result).size < result.length) throw unfit;
  return { operands, result, lengths };
}

/** The equation of such labels; those of an ellipsis get letters that no other has. */
export function equationOf(operands: readonly (readonly string[])[], result: readonly string[]): string {
  const used = new Set([...operands.flat(), ...result]);
  const free = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"].filter((letter) => !used.has(letter));
  const dots = [...used].filter(isDot);
  const letter = (label: string): string => (isDot(label) ? free[dots.indexOf(label)] : label);
  const word = (term: readonly string[]): string => term.map(letter).join("");
  return `${operands.map(word).join(",")}->${word(result)}`;
}

function namedIn(term: string): number {
  return term.replaceAll(".", "").length;
}

/** The axes of an ellipsis are counted from their last one, as broadcasting has it: `.1`, `.0`. */
function labels(term: string, dots: number): string[] {
  const [before, after] = term.split("...");
  if (after === undefined) return [...term];
  return [...before, ...Array.from({ length: Math.max(0, dots) }, (_, index) => `.${dots - 1 - index}`), ...after];
}

function isDot(label: string): boolean {
  return label.startsWith(".");
}

/** Without an arrow: the ellipsis, then in order of letters those that are there once. */
function implied(operands: readonly (readonly string[])[], dots: number): string[] {
  const all = operands.flat().filter((label) => !isDot(label));
  const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label));
  return [...labels("...", dots), ...once.sort()];
}

/** The lengths that the labels of a term have. */
export function einsumShape({ lengths }: Einsum, term: readonly string[]): Shape {
  return term.map((label) => lengths.get(label) ?? 1);
}
