/** @file Checks every field of a study against its schema. */

import { ConfigError } from "../../core/index.ts";
import { explainIssue, issuePath } from "./explain-issue.ts";
import { studySchema } from "./schema.ts";

/** `where` says where a field stands. @throws ConfigError for the first field that is wrong. */
export function checkFields(value: unknown, where: (field: readonly PropertyKey[]) => string): void {
  const result = studySchema.safeParse(value, { reportInput: true });
  if (result.success) return;
  const [issue] = result.error.issues;
  throw new ConfigError(`${where(issuePath(issue))}: ${explainIssue(issue, studySchema)}`);
}
