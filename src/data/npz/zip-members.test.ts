import { crc32 } from "node:zlib";
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { listMembers, unpackMember } from "./zip-members.ts";

const dataError = (message: string): object => ({ name: "DataError", message });
const fix = "Replace the file by an unharmed copy.";
const content = new Uint8Array(50_000).fill(7);

/** Where the directory's only entry begins. */
function entryOf(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readUInt32LE(bytes.length - 6);
}

/** An archive of one member, with these changes to its directory entry: 16 or 32 bits at an offset. */
function archive(changes: { at: number; bits: 16 | 32; value: number }[] = [], level: 0 | 6 = 6): Uint8Array {
  const bytes = Buffer.from(zipSync({ "a.npy": content }, { level }));
  const entry = entryOf(bytes);
  for (const { at, bits, value } of changes) {
    if (bits === 16) bytes.writeUInt16LE(value, entry + at);
    else bytes.writeUInt32LE(value, entry + at);
  }
  return Uint8Array.from(bytes);
}

function unpack(bytes: Uint8Array): Uint8Array {
  const members = listMembers({ bytes, path: "a.npz", crc32 });
  const member = members.get("a.npy");
  if (member === undefined) throw new Error(`no a.npy among ${[...members.keys()].join()}`);
  return unpackMember({ bytes, path: "a.npz", crc32 }, member);
}

test("a member comes out as it went in, stored or deflated", () => {
  expect(unpack(archive())).toEqual(content);
  expect(unpack(archive([], 0))).toEqual(content);
});

const packedBytes = archive().length - 22 - 46 - 5 - 30 - 5;
const member = "a.npz: a.npy: expected what the archive's directory says, got";
const usable = "a.npz: a.npy: expected a member that is stored or deflated, got";
const useNumPy = "Write the file by np.savez or np.savez_compressed.";

test.each([
  ["an encrypted member", archive([{ at: 8, bits: 16, value: 1 }]), `${usable} an encrypted one. ${useNumPy}`],
  ["another method", archive([{ at: 10, bits: 16, value: 12 }]), `${usable} one packed by method 12. ${useNumPy}`],
  [
    "a size that cannot be packed so small, before room is made for it",
    archive([{ at: 24, bits: 32, value: 0xfffffffe }]),
    `${member} ${packedBytes} packed bytes, which cannot hold 4294967294. ${fix}`,
  ],
  [
    "more than the promised size, before all of it is unpacked",
    archive([{ at: 24, bits: 32, value: 10 }]),
    `${member} more than 10 bytes. ${fix}`,
  ],
  ["less than it", archive([{ at: 24, bits: 32, value: 50_001 }]), `${member} 50000 bytes instead of 50001. ${fix}`],
  ["another checksum", archive([{ at: 16, bits: 32, value: 1 }]), `${member} bytes with another checksum. ${fix}`],
  ["a header that is elsewhere", archive([{ at: 42, bits: 32, value: 3 }]), `${member} no header at byte 3. ${fix}`],
  [
    "an end after the file's",
    archive([{ at: 20, bits: 32, value: 0xfffffffe }]),
    `${member} an end after that of the file. ${fix}`,
  ],
  [
    "zip64's form",
    archive([{ at: 24, bits: 32, value: 0xffffffff }]),
    "a.npz: expected an archive of less than 4 GB, got the zip64 form. " +
      "Save fewer images, or make a folder of them.",
  ],
])("refuses %s", (_what, bytes, message) => {
  expect(() => unpack(bytes)).toThrow(expect.objectContaining(dataError(message)));
});

test("damaged deflate is named", () => {
  const bytes = archive();
  bytes[35] = 0xff;
  expect(() => unpack(bytes)).toThrow(
    expect.objectContaining(dataError(`${member} damaged bytes (invalid block type). ${fix}`)),
  );
});

const zip = "a.npz: expected a zip archive as NumPy's savez writes it, got";

test("a file that is no archive, or has no directory of it, is refused", () => {
  const refused = (bytes: Uint8Array, got: string): void =>
    expect(() => listMembers({ bytes, path: "a.npz", crc32 })).toThrow(
      expect.objectContaining(dataError(`${zip} ${got}. ${fix}`)),
    );
  refused(new Uint8Array(), "no directory at its end");
  refused(archive().subarray(0, -1), "no directory at its end");
  const entry = entryOf(archive());
  const broken = archive();
  broken[entry] = 0;
  refused(broken, `a damaged directory at byte ${entry}`);
  refused(archive([{ at: 28, bits: 16, value: 60_000 }]), `a damaged directory at byte ${entry}`);
  const outside = archive();
  outside[outside.length - 6 + 3] = 0x40;
  refused(outside, "a directory that lies outside of it");
});

test("two members of one name are refused", () => {
  const bytes = Buffer.from(zipSync({ "a.npy": content, "b.npy": content }));
  bytes.writeUInt8(0x61, bytes.lastIndexOf("b.npy"));
  expect(() => listMembers({ bytes, path: "a.npz", crc32 })).toThrow(
    expect.objectContaining(dataError(`${zip} two members called "a.npy". ${fix}`)),
  );
});
