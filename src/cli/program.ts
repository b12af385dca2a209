/** @file The commands of `graft` and their options; what a command does is loaded when it runs. */

import { Command } from "commander";
import { addCache } from "./commands/cache/add-cache.ts";
import { addDispatch } from "./commands/dispatch/add-dispatch.ts";
import { addData } from "./commands/data/add-data.ts";
import { addPredict } from "./commands/predict/add-predict.ts";
import { studyOptionTable } from "./options/option-table.ts";
import { studyCommand } from "./options/study-command.ts";
import { packageInfo } from "./terminal/package-info.ts";

const runExamples = `
Examples:
  graft run                                   the classic study on CIFAR-10, 20 epochs
  graft run --preset quick --data shapes10    minutes, and no network
  graft run --target cat,dog --seeds 3        another target task, three seeds
  graft run --data ./photos                   photographs of your own against a network trained on ImageNet
  graft run --data ./photos --source model.onnx --normalization imagenet
  graft run study.yaml --out results/mine     a study file of your own (its fields: graft schema)
  graft run --json | jq 'select(.type == "epoch")'`;

const noReportHelp = "leave the report to graft report, which takes some seconds a study";
const exportResizeHelp = "write models that take photographs of any size too, with the resizing in their graph";
const jobsHelp =
  "processes that train runs at once, each with --threads; auto goes by cores and memory (default: auto, or 1 where " +
  "there are at most two cores)";

const resumeExamples = `
Examples:
  graft resume runs/classic                         ends bit for bit as if it had never been stopped
  graft resume runs/photos --data /mnt/b/photos     the same images, moved; others are refused`;

const reportExamples = `
Examples:
  graft report runs/classic    also while the study is unfinished`;

const recommendExamples = `
Examples:
  graft recommend runs/photos    also while the study is unfinished; where it is not sure, what to type next`;

const compareExamples = `
Examples:
  graft compare runs/photos runs/photos-2    before and after a change: what each strategy gained, with its interval`;

const findLrExamples = `
The rate rises from step to step until the loss has risen to four times its lowest; a tenth of the rate at which it was
lowest is suggested. Only training images are used, in the first seed and the middle budget of the study.
A strategy that the study does not have is joined to it for the test, and trains as the study's preset says.
A strategy that starts from the source network needs one: --from-study takes it, and the study with all of its
settings, out of the folder of a study in which it is trained; without that it is trained first, as the study says.

Examples:
  graft find-lr                                                 the classic study's first strategy
  graft find-lr --preset quick --strategy full                  trains the source, then tests
  graft find-lr --from-study runs/quick --strategy last-layer   the source is there already`;

const modelsExamples = `
Examples:
  graft models list
  graft models info resnet18-v1-7
  graft models info my-network.onnx       what a file of your own holds
  graft models fetch mobilenetv2-12       into the cache; GRAFT_MODELS_DIR names a folder that is looked into first`;

const strategiesExamples = `
Examples:
  graft strategies
  graft run --strategies scratch,last-3,from-conv3,only-conv*    families take a number, a layer or a pattern`;

const schemaExamples = `
Examples:
  graft schema > study.schema.json    for an editor that completes and checks study files`;

