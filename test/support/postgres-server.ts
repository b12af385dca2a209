/** @file A database for tests: PostgreSQL with a folder and a port of its own on this machine. */

import { type ChildProcess, type SpawnOptions, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** PostgreSQL that is at work. */
export interface PostgresServer {
  /** What programs find it by. */
  readonly env: { readonly DATABASE_URL: string };
  /** As the system kills it, and all that it has started. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Debian keeps its programs where no path leads. */
const programs = [...globSync("/usr/lib/postgresql/*/bin/postgres"), "/usr/bin/postgres"].map(dirname);

/** Why there is no PostgreSQL to test with here; null where there is. */
export function postgresProblem(): string | null {
  try {
    run("postgres", "--version");
    return null;
  } catch {
    return "PostgreSQL is not installed";
  }
}

/** Starts it with an empty database, and resolves once it answers. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "graft-postgres-"));
  const { uid, gid } = owner();
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  const data = join(folder, "data");
  run("initdb", "--auth=trust", "--username=graft", "--no-sync", data);
  const port = await freePort();
  const options = ["-D", data, "-p", String(port), "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"];
  let server: ChildProcess;
  const start = async (): Promise<void> => {
    server = spawn(join(programs[0], "postgres"), options, { ...asOwner(), stdio: "ignore" });
    for (let tries = 0; !isReady(port); tries++) {
      if (tries === 150) throw new Error(`PostgreSQL did not start; its data are in ${data}`);
      await sleep(200);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };
  await start();
  return {
    env: { DATABASE_URL: `postgres://graft@127.0.0.1:${port}/postgres` },
    start,
    // without a word to those that are connected
    kill: () => end("SIGQUIT"),
    stop: async () => {
      await end("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function run(program: string, ...args: string[]): void {
  execFileSync(join(programs[0], program), args, { ...asOwner(), stdio: "ignore" });
}

function isReady(port: number): boolean {
  try {
    run("pg_isready", "--quiet", "--host=127.0.0.1", `--port=${port}`);
    return true;
  } catch {
    return false;
  }
}

/** It refuses to be run by root. */
function owner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function asOwner(): SpawnOptions {
  return { ...owner(), cwd: tmpdir() };
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  listener.close();
  await once(listener, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
