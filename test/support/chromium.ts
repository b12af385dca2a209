/** @file Pages as a real browser shows them: Chromium, told what to do through its own debugging protocol. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Undefined where no Chromium is installed. */
export const chromium = places.find((place) => existsSync(place));

/** What a browser takes a key by, where its name does not do. */
const keyCodes: Readonly<Record<string, number>> = {
  Tab: 9,
  Enter: 13,
  Escape: 27,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
};

/** How a page is looked at. */
export interface View {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  readonly print?: boolean;
  /** False to let no script of the page run. */
  readonly scripts?: boolean;
}

/** A browser with one tab. */
export interface Browser {
  /** Shows a file; `hash` is the anchor. */
  show(path: string, view: View, hash?: string): Promise<void>;
  /** What a JavaScript expression gives in the page, as JSON can say it. */
  read<T>(expression: string): Promise<T>;
  /** A key as a person presses it. */
  press(key: string): Promise<void>;
  close(): Promise<void>;
}

interface Reply {
  id?: number;
  method?: string;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/** Starts a browser without a window. */
export async function startBrowser(): Promise<Browser> {
  if (chromium === undefined) throw new Error("no Chromium");
  const profile = mkdtempSync(join(tmpdir(), "graft-chromium-"));
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--hide-scrollbars"];
  const process = spawn(chromium, [...flags, `--user-data-dir=${profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const socket = new WebSocket(await debuggingAddress(process));
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  const { send, once } = protocol(socket);
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const tell = (method: string, params: object = {}) => send(method, params, String(sessionId));
  await tell("Page.enable");
  return {
    async show(path, { width, height, dark = false, print = false, scripts = true }, hash = "") {
      await tell("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
      const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
      await tell("Emulation.setEmulatedMedia", { media: print ? "print" : "screen", features });
      await tell("Emulation.setScriptExecutionDisabled", { value: !scripts });
      // a page left for an anchor of its own is not loaded again; each load is waited for, or one is taken for the next
      for (const url of ["about:blank", `${pathToFileURL(path).href}${hash}`]) {
        const loaded = once("Page.loadEventFired");
        await tell("Page.navigate", { url });
        await loaded;
      }
      await tell("Runtime.evaluate", { expression: "document.fonts.ready.then(() => 0)", awaitPromise: true });
    },
    async read<T>(expression: string) {
      const { result, exceptionDetails } = await tell("Runtime.evaluate", {
        expression: `(async () => JSON.stringify((await (${expression})) ?? null))()`,
        awaitPromise: true,
      });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return JSON.parse((result as { value: string }).value) as T;
    },
    async press(key) {
      const keyed = { key, windowsVirtualKeyCode: keyCodes[key], ...(key === "Enter" ? { text: "\r" } : {}) };
      for (const type of ["keyDown", "keyUp"]) await tell("Input.dispatchKeyEvent", { type, ...keyed });
    },
    async close() {
      const ended = new Promise((resolve) => process.on("exit", resolve));
      // its answer may be lost when the socket goes first
      void send("Browser.close");
      const late = setTimeout(() => process.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(late);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function debuggingAddress({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    stderr?.on("data", (bytes: Buffer) => {
      said += String(bytes);
      const [address] = /ws:\/\/\S+/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    stderr?.on("end", () => reject(new Error(`Chromium ended: ${said}`)));
  });
}

function protocol(socket: WebSocket) {
  let last = 0;
  const waiting = new Map<number | string, (reply: Reply) => void>();
  socket.addEventListener("message", ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply;
    waiting.get(reply.id ?? reply.method ?? "")?.(reply);
  });
  const send = (method: string, params: object = {}, sessionId?: string) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const id = ++last;
      waiting.set(id, ({ result = {}, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  const once = (event: string) => new Promise((resolve) => waiting.set(event, resolve));
  return { send, once };
}
