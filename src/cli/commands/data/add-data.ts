/** @file `graft data` and its commands, for the command line. */

import type { Command } from "commander";

const examples = `
Examples:
  graft data list
  graft data fetch                     CIFAR-10 into the cache
  graft data check ~/data/cifar-10     counts, repeated images, test images among the training images
  graft data check photos              also sizes, formats, files that cannot be read, blurred images
  graft data check photos --contact-sheet photos.png --html photos.html
  graft data check digits.npz          arrays images and labels, or x_train, y_train, x_test and y_test
  graft data suspects runs/photos      training images that may be in the wrong class, once a study ran`;

const suspectsExamples = `
Each strategy is trained on four fifths of the study's training images, five times, and asked of the others. An image is
listed if all of them find another class likelier than its own, the most doubtful first. The default strategies take
seconds, since the source network reads each image once; others take five times what they take in the study.
Nothing is changed: look at what is listed, then move or remove it yourself.

Examples:
  graft data suspects runs/photos
  graft data suspects runs/photos --html suspects.html --csv suspects.csv
  graft data suspects runs/photos --strategies linear-probe,full`;

/** Adds the commands. */
export function addData(program: Command): void {
  const data = program
    .command("data")
    .description("list, fetch and check data sets, find images in the wrong class")
    .addHelpText("after", examples);
  data
    .command("list")
    .description("print every data set and where it is")
    .action(async () => {
      const { listData } = await import("./data.ts");
      process.exitCode = await listData();
    });
  data
    .command("fetch")
    .description("bring a data set onto this machine")
    .argument("[name]", "data set", "cifar10")
    .action(async (name) => {
      const { fetchData } = await import("./data.ts");
      process.exitCode = await fetchData(name);
    });
  data
    .command("check")
    .description("read a data set and count what is in it")
    .argument(
      "[place]",
      "data set, folder of images, Parquet files (.parquet), WebDataset archives (.tar or .tar.gz), NumPy file (.npz), folder of IDX files, or folder with a data set's official files",
      "cifar10",
    )
    .option("--contact-sheet <file>", "write a PNG with some images of each class")
    .option("--html <file>", "write a page with the pictures of what was found")
    .option("--strict", "end with exit code 1 if files cannot be read, or images are in two classes")
    .option("--json", "print one JSON object and nothing else")
    .action(async (place, options) => {
      const { checkData } = await import("./data.ts");
      process.exitCode = await checkData(place, options);
    });
  data
    .command("suspects")
    .description("list the training images of a study that may be in the wrong class")
    .argument("<study>", "folder of the study")
    .option("--strategies <names>", "whom to ask, any of graft strategies", "nearest-mean,k-nearest,linear-probe")
    .option("--top <n>", "how many to print", "20")
    .option("--csv <file>", "write all of them as a table")
    .option("--html <file>", "write a page with their pictures")
    .option("--data <place>", "where the study's images are now, if they moved")
    .option("--source <place>", "where its source is now, if that moved")
    .option("--threads <n>", "threads of the computation (default: all of the machine)")
    .option("--device <name>", "where to compute: cpu, webgpu, cuda, or auto for the fastest here", "cpu")
    .option("--offline", "never touch the network")
    .option("--json", "print one JSON object a line and nothing else")
    .addHelpText("after", suspectsExamples)
    .action(async (study, options) => {
      const { suspects } = await import("./suspects.ts");
      process.exitCode = await suspects(study, options);
    });
}
