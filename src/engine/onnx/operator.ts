/** @file What is known of an operator: its attributes, and the types and shapes it gives. */

import {
  type DType,
  GraphError,
  type Shape,
  type Tensor,
  broadcastShapes,
  formatShape,
  normalizeAxis,
} from "../../core/index.ts";
import { type Attribute, type AttributeType, type Value, describeNode } from "./graph.ts";

/** Element type and shape of one output. */
export interface OutputType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** One row of the operator table. */
export interface Operator {
  /** Attribute names and their types; any other name is refused. */
  readonly attributes: Readonly<Record<string, AttributeType>>;
  /**
   * The types of the node's outputs.
   *
   * @throws GraphError if the inputs do not fit.
   */
  infer(node: NodeView): readonly OutputType[];
}

/** A node on its way into a graph, with the questions that inference asks of it. */
export class NodeView {
  readonly opType: string;
  readonly name: string;
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly #constants: (value: Value) => Tensor | undefined;

  constructor(
    node: Pick<NodeView, "opType" | "name" | "inputs" | "attributes">,
    constants: (value: Value) => Tensor | undefined,
  ) {
    this.opType = node.opType;
    this.name = node.name;
    this.inputs = node.inputs;
    this.attributes = node.attributes;
    this.#constants = constants;
  }

  /** @throws GraphError if the input is missing. */
  input(index: number): Value {
    const value = this.inputs[index];
    if (value === undefined || value === null) throw this.error(`expected an input ${index}, got none`);
    return value;
  }

  optionalInput(index: number): Value | null {
    return this.inputs[index] ?? null;
  }

  int(name: string, fallback?: number): number {
    const attribute = this.attributes[name];
    if (attribute?.type === "INT") return attribute.value;
    if (fallback === undefined) throw this.error(`expected the attribute ${name}, got none`);
    return fallback;
  }

  float(name: string, fallback: number): number {
    const attribute = this.attributes[name];
    return attribute?.type === "FLOAT" ? attribute.value : fallback;
  }

  string(name: string, fallback: string): string {
    const attribute = this.attributes[name];
    return attribute?.type === "STRING" ? attribute.value : fallback;
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.attributes[name];
    return attribute?.type === "INTS" ? attribute.value : undefined;
  }

  /**
   * The attribute `axis`, counted from the front of `rank` axes.
   *
   * @throws GraphError if there is no such axis.
   */
  axis(rank: number, fallback?: number): number {
    return this.axisFromFront(this.int("axis", fallback), rank);
  }

  /**
   * A possibly negative axis, counted from the front of `rank` axes.
   *
   * @throws GraphError if there is no such axis.
   */
  axisFromFront(axis: number, rank: number): number {
    return this.#explained(`expected an axis in [${-rank}, ${rank}), got ${axis}`, () => normalizeAxis(axis, rank));
  }

  /** @throws GraphError if the shapes do not broadcast together. */
  broadcast(shapes: readonly Shape[]): Shape {
    return this.#explained("expected shapes that broadcast together", () => shapes.reduce(broadcastShapes));
  }

  /** @throws GraphError if the values do not share one element type. */
  sharedDType(values: readonly OutputType[]): DType {
    const dtypes = values.map((value) => value.dtype);
    if (dtypes.some((dtype) => dtype !== dtypes[0])) {
      throw this.error(`expected operands of one element type, got ${dtypes.join(" and ")}`);
    }
    return dtypes[0];
  }

  /**
   * The value of an input that shapes depend on, such as Reshape's target.
   *
   * @throws GraphError if it is not a constant of the graph.
   */
  constantInts(index: number): number[] {
    return this.constantNumbers(index);
  }

  /** The same of numbers that need not be whole, such as Resize's scales. @throws GraphError if it is not a constant. */
  constantNumbers(index: number): number[] {
    const value = this.input(index);
    const tensor = this.#constants(value);
    if (tensor === undefined)
      throw this.error(`expected input ${index} ("${value.name}") to be a constant, got a computed value`);
    return Array.from(tensor.data as ArrayLike<bigint | number>, Number);
  }

  /** An error that names this node and its inputs. */
  error(problem: string, cause?: unknown): GraphError {
    const shapes = this.inputs.map((input) => (input === null ? "none" : `${input.dtype} ${formatShape(input.shape)}`));
    const inputs = shapes.length === 0 ? "It has no inputs." : `Its inputs are ${shapes.join(", ")}.`;
    return new GraphError(`${describeNode(this)}: ${problem}. ${inputs}`, cause === undefined ? {} : { cause });
  }

  #explained<T>(problem: string, compute: () => T): T {
    try {
      return compute();
    } catch (cause) {
      throw this.error(problem, cause);
    }
  }
}
