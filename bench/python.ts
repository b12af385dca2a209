/** @file The Python whose PyTorch is measured: the one that is here, or a current one in a folder of its own. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, lookUp } from "../src/core/index.ts";

/** A Python, and the PyTorch that it has. */
export interface Python {
  readonly program: string;
  /** Version of PyTorch, `2.15.0`; null where there is none. */
  readonly torch: string | null;
}

/** The pinned packages of `--peers modern`. */
const requirements = fileURLToPath(new URL("peers/requirements.txt", import.meta.url));
/** Where they are installed; the repository ignores it. */
const place = fileURLToPath(new URL("../.graft/peers/python/", import.meta.url));
/** What is on disk afterwards on Linux; pip says the size of each download. */
const INSTALLED_SIZE =
  "7.5 GB on disk on Linux, most of it libraries for graphics cards that PyTorch's package asks for";

/** Where PyTorch comes from, as `--peers` names it. */
const peerSets: Readonly<Record<string, () => Python>> = {
  /** The first Python with PyTorch: `$PYTHON`, the one on the path, Debian's own. */
  system: () => firstWithTorch([process.env["PYTHON"], "python3", "/usr/bin/python3"]),
  /** `$PYTHON` if it is set; otherwise an environment of our own, made when it is first asked for. */
  modern: () => requireModern(firstWithTorch([process.env["PYTHON"] ?? ownEnvironment()])),
};

/**
 * What finds the Python of `--peers` when it is first asked, and remembers it.
 *
 * @throws ConfigError if there are no such peers; the function returned throws one if they cannot be installed.
 */
export function pythonOf(peers: string): () => Python {
  const find = lookUp(peerSets, peers, "--peers");
  let found: Python | undefined;
  return () => (found ??= find());
}

/** True from PyTorch 2 on, which compiles networks. */
export function isModern({ torch }: Python): boolean {
  return torch !== null && Number(torch.split(".")[0]) >= 2;
}

function firstWithTorch(candidates: readonly (string | undefined)[]): Python {
  const programs = candidates.filter((program) => program !== undefined);
  for (const program of programs) {
    const { status, stdout } = spawnSync(program, ["-c", "import torch; print(torch.__version__)"], {
      encoding: "utf8",
    });
    if (status === 0) return { program, torch: stdout.trim().split("+")[0] };
  }
  return { program: programs[0], torch: null };
}

function requireModern(python: Python): Python {
  if (isModern(python)) return python;
  throw new ConfigError(
    `--peers modern: expected PyTorch 2 or later in ${python.program}, got ${python.torch ?? "none"}. ` +
      "Install it there, or unset PYTHON and the bench makes an environment of its own.",
  );
}

/** Python of the environment with exactly the packages that are pinned. */
function ownEnvironment(): string {
  const program = join(place, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const stamp = join(place, "requirements.txt");
  const wanted = readFileSync(requirements, "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return program;
  console.error(`bench: Installing PyTorch, TensorFlow, JAX and Keras into ${place} (${INSTALLED_SIZE}).`);
  // what an earlier try or other pins left there
  rmSync(place, { recursive: true, force: true });
  try {
    call("python3", ["-m", "venv", place]);
    call(program, ["-m", "pip", "install", "--disable-pip-version-check", "--requirement", requirements]);
  } catch (error) {
    rmSync(place, { recursive: true, force: true });
    throw error;
  }
  writeFileSync(stamp, wanted);
  return program;
}

/** Its words go to standard error, as those of the bench do beside its results. */
function call(program: string, args: readonly string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", 2, 2] });
  if (status === 0) return;
  throw new ConfigError(
    `--peers modern: expected "${program} ${args.slice(0, 3).join(" ")}" to succeed, got ${error?.message ?? `exit code ${status}`}. ` +
      "It needs Python 3.11 or later with venv, a network and the room; or set PYTHON to a Python that has PyTorch 2.",
  );
}
