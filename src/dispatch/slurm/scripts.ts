/** @file The scripts that SLURM runs on its nodes. */

/** What a script starts, and where the study is. */
interface Script {
  readonly program: readonly string[];
  readonly directory: string;
}

/** A task that was killed is queued again so often; SLURM does so by itself only where its node is lost. */
const MOST_REQUEUES = 3;

/** Does the units of the line of a file that is the task's own. */
export function jobScript({
  program,
  directory,
  workArgs,
  units,
}: Script & { workArgs: readonly string[]; units: string }): string {
  const work = [...program, "work", "--study", directory, ...workArgs].map(quoted).join(" ");
  return `#!/bin/bash
# One task of a study that Graft trains: the units of a line of a file.
read -ra units < <(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" ${quoted(units)})
${work} "\${units[@]}" &
body=$!
# SLURM sends it a minute before the task's time is over: enough to save what the body is at
trap 'kill -TERM "$body"' USR1
wait "$body"
code=$?
# the signal ends the wait, not the body
if kill -0 "$body" 2>/dev/null; then
  wait "$body"
  code=$?
fi
# 0 is done and 2 a mistake; whatever else became of it, what it saved is gone on with
if ((code != 0 && code != 2 && \${SLURM_RESTART_COUNT:-0} < ${MOST_REQUEUES})); then
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}" && sleep 60
fi
exit $code
`;
}

/** Writes the report; where seeds are left to Graft, submits those that were added. */
export function closingScript({ program, directory, again }: Script & { again: readonly string[] | null }): string {
  const graft = program.map(quoted).join(" ");
  const next = again === null ? "" : `${graft} ${again.map(quoted).join(" ")}\n`;
  return `#!/bin/bash
# The last task of a study that Graft trains: its summary and report.
${graft} finish ${quoted(directory)} --offline
code=$?
${next}exit $code
`;
}

/** As bash takes it for one word. */
function quoted(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
