/** @file The process that tries the device its argument names, and writes the problem as JSON; null if there is none. */

import { devices } from "../device.ts";
import { tryDevice } from "../try-device.ts";

const device = devices.find((candidate) => candidate === process.argv[2]);
if (device === undefined) throw new Error(`internal: no device ${process.argv[2]}`);
const problem = await tryDevice(device);
process.stdout.write(JSON.stringify(problem ?? null));
