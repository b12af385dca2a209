/** @file Functions of one value that several nodes compute element by element, such as x * sigmoid(x), and their slopes. */

import { sameShape, sizeOf } from "../../core/index.ts";
import { type Node, NodeView, type Operations, type Value } from "../onnx/index.ts";
import type { GradientRule } from "./rule.ts";
import { elementwiseRules } from "./rules/elementwise.ts";

/** Those with a condition or another type among their operands act on more than one value. */
const { Cast: _cast, Where: _where, ...rules } = elementwiseRules;
const rulesByType: Readonly<Record<string, GradientRule | undefined>> = rules;

/** y = f(x), element by element. */
export interface ElementwiseFunction {
  readonly x: Value;
  /** In forward order; the last one makes y, and they alone read what the others make. */
  readonly nodes: readonly Node[];
}

/** Finds such functions among the forward nodes of a graph. */
export class ElementwiseFunctions {
  readonly #g: Operations;
  readonly #ends: ReadonlySet<string>;
  readonly #places: ReadonlyMap<Node, number>;
  readonly #readers = new Map<string, Node[]>();

  /** `ends`: values that gradients are wanted of, which are no step on the way to another. */
  constructor(g: Operations, ends: readonly Value[]) {
    this.#g = g;
    this.#ends = new Set(ends.map(({ name }) => name));
    this.#places = new Map(g.nodes.map((node, index) => [node, index]));
    for (const node of g.nodes) {
      for (const { name } of node.inputs.filter((input) => input !== null)) {
        const known = this.#readers.get(name);
        if (known === undefined) this.#readers.set(name, [node]);
        else known.push(node);
      }
    }
  }

  /** The longest one of two nodes or more that a node ends; undefined if there is none. */
  endingWith(last: Node): ElementwiseFunction | undefined {
    const nodes: Node[] = [];
    const open = new Map<string, Value>();
    let found: ElementwiseFunction | undefined;
    for (let node: Node | undefined = last; node !== undefined; node = this.#makerOfLast(open, nodes)) {
      const operands = this.#operandsOf(node);
      if (operands === undefined) break;
      nodes.unshift(node);
      open.delete(node.outputs[0].name);
      for (const operand of operands) open.set(operand.name, operand);
      const [x] = open.values();
      if (open.size === 1 && nodes.length > 1) found = { x, nodes: [...nodes] };
    }
    return found;
  }

  /** The values that an element-wise node acts on, beside numbers that are constants; undefined for other nodes. */
  #operandsOf({ domain, opType, inputs, outputs: [y] }: Node): Value[] | undefined {
    if (domain !== "" || rulesByType[opType] === undefined) return undefined;
    const given = inputs.filter((input) => input !== null);
    const isNumber = (value: Value): boolean =>
      sizeOf(value.shape) === 1 && this.#g.constantOf(value) !== undefined && !this.#ends.has(value.name);
    const operands = given.filter((input) => !isNumber(input));
    const isWhole = operands.every(({ shape, dtype }) => sameShape(shape, y.shape) && dtype === y.dtype);
    return isWhole && operands.length > 0 ? operands : undefined;
  }

  /** The node that makes the last of these values, if no other nodes read it; undefined where it ends the way. */
  #makerOfLast(open: ReadonlyMap<string, Value>, nodes: readonly Node[]): Node | undefined {
    const makers = [...open.values()].map((value) => this.#g.producerOf(value));
    const placed = makers.flatMap((maker) => maker ?? []).toSorted((a, b) => this.#placeOf(b) - this.#placeOf(a));
    const [maker] = placed;
    if (maker === undefined) return undefined;
    const [{ name }] = maker.outputs;
    const isInside = (this.#readers.get(name) ?? []).every((reader) => nodes.includes(reader));
    return isInside && !this.#ends.has(name) ? maker : undefined;
  }

  #placeOf(node: Node): number {
    return this.#places.get(node) ?? -1;
  }
}

/**
 * f'(x), of x and what the forward nodes made alone, so that a single product is left for the way back.
 *
 * The rules are those of the nodes, on their way back from 1.
 */
export function slopeOf(g: Operations, { x, nodes }: ElementwiseFunction): Value {
  const slopes = new Map<string, Value>();
  for (const node of nodes.toReversed()) {
    const [y] = node.outputs;
    const dy = slopes.size === 0 ? g.scalar(1) : slopes.get(y.name);
    const rule = rulesByType[node.opType];
    if (dy === undefined || rule === undefined) throw new Error(`internal: ${node.name} has no slope`);
    const view = new NodeView(node, (value) => g.constantOf(value));
    const inputs = node.inputs as readonly Value[];
    const results = g.scoped(node.name, () => rule({ g, node: view, inputs, outputs: node.outputs, dy, dys: [dy] }));
    for (const [index, input] of node.inputs.entries()) {
      const slope = results[index] ?? null;
      if (input === null || slope === null) continue;
      const before = slopes.get(input.name);
      slopes.set(input.name, before === undefined ? slope : g.add(before, slope));
    }
  }
  const slope = slopes.get(x.name);
  if (slope === undefined) throw new Error(`internal: nothing flows back to ${x.name}`);
  return slope;
}
