/** @file Door of `core`: shapes, tensors, seeded random numbers, names and errors. */

export { symmetricBeta } from "./beta-variate.ts";
export { withSeeds } from "./command-text.ts";
export {
  ConfigError,
  NotYetError,
  DataError,
  DeviceError,
  GraphError,
  TrainingError,
  isStop,
  isUserError,
  type DataLocation,
  type DeviceFailure,
} from "./errors.ts";
export { defaultsOf, type Field, type Fields, type NumberField, type ValueOf, type ValuesOf } from "./fields.ts";
export { halfToNumber } from "./half.ts";
export { interpolations, type Interpolation } from "./interpolation.ts";
export { lookUp, nearestName, unknownName } from "./names.ts";
export {
  NOTHING,
  about,
  accuracyInterval,
  bytes,
  count,
  duration,
  isNumber,
  levelText,
  list,
  loss,
  oddsText,
  pValue,
  percent,
  plural,
  points,
  regionText,
  time,
  times,
  unsignedPoints,
} from "./number-text.ts";
export { csvCell, printable, printableLines } from "./printable.ts";
export { stream, type RandomStream } from "./random.ts";
export { broadcastShapes, formatShape, normalizeAxis, sameShape, sizeOf, type Shape } from "./shape.ts";
export {
  arrayOf,
  bitIdentical,
  bytesOf,
  float32,
  int64,
  scalar,
  zeros,
  type DType,
  type DTypeArrays,
  type Tensor,
} from "./tensor.ts";
