/** @file The commands for studies that several machines train: what each takes. */

import type { Command } from "commander";
import { studyCommand } from "../../options/study-command.ts";

const submitExamples = `
The study's file may also be the folder of a study that was submitted before: what it lacks is submitted again, and what
SLURM still has is not. Each run has two threads unless --threads says otherwise, on nodes of one kind for the same bits.

Examples:
  graft submit --preset budget-curve --to slurm --slurm-partition short
  graft submit study.yaml --to slurm --out /shared/mine
  graft submit /shared/mine --to slurm                       after a crash of the controller, or a cancelled job`;

const workExamples = `
Exit codes, for queues: 0 if the runs are over, done or diverged; 2 for a mistake; 75 to try again, since a run that it
starts from is not over yet, another process is at it, or the device failed. A run that was stopped goes on.
A run whose learning rate is tuned comes after tuning:<strategy>, which is a name as well.
Without names, units of work are read from standard input, a line of JSON each, as graft run --jobs writes them.

Examples:
  graft work --study runs/classic M1-source-seed0
  graft work --study runs/classic M3-last-layer-seed0 M4-last-two-layers-seed0    one after the other`;

const statusExamples = `
Examples:
  graft status runs/classic    every run, the process that trains it, and what waits for what`;

const finishExamples = `
Examples:
  graft finish runs/classic    after the last graft work, or between two`;

/** `graft submit`, `work`, `status` and `finish`. */
export function addDispatch(program: Command): void {
  addSubmit(program);
  addWork(program);
  addStatus(program);
  addFinish(program);
}

function addSubmit(program: Command): void {
  studyCommand(program, "submit")
    .description("hand a study to a queue of many machines that share a file system")
    .requiredOption("--to <queue>", "slurm")
    .option("--out <folder>", "new or empty folder for the results (default: runs/<name of the study>)")
    .option("--slurm-partition <name>", "handed on to sbatch, as are the following")
    .option("--slurm-account <name>", "whom SLURM charges")
    .option("--slurm-time <time>", "most time of a task; one that is stopped goes on")
    .option("--slurm-constraint <features>", "what the nodes must have, such as one kind of processor")
    .addHelpText("after", submitExamples)
    .action(async (study, options) => {
      const { submit } = await import("./submit.ts");
      process.exitCode = await submit(study, options, process.argv.slice(2));
    });
}

function addWork(program: Command): void {
  program
    .command("work")
    .description("train some runs of a study, as a job of a queue or for the process that coordinates it")
    .argument("[runs...]", "runs by their ids (graft status), or tuning:<strategy>")
    .requiredOption("--study <folder>", "folder of the study")
    .option("--json", "print one JSON object a line and nothing else")
    .addHelpText("after", workExamples)
    .action(async (runs, options) => {
      const { work } = await import("./work.ts");
      process.exitCode = await work(runs, options);
    });
}

function addStatus(program: Command): void {
  program
    .command("status")
    .description("say where a study stands: its runs, who trains them, what waits for what")
    .argument("<folder>", "folder of the study")
    .option("--json", "print one JSON object and nothing else")
    .addHelpText("after", statusExamples)
    .action(async (folder, options) => {
      const { status } = await import("./status.ts");
      process.exitCode = await status(folder, options);
    });
}

function addFinish(program: Command): void {
  program
    .command("finish")
    .description("write the summary and the report of a study that others train")
    .argument("<folder>", "folder of the study")
    .option("--offline", "never touch the network")
    .option("--json", "print one JSON object a line and nothing else")
    .addHelpText("after", finishExamples)
    .action(async (folder, options) => {
      const { finish } = await import("./finish.ts");
      process.exitCode = await finish(folder, options);
    });
}
