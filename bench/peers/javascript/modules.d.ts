/** @file The packages of this folder are not the project's own; their programs are checked as if they had no types. */

declare module "@jax-js/jax";
declare module "@tensorflow/tfjs";
