/** @file Times jax-js in Node on the classic network, on its WebAssembly device, the fastest that it has there. */

import { defaultDevice, init, jit, lax, nn, numpy as np, random, tree, valueAndGrad } from "@jax-js/jax";
import { CLASSES, CONVOLUTIONS, DENSE, DROPOUT, IMAGE_SIZE, LEARNING_RATE, MOMENTUM, batch, serve } from "./serve.mjs";

await init("wasm");
defaultDevice("wasm");

let key = random.key(0);
/** A key of its own for every use. */
function nextKey() {
  const pair = random.split(key, 2);
  key = pair.ref.slice(0);
  return pair.slice(1);
}
/**
 * @param {number[]} shape
 * @param {number} deviation
 */
const normal = (shape, deviation) => random.normal(nextKey(), shape).mul(deviation);

const images = random.uniform(nextKey(), [batch, 3, IMAGE_SIZE, IMAGE_SIZE]);
const labels = nn.oneHot(
  np.array(
    Array.from({ length: batch }, (_, index) => index % CLASSES),
    { dtype: np.int32 },
  ),
  CLASSES,
);
const layers = [
  ...CONVOLUTIONS.map(([inputs, filters]) => ({
    weight: normal([filters, inputs, 3, 3], Math.sqrt(2 / (9 * (inputs + filters)))),
    bias: np.zeros([filters, 1, 1]),
  })),
  ...DENSE.map(([inputs, units]) => ({
    weight: normal([inputs, units], Math.sqrt(2 / (inputs + units))),
    bias: np.zeros([units]),
  })),
];

/**
 * Functions take their arguments over; `.ref` keeps a value for another use.
 *
 * @param {typeof layers} parameters
 * @param {any} data images, labels and the mask of dropout
 */
function lossOf(parameters, { x, y, mask }) {
  for (const [index, { weight, bias }] of parameters.slice(0, CONVOLUTIONS.length).entries()) {
    x = nn.relu(lax.conv(x, weight, [1, 1], "SAME").add(bias));
    if (index % 2 === 1) x = lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
  }
  const [hidden, last] = parameters.slice(CONVOLUTIONS.length);
  x = nn.relu(np.matmul(x.reshape([batch, -1]), hidden.weight).add(hidden.bias)).mul(mask);
  const logits = np.matmul(x, last.weight).add(last.bias);
  return nn
    .logSoftmax(logits)
    .mul(y)
    .sum()
    .mul(-1 / batch);
}

const trainStep = jit((/** @type {any} */ parameters, /** @type {any} */ velocities, /** @type {any} */ data) => {
  const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(parameters), data);
  // velocity = momentum * velocity + gradient
  const moved = tree.map((/** @type {any} */ v, /** @type {any} */ g) => v.mul(MOMENTUM).add(g), velocities, gradients);
  const next = tree.map(
    (/** @type {any} */ p, /** @type {any} */ v) => p.sub(v.mul(LEARNING_RATE)),
    parameters,
    tree.ref(moved),
  );
  return [loss, next, moved];
});

let parameters = layers;
let velocities = tree.map(np.zerosLike, tree.ref(layers));

await serve(async () => {
  const keep = 1 - DROPOUT;
  const mask = random
    .bernoulli(nextKey(), keep, [batch, DENSE[0][1]])
    .astype(np.float32)
    .mul(1 / keep);
  let loss;
  [loss, parameters, velocities] = trainStep(parameters, velocities, { x: images.ref, y: labels.ref, mask });
  const [value] = await loss.data();
  return value;
});
