/** @file What a coordinator and its workers say to each other, a line of JSON each. */

import { z } from "zod";
import { ConfigError, DataError, DeviceError, GraphError, NotYetError, TrainingError } from "../core/index.ts";
import type { RunRecord, StudyEvent, Unit } from "../study/index.ts";

/** From a worker. */
export type Message =
  | { readonly type: "event"; readonly event: EventLine }
  | { readonly type: "over"; readonly interrupted: boolean }
  | { readonly type: "failed"; readonly failure: FailureLine };

/** An event; its run is whole only where that starts or finishes, and else an id. */
export type EventLine = { readonly type: StudyEvent["type"]; readonly run?: RunRecord | string | null } & {
  readonly [field: string]: unknown;
};

/** An error, with whatever it says beside its message. */
export interface FailureLine {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly [field: string]: unknown;
}

const unitSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("run"), id: z.string() }),
  z.strictObject({ kind: z.literal("tuning"), strategy: z.string() }),
  z.strictObject({ kind: z.literal("analysis") }),
]);

/** @throws ConfigError if a line is not a unit of work. */
export function parseUnit(line: string): Unit {
  try {
    return unitSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new ConfigError(
      `standard input: expected a unit of work such as {"kind":"run","id":"M1-source-seed0"}, got ${JSON.stringify(line.slice(0, 100))}. Write one a line.`,
      { cause },
    );
  }
}

/** The line for an event: records of runs are long, and events many. */
export function eventLine(event: StudyEvent): EventLine {
  const isWhole = event.type === "run-started" || event.type === "run-finished";
  return "run" in event && !isWhole ? { ...event, run: event.run?.id ?? null } : { ...event };
}

/** Makes events of the lines of one worker again. */
export function eventReader(): (line: EventLine) => StudyEvent {
  const runs = new Map<string, RunRecord>();
  return ({ run, ...line }) => {
    if (typeof run === "object" && run !== null) runs.set(run.id, run);
    const record = typeof run === "string" ? runs.get(run) : run;
    if (line.type === "epoch") record?.epochs.push(line["record"] as RunRecord["epochs"][number]);
    return { ...line, ...(run === undefined ? {} : { run: record ?? null }) } as unknown as StudyEvent;
  };
}

const classes = { ConfigError, NotYetError, DataError, GraphError, TrainingError };

/** The line for an error. */
export function failureLine(error: unknown): FailureLine {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: undefined };
  const { cause: _cause, ...fields } = error as Error & Record<string, unknown>;
  return { ...fields, name: error.name, message: error.message, stack: error.stack };
}

/** The error of a line, of its own class where Graft knows that. */
export function errorOf({ name, message, stack, ...fields }: FailureLine): Error {
  return Object.assign(emptyError(name, fields), { ...fields, message, stack });
}

function emptyError(name: string, fields: Record<string, unknown>): Error {
  if (name === "DeviceError") return new DeviceError(String(fields["device"]), { kind: "failed", reason: "" });
  const known = classes as Partial<Record<string, new (message: string) => Error>>;
  return new (known[name] ?? Error)("");
}
