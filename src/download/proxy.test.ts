/** @file Which proxy is used, and what is said of it. */

import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ConfigError } from "../core/index.ts";
import { proxyNote, useProxy } from "./proxy.ts";

test("a message names the proxy of the environment, without its password", () => {
  expect(proxyNote({})).toBe("");
  expect(proxyNote({ HTTPS_PROXY: "", NO_PROXY: "localhost" })).toBe("");
  expect(
    proxyNote({ HTTPS_PROXY: "http://me:secret@proxy:3128", NO_PROXY: "localhost", NODE_USE_ENV_PROXY: "1" }),
  ).toBe(" (HTTPS_PROXY is http://me:…@proxy:3128/, NO_PROXY is localhost)");
  expect(proxyNote({ https_proxy: "http://lower", HTTPS_PROXY: "http://upper", NODE_USE_ENV_PROXY: "1" })).toBe(
    " (https_proxy is http://lower)",
  );
});

test("an address that is none is refused by the variable's name", () => {
  expect(() => useProxy({ HTTPS_PROXY: "proxy:3128" })).toThrow(
    new ConfigError(
      'HTTPS_PROXY: expected the address of a proxy, such as http://proxy.example:3128, got "proxy:3128".',
    ),
  );
});

test.skipIf(!("setGlobalProxyFromEnv" in http))(
  "requests go to the proxy (left out on Nodes before 24.14)",
  async () => {
    const asked: (string | undefined)[] = [];
    const server = http.createServer((request, response) => {
      asked.push(request.url);
      response.end();
    });
    server.on("connect", (request, socket) => {
      asked.push(request.url);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void server.close());
    useProxy({
      HTTPS_PROXY: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      NO_PROXY: "elsewhere.invalid",
    });
    await expect(fetch("https://graft.invalid/file")).rejects.toThrow("fetch failed");
    await expect(fetch("https://elsewhere.invalid/file")).rejects.toThrow("fetch failed");
    expect(asked).toEqual(["graft.invalid:443"]);
  },
);
