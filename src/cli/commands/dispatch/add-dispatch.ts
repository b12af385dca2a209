/** @file The commands for studies that several machines train: what each takes. */

import { type Command, Option } from "commander";
import { studyCommand } from "../../options/study-command.ts";

const submitExamples = `
The study's file may also be the folder of a study that was submitted before: what it lacks is submitted again, and what
the queue still has is not. Each run has two threads unless --threads says otherwise, on machines of one kind for the same
bits. Jobs in PostgreSQL are done by graft worker, on any machine that sees the study's folder; the environment names the
database, as DATABASE_URL or as PGHOST, PGDATABASE, PGUSER and PGPASSWORD.

Examples:
  graft submit --preset budget-curve --to slurm --slurm-partition short
  graft submit study.yaml --to slurm --out /shared/mine
  graft submit /shared/mine --to slurm                       after a crash of the controller, or a cancelled job
  graft submit study.yaml --to postgres --out /shared/mine   then graft worker, as often as there are machines`;

const workerExamples = `
Studies that were begun by a machine of another kind (processor, platform, onnxruntime, Graft) are left alone unless
--any-machine is given; the report then says which runs were trained here. A worker that is killed is missed within
seconds, and its run goes on elsewhere at the last checkpoint.

Examples:
  graft worker --jobs 4                                      beside DATABASE_URL=postgres://user@host/graft
  graft worker --until-done                                  for machines that are paid by the hour`;

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

const withdrawExamples = `
What is worked on goes on until its run is over; stop graft worker to end that too. What was trained stays in the folder,
and graft submit submits the rest again. Jobs of SLURM are cancelled by its own scancel.

Examples:
  graft withdraw /shared/mine    also after the folder was deleted`;

const anyMachineHelp = "train also where bits and times do not compare with those of the machine that began the study";

/** `graft submit`, `withdraw`, `worker`, `work`, `status` and `finish`. */
export function addDispatch(program: Command): void {
  addSubmit(program);
  addWithdraw(program);
  addWorker(program);
  addWork(program);
  addStatus(program);
  addFinish(program);
}

function addSubmit(program: Command): void {
  studyCommand(program, "submit")
    .description("hand a study to a queue of many machines that share a file system")
    .requiredOption("--to <queue>", "slurm, or postgres")
    .option("--out <folder>", "new or empty folder for the results (default: runs/<name of the study>)")
    .option("--slurm-partition <name>", "handed on to sbatch, as are the following")
    .option("--slurm-account <name>", "whom SLURM charges")
    .option("--slurm-time <time>", "most time of a task; one that is stopped goes on")
    .option("--slurm-constraint <features>", "what the nodes must have, such as one kind of processor")
    .option("--any-machine", anyMachineHelp)
    .addOption(new Option("--beyond-round <n>").hideHelp())
    .addHelpText("after", submitExamples)
    .action(async (study, options) => {
      const { submit } = await import("./submit.ts");
      process.exitCode = await submit(study, options, process.argv.slice(2));
    });
}

function addWithdraw(program: Command): void {
  program
    .command("withdraw")
    .description("take what waits of a study that was submitted to PostgreSQL out of the queue")
    .argument("<folder>", "folder of the study, as it was when it was submitted")
    .option("--json", "print one JSON object and nothing else")
    .addHelpText("after", withdrawExamples)
    .action(async (folder, options) => {
      const { withdraw } = await import("./withdraw.ts");
      process.exitCode = await withdraw(folder, options);
    });
}

function addWorker(program: Command): void {
  program
    .command("worker")
    .description("do jobs of studies that were submitted to PostgreSQL, until it is stopped")
    .option("--jobs <n>", "jobs at a time (default: one for two cores)")
    .option("--until-done", "end once no job waits any more")
    .option("--any-machine", anyMachineHelp)
    .option("--offline", "never touch the network but for the database")
    .option("--json", "print one JSON object a line and nothing else")
    .addHelpText("after", workerExamples)
    .action(async (options) => {
      const { worker } = await import("./worker.ts");
      process.exitCode = await worker(options);
    });
}

function addWork(program: Command): void {
  program
    .command("work")
    .description("train some runs of a study, as a job of a queue or for the process that coordinates it")
    .argument("[runs...]", "runs by their ids (graft status), or tuning:<strategy>")
    .requiredOption("--study <folder>", "folder of the study")
    .option("--any-machine", anyMachineHelp)
    .option("--sharers <n>", "workers of this machine that share the study's memory for features (default: 1)")
    .option("--offline", "never touch the network")
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
