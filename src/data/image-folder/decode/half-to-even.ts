/** @file Rounding as Python and torchvision do it. */

/** The nearest whole number; of two, the even one. */
export function halfToEven(value: number): number {
  const whole = Math.floor(value);
  return value - whole === 0.5 ? whole + Math.abs(whole % 2) : Math.round(value);
}
