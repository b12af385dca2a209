/** @file Arithmetic of vectors in double precision. */

/** The scalar product; four sums at a time, so that none waits for another. */
export function dot(a: Float64Array, b: Float64Array): number {
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  let index = 0;
  for (; index + 3 < a.length; index += 4) {
    sum0 += a[index] * b[index];
    sum1 += a[index + 1] * b[index + 1];
    sum2 += a[index + 2] * b[index + 2];
    sum3 += a[index + 3] * b[index + 3];
  }
  for (; index < a.length; index++) sum0 += a[index] * b[index];
  return sum0 + sum1 + (sum2 + sum3);
}

/** Adds `factor` times `b` to `a`, which is returned. */
export function addScaled(a: Float64Array, b: Float64Array, factor: number): Float64Array {
  for (let index = 0; index < a.length; index++) a[index] += factor * b[index];
  return a;
}

/** The scalar products of a vector with many, four at a time: each number of it is read once for all four. */
export function productsWith(vectors: readonly Float64Array[], x: Float64Array): Float64Array {
  const products = new Float64Array(vectors.length);
  let first = 0;
  for (; first + 3 < vectors.length; first += 4) {
    const [a, b, c, d] = [vectors[first], vectors[first + 1], vectors[first + 2], vectors[first + 3]];
    let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
    for (let index = 0; index < x.length; index++) {
      const value = x[index];
      sumA += value * a[index];
      sumB += value * b[index];
      sumC += value * c[index];
      sumD += value * d[index];
    }
    products.set([sumA, sumB, sumC, sumD], first);
  }
  for (; first < vectors.length; first++) products[first] = dot(vectors[first], x);
  return products;
}

/** Adds many vectors, each times its factor, to `a`, which is returned; four at a time. */
export function addCombination(
  a: Float64Array,
  vectors: readonly Float64Array[],
  factors: ArrayLike<number>,
): Float64Array {
  let first = 0;
  for (; first + 3 < vectors.length; first += 4) {
    const [b, c, d, e] = [vectors[first], vectors[first + 1], vectors[first + 2], vectors[first + 3]];
    const [ofB, ofC, ofD, ofE] = [factors[first], factors[first + 1], factors[first + 2], factors[first + 3]];
    for (let index = 0; index < a.length; index++) {
      a[index] += ofB * b[index] + ofC * c[index] + ofD * d[index] + ofE * e[index];
    }
  }
  for (; first < vectors.length; first++) addScaled(a, vectors[first], factors[first]);
  return a;
}

/** Multiplies `a` by a number, and returns it. */
export function scale(a: Float64Array, factor: number): Float64Array {
  for (let index = 0; index < a.length; index++) a[index] *= factor;
  return a;
}

/** The largest absolute value; 0 of none. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let index = 0; index < values.length; index++) most = Math.max(most, Math.abs(values[index]));
  return most;
}

/** The sum of all values. */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index];
  return sum;
}
