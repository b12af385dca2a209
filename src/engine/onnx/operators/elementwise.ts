/** @file Operators that act on each element: arithmetic, comparisons, activations, Cast, Where. */

import { type DType, broadcastShapes } from "../../../core/index.ts";
import type { AttributeType } from "../graph.ts";
import type { NodeView, Operator, OutputType } from "../operator.ts";
import { dtypeOfCode } from "../dtype-codes.ts";

export const elementwiseOperators = {
  Add: binary(),
  Sub: binary(),
  Mul: binary(),
  Div: binary(),
  Pow: binary(),
  Max: variadic(),
  Min: variadic(),
  Sum: variadic(),
  Mean: variadic(),
  Equal: binary("bool"),
  Greater: binary("bool"),
  GreaterOrEqual: binary("bool"),
  Less: binary("bool"),
  LessOrEqual: binary("bool"),
  And: binary("bool"),
  Or: binary("bool"),
  Not: unary(),
  Neg: unary(),
  Abs: unary(),
  Sign: unary(),
  Exp: unary(),
  Log: unary(),
  Sqrt: unary(),
  Reciprocal: unary(),
  Floor: unary(),
  Ceil: unary(),
  Round: unary(),
  Erf: unary(),
  Sin: unary(),
  Cos: unary(),
  Tanh: unary(),
  Sigmoid: unary(),
  Relu: unary(),
  Softplus: unary(),
  Softsign: unary(),
  Identity: unary(),
  HardSwish: unary(),
  LeakyRelu: unary({ alpha: "FLOAT" }),
  Elu: unary({ alpha: "FLOAT" }),
  Selu: unary({ alpha: "FLOAT", gamma: "FLOAT" }),
  HardSigmoid: unary({ alpha: "FLOAT", beta: "FLOAT" }),
  PRelu: binary(),
  Clip: { attributes: {}, infer: (node) => [typeOf(node.input(0))] },
  Cast: {
    attributes: { to: "INT" },
    infer: (node) => [{ dtype: dtypeOfCode(node.int("to"), node), shape: node.input(0).shape }],
  },
  Where: {
    attributes: {},
    infer: (node) => {
      const [condition, x, y] = [node.input(0), node.input(1), node.input(2)];
      if (condition.dtype !== "bool") throw node.error(`expected a bool condition, got ${condition.dtype}`);
      requireSameDType(node, [x, y]);
      return [{ dtype: x.dtype, shape: broadcastAll(node, [condition, x, y]) }];
    },
  },
} satisfies Record<string, Operator>;

function typeOf(value: OutputType): OutputType {
  return { dtype: value.dtype, shape: value.shape };
}

function unary(attributes: Record<string, AttributeType> = {}): Operator {
  return { attributes, infer: (node) => [typeOf(node.input(0))] };
}

function binary(result?: DType): Operator {
  return {
    attributes: {},
    infer: (node) => {
      const operands = [node.input(0), node.input(1)];
      requireSameDType(node, operands);
      return [{ dtype: result ?? node.input(0).dtype, shape: broadcastAll(node, operands) }];
    },
  };
}

function variadic(): Operator {
  return {
    attributes: {},
    infer: (node) => {
      const operands = node.inputs.map((_, index) => node.input(index));
      requireSameDType(node, operands);
      return [{ dtype: node.input(0).dtype, shape: broadcastAll(node, operands) }];
    },
  };
}

function requireSameDType(node: NodeView, operands: readonly OutputType[]): void {
  if (operands.some((operand) => operand.dtype !== operands[0]?.dtype)) {
    throw node.error(`expected operands of one element type, got ${operands.map((o) => o.dtype).join(" and ")}`);
  }
}

function broadcastAll(node: NodeView, operands: readonly OutputType[]): readonly number[] {
  try {
    return operands.map((operand) => operand.shape).reduce(broadcastShapes);
  } catch (cause) {
    throw node.error(`expected shapes that broadcast together (${(cause as Error).message.replace(/\.$/, "")})`);
  }
}