/** The command line, ready to parse. */
export function createProgram(): Command {
  const program = new Command("graft")
    .description("Train from scratch or transfer, and how much to fine-tune? Answered with evidence.")
    .version(packageInfo().version, "-V, --version", "print Graft's version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  addRun(program);
  addResume(program);
  addDispatch(program);
  addReport(program);
  addRecommend(program);
  addCompare(program);
  addPredict(program);
  addFindLr(program);
  addData(program);
  addCache(program);
  addModels(program);
  addDoctor(program);
  addStrategies(program);
  addSchema(program);
  return program.addHelpText("after", "\nStart with: graft run --preset quick");
}

function addRun(program: Command): void {
  studyCommand(program, "run")
    .description("run a study: train its models, compare them, write the report")
    .option("--jobs <n|auto>", jobsHelp)
    .option("--no-report", noReportHelp)
    .option("--export-resize", exportResizeHelp)
    .option("--out <folder>", "new or empty folder for the results (default: runs/<name of the study>)")
    .addHelpText("after", runExamples)
    .action(async (study, options) => {
      const { run } = await import("./commands/run.ts");
      process.exitCode = await run(study, options, process.argv.slice(2));
    });
}

function addResume(program: Command): void {
  program
    .command("resume")
    .description("go on with a study that was stopped")
    .argument("<folder>", "folder of the study")
    .option("--data <place>", "where its images are now, if they moved")
    .option("--source <place>", "where its source is now, if that moved")
    .option("--device <name>", "where to go on: cpu, webgpu, cuda (default: where the study began)")
    .option("--jobs <n|auto>", jobsHelp)
    .option("--no-report", noReportHelp)
    .option("--export-resize", exportResizeHelp)
    .option("--any-machine", "go on also where bits and times do not compare with those of the machine that began it")
    .option("--offline", "never touch the network")
    .option("--json", "print one JSON object a line and nothing else")
    .addHelpText("after", resumeExamples)
    .action(async (folder, options) => {
      const { resume } = await import("./commands/resume.ts");
      process.exitCode = await resume(folder, options);
    });
}

function addReport(program: Command): void {
  program
    .command("report")
    .description("write a study's report anew from its records")
    .argument("<folder>", "folder of the study")
    .option("--export-resize", exportResizeHelp)
    .addHelpText("after", reportExamples)
    .action(async (folder, options) => {
      const { report } = await import("./commands/report.ts");
      process.exitCode = await report(folder, options);
    });
}

function addRecommend(program: Command): void {
  program
    .command("recommend")
    .description("say what a study recommends, and what to type where it is not sure")
    .argument("<folder>", "folder of the study")
    .option("--json", "print one JSON object and nothing else")
    .addHelpText("after", recommendExamples)
    .action(async (folder, options) => {
      const { recommend } = await import("./commands/recommend.ts");
      process.exitCode = await recommend(folder, options);
    });
}

function addCompare(program: Command): void {
  program
    .command("compare")
    .description("compare what the same strategies reached in two studies")
    .argument("<first>", "folder of a study")
    .argument("<second>", "folder of another")
    .option("--json", "print one JSON object and nothing else")
    .addHelpText("after", compareExamples)
    .action(async (first, second, options) => {
      const { compare } = await import("./commands/compare.ts");
      process.exitCode = await compare(first, second, options);
    });
}

function addFindLr(program: Command): void {
  studyCommand(program, "find-lr")
    .description("find a learning rate: train for a moment while the rate rises")
    .option("--strategy <name>", "strategy to test, any of graft strategies (default: the study's first)")
    .option("--from <rate>", "learning rate of the first step", "1e-6")
    .option("--to <rate>", "learning rate of the last step", "1")
    .option("--steps <n>", "steps from one to the other", "100")
    .option("--from-study <folder>", "test in this study, starting from what it has trained")
    .option("--out <folder>", "new or empty folder for the results (default: runs/<name of the study>-find-lr)")
    .addHelpText("after", findLrExamples)
    .action(async (study, options) => {
      const { findLr } = await import("./commands/find-lr.ts");
      process.exitCode = await findLr(study, options);
    });
}

function addModels(program: Command): void {
  const models = program
    .command("models")
    .description("list, describe and fetch pretrained networks")
    .addHelpText("after", modelsExamples);
  models
    .command("list")
    .description("print every pretrained network and where it is")
    .option("--sort <by>", "what comes first: accuracy, size or name (default: kind by kind)")
    .option("--json", "print one JSON array and nothing else")
    .action(async (options) => {
      const { listModels } = await import("./commands/models/models.ts");
      process.exitCode = await listModels(options);
    });
  models
    .command("info")
    .description("print what is known of a pretrained network or a model file")
    .argument("<model>", "pretrained network, or an .onnx file")
    .option(studyOptionTable.imageSize.flags, "height and width of its images, where the file leaves them open")
    .option("--json", "print one JSON object and nothing else")
    .action(async (model, options, command) => {
      const { describeModel } = await import("./commands/models/models.ts");
      const { inTypedWords, typedFields } = await import("./options/typed-fields.ts");
      const fields = typedFields(command);
      process.exitCode = await describeModel(model, options, (text) => inTypedWords(text, fields));
    });
  models
    .command("fetch")
    .description("bring a pretrained network onto this machine")
    .argument("<name>", "pretrained network, or an ONNX file of the Hugging Face Hub: hf:owner/name[/path][@revision]")
    .option("--json", "print one JSON object a line and nothing else")
    .action(async (name, options) => {
      const { fetchModel } = await import("./commands/models/models.ts");
      process.exitCode = await fetchModel(name, options);
    });
}

function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("say whether Graft can train on this machine, and with what")
    .action(async () => {
      const { doctor } = await import("./commands/doctor.ts");
      process.exitCode = await doctor();
    });
}

function addStrategies(program: Command): void {
  program
    .command("strategies")
    .description("list the strategies that a study can compare")
    .addHelpText("after", strategiesExamples)
    .action(async () => {
      const { listStrategies } = await import("./commands/strategies.ts");
      process.exitCode = await listStrategies();
    });
}

function addSchema(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of study files")
    .addHelpText("after", schemaExamples)
    .action(async () => {
      const { schema } = await import("./commands/schema.ts");
      process.exitCode = await schema();
    });
}
