/** @file A web server on this machine that serves one file to tests, in good and in bad ways. */

import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Long enough for a client on a busy machine to have read what came: what it has not read is lost when the connection breaks. */
const BREAK_AFTER_MS = 400;

/** How one request is answered. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that gives one answer after the other, the last one again and again. */
export interface FileServer extends AsyncDisposable {
  readonly url: string;
  /** The headers of every request, in order. */
  readonly requests: { range: string | undefined; ifRange: string | undefined }[];
}

/** Starts a server on 127.0.0.1. */
export async function serve(...answers: Answer[]): Promise<FileServer> {
  const requests: FileServer["requests"] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    const ifRange = request.headers["if-range"];
    requests.push({ range: request.headers.range, ifRange: typeof ifRange === "string" ? ifRange : undefined });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/file.tar.gz`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The whole file, or its rest if a range is asked for and `If-Range` matches the tag. */
export function file(bytes: Uint8Array, { etag = '"v1"', ranges = true } = {}): Answer {
  return (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1]);
    if (ranges && from < bytes.length && request.headers["if-range"] === etag) {
      response.writeHead(206, {
        etag,
        "content-length": bytes.length - from,
        "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      });
      response.end(bytes.subarray(from));
      return;
    }
    response.writeHead(200, { etag, "content-length": bytes.length });
    response.end(bytes);
  };
}

/** The first `count` bytes of the file, then the connection breaks. */
export function cutOff(bytes: Uint8Array, count: number, headers: Record<string, string> = { etag: '"v1"' }): Answer {
  return (_request, response) => {
    response.writeHead(200, { ...headers, "content-length": bytes.length });
    writeThenBreak(response, bytes.subarray(0, count));
  };
}

/** Sends the bytes, and breaks the connection when they have arrived. */
export function writeThenBreak(response: ServerResponse, bytes: Uint8Array): void {
  response.write(bytes, () => setTimeout(() => response.destroy(), BREAK_AFTER_MS));
}

/** The first `count` bytes of the file, then silence. */
export function stall(bytes: Uint8Array, count: number): Answer {
  return (_request, response) => {
    response.writeHead(200, { etag: '"v1"', "content-length": bytes.length });
    response.write(bytes.subarray(0, count));
  };
}

/** An answer without a file. */
export function status(code: number): Answer {
  return (_request, response) => {
    response.writeHead(code);
    response.end();
  };
}
