/** @file Operators that act on each element: arithmetic, comparisons, activations, Cast, Where. */

import { type DType, sameShape, sizeOf } from "../../../core/index.ts";
import type { AttributeType } from "../graph.ts";
import type { Operator, OutputType } from "../operator.ts";
import { dtypeOfCode } from "../proto/codes.ts";

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
  And: logical(2),
  Or: logical(2),
  Not: logical(1),
  IsNaN: { attributes: {}, infer: (node) => [{ dtype: "bool", shape: node.input(0).shape }] },
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
  PRelu: {
    attributes: {},
    infer: (node) => {
      const [x, slope] = [node.input(0), node.input(1)];
      node.sharedDType([x, slope]);
      // one way only: the slope broadcasts to x, never x to the slope
      if (!sameShape(node.broadcast([x.shape, slope.shape]), x.shape)) {
        throw node.error("expected a slope that broadcasts to the first input");
      }
      return [typeOf(x)];
    },
  },
  Clip: {
    attributes: {},
    infer: (node) => {
      const bounds = [node.optionalInput(1), node.optionalInput(2)].filter((bound) => bound !== null);
      node.sharedDType([node.input(0), ...bounds]);
      if (bounds.some((bound) => sizeOf(bound.shape) !== 1)) throw node.error("expected bounds of one element");
      return [typeOf(node.input(0))];
    },
  },
  Cast: {
    attributes: { to: "INT" },
    infer: (node) => [{ dtype: dtypeOfCode(node.int("to"), node), shape: node.input(0).shape }],
  },
  Where: {
    attributes: {},
    infer: (node) => {
      const [condition, x, y] = [node.input(0), node.input(1), node.input(2)];
      if (condition.dtype !== "bool") throw node.error(`expected a bool condition, got ${condition.dtype}`);
      const dtype = node.sharedDType([x, y]);
      return [{ dtype, shape: node.broadcast([condition.shape, x.shape, y.shape]) }];
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
      const [a, b] = [node.input(0), node.input(1)];
      const dtype = node.sharedDType([a, b]);
      return [{ dtype: result ?? dtype, shape: node.broadcast([a.shape, b.shape]) }];
    },
  };
}

function variadic(): Operator {
  return {
    attributes: {},
    infer: (node) => {
      const operands = node.inputs.map((_, index) => node.input(index));
      if (operands.length === 0) throw node.error("expected one operand or more");
      return [{ dtype: node.sharedDType(operands), shape: node.broadcast(operands.map(({ shape }) => shape)) }];
    },
  };
}

function logical(arity: 1 | 2): Operator {
  return {
    attributes: {},
    infer: (node) => {
      const operands = Array.from({ length: arity }, (_, index) => node.input(index));
      const dtype = node.sharedDType(operands);
      if (dtype !== "bool") throw node.error(`expected bool operands, got ${dtype}`);
      return [{ dtype, shape: node.broadcast(operands.map(({ shape }) => shape)) }];
    },
  };
}
