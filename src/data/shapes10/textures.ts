/** @file Random textures: how far between two colours every pixel lies. */

import type { RandomStream } from "../../core/index.ts";

/** Share of the second colour, in [0, 1], at a pixel. */
export type Texture = (x: number, y: number) => number;

const LATTICE = 8;

/** One texture of any kind, with random direction, scale and phase. */
export function randomTexture(stream: RandomStream): Texture {
  const make = textureKinds[stream.integer(textureKinds.length)];
  return make(stream);
}

const textureKinds: readonly ((stream: RandomStream) => Texture)[] = [gradient, stripes, checks, blotches, dots];

function gradient(stream: RandomStream): Texture {
  const along = randomDirection(stream, 1 / 32);
  return (x, y) => clamp(0.5 + along(x - 16, y - 16));
}

function stripes(stream: RandomStream): Texture {
  const along = randomDirection(stream, 1 / drawBetween(stream, 4, 11));
  const phase = stream.uniform();
  return (x, y) => softStep(triangleWave(along(x, y) + phase));
}

function checks(stream: RandomStream): Texture {
  const period = drawBetween(stream, 5, 12);
  const along = randomDirection(stream, 1 / period);
  const phase = stream.uniform();
  return (x, y) => {
    const a = softStep(triangleWave(along(x, y) + phase));
    const b = softStep(triangleWave(along(-y, x) + phase));
    return a + b - 2 * a * b;
  };
}

/** Value noise: random values on a lattice, smoothly interpolated. */
function blotches(stream: RandomStream): Texture {
  const values = Float64Array.from({ length: LATTICE * LATTICE }, () => stream.uniform());
  const cell = drawBetween(stream, 4.7, 9);
  return (x, y) => {
    const column = Math.floor(x / cell);
    const row = Math.floor(y / cell);
    const u = smooth(x / cell - column);
    const v = smooth(y / cell - row);
    const at = row * LATTICE + column;
    const top = values[at] + (values[at + 1] - values[at]) * u;
    const bottom = values[at + LATTICE] + (values[at + LATTICE + 1] - values[at + LATTICE]) * u;
    return top + (bottom - top) * v;
  };
}

function dots(stream: RandomStream): Texture {
  const period = drawBetween(stream, 5, 9);
  const along = randomDirection(stream, 1 / period);
  const radius = drawBetween(stream, 0.22, 0.36);
  return (x, y) => {
    const u = fraction(along(x, y)) - 0.5;
    const v = fraction(along(-y, x)) - 0.5;
    return clamp((radius - Math.sqrt(u * u + v * v)) * period + 0.5);
  };
}

/** Distance along a random direction, in units of 1 / `frequency` pixels. */
function randomDirection(stream: RandomStream, frequency: number): (x: number, y: number) => number {
  const angle = 2 * Math.PI * stream.uniform();
  const dx = Math.cos(angle) * frequency;
  const dy = Math.sin(angle) * frequency;
  return (x, y) => x * dx + y * dy;
}

/** Uniform in [low, high). */
export function drawBetween(stream: RandomStream, low: number, high: number): number {
  return low + (high - low) * stream.uniform();
}

/** `value` brought into [0, 1]. */
export function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

function fraction(value: number): number {
  return value - Math.floor(value);
}

/** Up and down between 0 and 1, period 1. */
function triangleWave(value: number): number {
  return Math.abs(2 * fraction(value) - 1);
}

/** Steepens a ramp about its middle. */
function softStep(value: number): number {
  return clamp((value - 0.5) * 3 + 0.5);
}

function smooth(value: number): number {
  return value * value * (3 - 2 * value);
}
