/** @file The error classes: who can mend it decides which one is thrown. */

/** A mistake in a study, a command line or a call that the user can mend; shown as one sentence, exit code 2. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/** What cannot be done yet, since another process has to be done first; shown as a mistake is, and may be tried again. */
export class NotYetError extends ConfigError {
  override name = "NotYetError";
  /** True if the other process is at the very same, and is heard of again by and by. */
  readonly isLocked: boolean;

  constructor(message: string, { isLocked = false } = {}) {
    super(message);
    this.isLocked = isLocked;
  }
}

/** Where in a data file something is wrong. */
export interface DataLocation {
  path: string;
  /** Byte offset from the start of the file. */
  offset?: number;
  /** Line number, from 1. */
  line?: number;
}

/** A file that is missing, truncated or not what it should be; shown as one sentence, exit code 2. */
export class DataError extends Error {
  override name = "DataError";
  readonly location: DataLocation | undefined;

  constructor(message: string, options: { location?: DataLocation; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.location = options.location;
  }
}

/** A graph that cannot be built: wrong shapes, an unknown operator, no gradient rule. */
export class GraphError extends Error {
  override name = "GraphError";
}

/** A training run that cannot go on (its loss is no longer finite); the other runs do. */
export class TrainingError extends Error {
  override name = "TrainingError";
}

/** What became of a device. */
export type DeviceFailure = "memory" | "lost" | "failed";

const deviceFailures: Readonly<Record<DeviceFailure, string>> = {
  memory: "ran out of memory",
  lost: "was lost",
  failed: "failed",
};

/** A device that cannot go on (it vanished, its memory is full). It is the fault of no run: all of them would fail. */
export class DeviceError extends Error {
  override name = "DeviceError";
  readonly device: string;
  readonly kind: DeviceFailure;
  /** As the device said it. */
  readonly reason: string;

  /** `where` comes first in the message, `fix` last. */
  constructor(
    device: string,
    {
      kind,
      reason,
      where = "",
      fix = "",
      cause,
    }: { kind: DeviceFailure; reason: string; where?: string; fix?: string; cause?: unknown },
  ) {
    super(`${where}${device} ${deviceFailures[kind]} (${reason}).${fix}`, { cause });
    this.device = device;
    this.kind = kind;
    this.reason = reason;
  }
}

/** True for the errors whose message alone is meant for the user. */
export function isUserError(error: unknown): error is Error {
  return (
    error instanceof ConfigError ||
    error instanceof DataError ||
    error instanceof GraphError ||
    error instanceof TrainingError ||
    error instanceof DeviceError
  );
}

/** True for what work throws that a signal stopped. */
export function isStop(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && error === signal.reason;
}
