/** @file Commands as the user has to type them. */

import { expect, test } from "vitest";
import { commandLine, commandName } from "./typed-command.ts";

test.each([
  [{}, "graft"],
  [{ npm_lifecycle_event: "npx" }, "npx graft"],
  [{ npm_lifecycle_event: "start", npm_package_name: "graft" }, "npm run graft --"],
  [{ npm_lifecycle_event: "graft", npm_package_name: "graft" }, "npm run graft --"],
  [{ npm_lifecycle_event: "start", npm_package_name: "another" }, "graft"],
])("in the environment %j Graft is called by %j", (env, name) => {
  expect(commandName(env)).toBe(name);
});

test.skipIf(process.platform === "win32")("arguments are quoted where a shell would split or expand them", () => {
  expect(commandLine(["resume", "runs/it's mine", "--target=0,7", "$HOME", ""], {})).toBe(
    "graft resume 'runs/it'\\''s mine' --target=0,7 '$HOME' ''",
  );
});
