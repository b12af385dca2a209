/** @file `graft predict` and its options, for the command line. */

import type { Command } from "commander";

const examples = `
A model is the model.onnx of a run, the folder of a run, or the folder of a study. Of a study with validation images the
run with the highest validation accuracy is taken, of another the first run of the strategy that it recommends.
Folders of images are looked through with all that is in them. Images are prepared as they were in training.
Standard output holds the predictions alone; what else there is to say goes to standard error.
Exit code: 0, or 1 if some images could not be read, or 2 if none could.

Examples:
  graft predict runs/mine photo.jpg
  graft predict runs/mine --run M3-last-layer-seed0 photos --top 3
  graft predict model.onnx photos --csv predictions.csv --html predictions.html
  graft predict model.onnx photos --open
  graft predict runs/mine photo.jpg --explain
  graft predict model.onnx photos --json | jq 'select(.probability < 0.6) | .file'`;

/** Adds the command. */
export function addPredict(program: Command): void {
  program
    .command("predict")
    .description("say what is in images, by a model that a study trained")
    .argument("<model>", "model.onnx, or the folder of a run or a study")
    .argument("<images...>", "image files and folders, Parquet files (.parquet), WebDataset archives (.tar or .tar.gz)")
    .option("--run <name>", "run of the study to take, by its id or its strategy")
    .option("--top <n>", "how many classes to give for each image, the likeliest first", "1")
    .option("--csv <file>", "write the predictions as a table too")
    .option("--html <file>", "write a page with the images and their classes too")
    .option("--open", "open that page in a browser; without --html it is a temporary file")
    .option("--explain [folder]", "show where the model looked: a picture for each image, in a folder and on the page")
    .option("--classes <names>", "classes of a model that does not name them, in the order of its outputs")
    .option("--fit <way>", "for a model that does not say how images get its size: cover, contain, fill")
    .option("--threads <n>", "threads of the computation (default: all of the machine)")
    .option("--device <name>", "where to compute: cpu, webgpu, cuda, or auto for the fastest here", "cpu")
    .option("--json", "print one JSON object a line and nothing else")
    .addHelpText("after", examples)
    .action(async (model, images, options) => {
      const { predict } = await import("./predict.ts");
      process.exitCode = await predict(model, images, options);
    });
}
