/** @file What errors become on the command line. */

import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { ConfigError, DataError, DeviceError, GraphError, TrainingError } from "../../core/index.ts";
import { failureOf } from "./failure.ts";
import { Interrupted } from "./interrupt.ts";

describe("failureOf", () => {
  test.each([ConfigError, DataError, GraphError, TrainingError])("%o is its message alone", (UserError) => {
    expect(failureOf(new UserError("epochs: expected 1, got 0."))).toEqual({
      message: "graft: epochs: expected 1, got 0.",
      exitCode: 2,
    });
  });

  test("a device that failed is its message too, and part of the study is done", () => {
    const error = new DeviceError("webgpu", { kind: "lost", reason: "gone", where: "M1, epoch 2: ", fix: " Go on." });
    expect(failureOf(error)).toEqual({ message: "graft: M1, epoch 2: webgpu was lost (gone). Go on.", exitCode: 1 });
  });

  test("a full disk is the user's to mend, and names the file", () => {
    const error = Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      syscall: "write",
      path: "runs/a",
    });
    expect(failureOf(error)).toEqual({
      message: "graft: runs/a: expected to use it, got a full disk. Free some space and run the same command again.",
      exitCode: 2,
    });
  });

  test("commander's suggestion becomes part of the sentence", () => {
    const error = new CommanderError(1, "commander.unknownOption", "error: unknown option '--x'\n(Did you mean --y?)");
    expect(failureOf(error)).toEqual({ message: "graft: unknown option '--x'. Did you mean --y?", exitCode: 2 });
  });

  test("what breaks a line, steers a terminal or never ends does not get there", () => {
    expect(failureOf(new ConfigError("first\n  second \u001b[31mred")).message).toBe(
      "graft: first second \\u{1b}[31mred",
    );
    const { message } = failureOf(new ConfigError(`${"name, ".repeat(1000)}the end`));
    expect(message).toMatch(/^graft: name, .* … .*the end$/);
    expect(message.length).toBeLessThan(1020);
  });

  test("an interruption was told of already", () => {
    expect(failureOf(new Interrupted("SIGTERM"))).toEqual({ message: "", exitCode: 143 });
    expect(failureOf(new Interrupted("SIGINT")).exitCode).toBe(130);
  });

  test("everything else is a bug with its stack", () => {
    const { message, exitCode } = failureOf(new Error("internal: no such thing"));
    expect(exitCode).toBe(70);
    expect(message).toMatch(/^Error: internal: no such thing\n +at /);
    expect(message).toMatch(/\ngraft: this is a bug in Graft, not in what you did\.$/);
    expect(failureOf("thrown text").message).toBe("thrown text\ngraft: this is a bug in Graft, not in what you did.");
  });

  test("a system error that the user did not bring about is a bug", () => {
    const error = Object.assign(new Error("EBADF: bad file descriptor"), { code: "EBADF", syscall: "read" });
    expect(failureOf(error).exitCode).toBe(70);
  });
});
