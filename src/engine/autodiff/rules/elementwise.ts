/** @file Gradient rules for element-wise operators. */

import type { DType } from "../../../core/index.ts";
import { GRAFT_DOMAIN, type Value } from "../../onnx/index.ts";
import type { GradientRule, RuleContext } from "../rule.ts";

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

export const elementwiseRules = {
  Add: ({ dy }) => [dy, dy],
  Sub: ({ g, dy }) => [dy, g.neg(dy)],
  // y = a * b  =>  da = dy * b,  db = dy * a
  Mul: ({ g, dy, inputs: [a, b] }) => [g.mul(dy, b), g.mul(dy, a)],
  // y = a / b  =>  da = dy / b,  db = -dy * y / b
  Div: ({ g, dy, inputs: [, b], outputs: [y] }) => [g.div(dy, b), g.neg(g.div(g.mul(dy, y), b))],
  // y = a ^ b  =>  da = dy * b * a ^ (b - 1),  db = dy * y * log(a), which is 0 where a is 0
  Pow: ({ g, dy, inputs: [a, b], outputs: [y] }) => {
    const zero = g.scalar(0);
    const db = g.where(g.equal(a, zero), zero, g.mul(dy, g.mul(y, g.log(a))));
    return [g.mul(dy, g.mul(b, g.pow(a, g.sub(b, g.scalar(1))))), db];
  },
  Max: (context) => toFirstExtreme(context),
  Min: (context) => toFirstExtreme(context),
  Sum: ({ dy, inputs }) => inputs.map(() => dy),
  Mean: ({ g, dy, inputs }) => inputs.map(() => g.scale(dy, 1 / inputs.length)),
  Neg: ({ g, dy }) => [g.neg(dy)],
  // the gradient at 0 is 0
  Abs: ({ g, dy, inputs: [x] }) => [g.mul(dy, g.sign(x))],
  // dy/dx = y: reuse the forward output
  Exp: ({ g, dy, outputs: [y] }) => [g.mul(dy, y)],
  Log: ({ g, dy, inputs: [x] }) => [g.div(dy, x)],
  // y = sqrt(x)  =>  dx = dy / (2 y)
  Sqrt: ({ g, dy, outputs: [y] }) => [g.div(dy, g.scale(y, 2))],
  // y = 1 / x  =>  dx = -dy * y^2
  Reciprocal: ({ g, dy, outputs: [y] }) => [g.neg(g.mul(dy, g.square(y)))],
  Erf: ({ g, dy, inputs: [x] }) => [g.mul(dy, g.scale(g.exp(g.neg(g.square(x))), TWO_OVER_SQRT_PI))],
  Sin: ({ g, dy, inputs: [x] }) => [g.mul(dy, g.cos(x))],
  Cos: ({ g, dy, inputs: [x] }) => [g.neg(g.mul(dy, g.sin(x)))],
  // dx = dy * (1 - y^2)
  Tanh: ({ g, dy, outputs: [y] }) => [g.mul(dy, g.sub(g.scalar(1), g.square(y)))],
  // dx = dy * y * (1 - y)
  Sigmoid: ({ g, dy, outputs: [y] }) => [g.mul(dy, g.mul(y, g.sub(g.scalar(1), y)))],
  Softplus: ({ g, dy, inputs: [x] }) => [g.mul(dy, g.sigmoid(x))],
  // y = x / (1 + |x|)  =>  dx = dy / (1 + |x|)^2
  Softsign: ({ g, dy, inputs: [x] }) => [g.div(dy, g.square(g.add(g.scalar(1), g.op("Abs", [x]))))],
  Identity: ({ dy }) => [dy],
  // the gradient at 0 is 0, as in PyTorch and TensorFlow
  Relu: ({ g, dy, outputs: [y] }) => [g.op("ReluGrad", [y, dy], {}, { domain: GRAFT_DOMAIN })],
  LeakyRelu: ({ g, node, dy, inputs: [x] }) => [
    select(g, { x, above: dy, below: g.scale(dy, node.float("alpha", 0.01)) }),
  ],
  // x <= 0: y = alpha (e^x - 1)  =>  dx = dy * (y + alpha)
  Elu: ({ g, node, dy, inputs: [x], outputs: [y] }) => [
    select(g, { x, above: dy, below: g.mul(dy, g.add(y, g.scalar(node.float("alpha", 1)))) }),
  ],
  // x <= 0: y = gamma alpha (e^x - 1)  =>  dx = dy * (y + gamma alpha)
  Selu: ({ g, node, dy, inputs: [x], outputs: [y] }) => {
    const gamma = node.float("gamma", 1.0507009873554805);
    const alpha = node.float("alpha", 1.6732632423543772);
    return [select(g, { x, above: g.scale(dy, gamma), below: g.mul(dy, g.add(y, g.scalar(gamma * alpha))) })];
  },
  PRelu: ({ g, dy, inputs: [x, slope] }) => {
    const zero = g.scalar(0);
    return [select(g, { x, above: dy, below: g.mul(dy, slope) }), g.mul(dy, g.min(x, zero))];
  },
  // the slope is alpha strictly inside the ramp, 0 where it begins and ends
  HardSigmoid: ({ g, node, dy, outputs: [y] }) => [
    g.where(strictlyBetween(g, y, { low: 0, high: 1 }), g.scale(dy, node.float("alpha", 0.2)), g.scalar(0)),
  ],
  // y = x * clip(x / 6 + 1/2, 0, 1)  =>  inside (-3, 3): dx = dy * (x / 3 + 1/2)
  HardSwish: ({ g, dy, inputs: [x] }) => {
    const ramp = g.mul(dy, g.add(g.scale(x, 1 / 3), g.scalar(0.5)));
    const tail = g.where(g.op("GreaterOrEqual", [x, g.scalar(3)]), dy, g.scalar(0));
    return [g.where(strictlyBetween(g, x, { low: -3, high: 3 }), ramp, tail)];
  },
  // at a bound the gradient passes to x, as in PyTorch's clamp; outside it belongs to the bound
  Clip: ({ g, node, dy, inputs: [x], outputs: [y] }) => {
    const zero = g.scalar(0);
    const [low, high] = [node.optionalInput(1), node.optionalInput(2)];
    const dlow = low === null ? null : g.where(g.less(x, low), dy, zero);
    const dhigh = high === null ? null : g.where(g.greater(x, high), dy, zero);
    // a product runs faster than Where
    return [g.mul(dy, g.cast(g.equal(x, y), dy.dtype)), dlow, dhigh];
  },
  Cast: ({ g, dy, inputs: [x] }) => [isFloat(x.dtype) ? g.cast(dy, x.dtype) : null],
  Where: ({ g, dy, inputs: [condition] }) => [
    null,
    g.where(condition, dy, g.scalar(0)),
    g.where(condition, g.scalar(0), dy),
  ],
} satisfies Record<string, GradientRule>;

function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64" || dtype === "float16";
}

/** The gradient of Max and Min goes to the first input that attains the result. */
function toFirstExtreme({ g, dy, inputs, outputs: [y] }: RuleContext): Value[] {
  const zero = g.scalar(0);
  let remaining = dy;
  return inputs.map((input) => {
    const attains = g.equal(input, y);
    const grad = g.where(attains, remaining, zero);
    remaining = g.where(attains, zero, remaining);
    return grad;
  });
}

/** `above` where x > 0, else `below`. */
function select(g: RuleContext["g"], { x, above, below }: { x: Value; above: Value; below: Value }): Value {
  return g.where(g.greater(x, g.scalar(0)), above, below);
}

function strictlyBetween(g: RuleContext["g"], x: Value, { low, high }: { low: number; high: number }): Value {
  return g.op("And", [g.greater(x, g.scalar(low)), g.less(x, g.scalar(high))]);
}
