/** @file Door of `models`. */

export { classicCnn } from "./classic-cnn.ts";
export { architectures, type Architecture } from "./zoo.ts";
