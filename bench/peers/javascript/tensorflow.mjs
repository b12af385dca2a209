/**
 * @file Times TensorFlow.js in Node on the classic network.
 *
 * The backend is the one in plain JavaScript: that in WebAssembly has no gradient of a convolution's weights, and
 * the one for Node needs a native library of its own.
 */

import * as tf from "@tensorflow/tfjs";
import { CLASSES, CONVOLUTIONS, DENSE, DROPOUT, IMAGE_SIZE, LEARNING_RATE, MOMENTUM, batch, serve } from "./serve.mjs";

await tf.setBackend("cpu");

const images = tf.randomUniform([batch, IMAGE_SIZE, IMAGE_SIZE, 3]);
const labels = tf.oneHot(
  Array.from({ length: batch }, (_, index) => index % CLASSES),
  CLASSES,
);
const convolutions = CONVOLUTIONS.map(([inputs, filters]) => ({
  weight: tf.variable(tf.randomNormal([3, 3, inputs, filters], 0, Math.sqrt(2 / (9 * (inputs + filters))))),
  bias: tf.variable(tf.zeros([filters])),
}));
const dense = DENSE.map(([inputs, units]) => ({
  weight: tf.variable(tf.randomNormal([inputs, units], 0, Math.sqrt(2 / (inputs + units)))),
  bias: tf.variable(tf.zeros([units])),
}));
const optimizer = tf.train.momentum(LEARNING_RATE, MOMENTUM);

function loss() {
  let x = images;
  for (const [index, { weight, bias }] of convolutions.entries()) {
    x = tf.relu(tf.add(tf.conv2d(x, weight, 1, "same"), bias));
    if (index % 2 === 1) x = tf.maxPool(x, 2, 2, "valid");
  }
  x = tf.relu(tf.add(tf.matMul(tf.reshape(x, [batch, -1]), dense[0].weight), dense[0].bias));
  const logits = tf.add(tf.matMul(tf.dropout(x, DROPOUT), dense[1].weight), dense[1].bias);
  return tf.losses.softmaxCrossEntropy(labels, logits);
}

await serve(async () => {
  const cost = optimizer.minimize(loss, true);
  const [value] = await cost.data();
  cost.dispose();
  return value;
});
