/** @file Types of what comes without: the part of the JPEG decoder, and of WebAssembly, that is used. */

declare namespace WebAssembly {
  /** Compiled code, which several instances can share. */
  interface Module {
    readonly [Symbol.toStringTag]: "WebAssembly.Module";
  }
  interface Instance {
    readonly exports: object;
  }
  const Module: new (bytes: Uint8Array) => Module;
  const Instance: new (module: Module, imports: object) => Instance;
}

declare module "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs" {
  /** Reads one JPEG after another; every method throws a number or a RuntimeError where a file is damaged. */
  export interface JPEGDecoder {
    /** Room for the bytes of a file, inside of the module's memory: valid until the next call. */
    getEncodedBuffer(sizeBytes: number): Uint8Array;
    readHeader(): void;
    decode(): void;
    /** Of the last header read. `componentCount` is 1 for grey and 3 for colour. */
    getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number };
    /** Pixels of `componentCount` bytes, inside of the module's memory: valid until the next call. */
    getDecodedBuffer(): Uint8ClampedArray;
  }

  /** Makes an instance of the module with a memory of its own. */
  export default function createCodec(options: {
    instantiateWasm(
      imports: object,
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ): object;
  }): Promise<{ readonly JPEGDecoder: new () => JPEGDecoder }>;
}
