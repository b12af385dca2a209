/** @file Measures one scenario: its peers in turns, round by round. */

import { type Peer, type PeerCommand, startPeer } from "./peer.ts";
import type { Measurement, ScenarioResult } from "./results.ts";
import type { Scenario } from "./scenario.ts";

export interface MeasureOptions {
  /** Instead of the scenario's own. */
  rounds: number | undefined;
  device: string;
  machine: string;
  processor: string;
}

/**
 * Peers take turns within a round, so that a change of the machine's speed meets them all.
 *
 * What is missing on this machine is left out and noted; Graft itself is not.
 *
 * @throws Error if Graft fails, or a peer does after it had started.
 */
export async function measureScenario(
  scenario: Scenario,
  { rounds = scenario.rounds, device, machine, processor }: MeasureOptions,
): Promise<ScenarioResult> {
  const { name, description, unit, targets } = scenario;
  const head = { name, description, unit, device, machine, processor, targets, date: new Date().toISOString() };
  const prepared = await scenario.prepare();
  if ("missing" in prepared) return { ...head, peers: [], notes: [prepared.missing] };
  const { peers, notes } = await startAll(prepared.peers);
  notes.push(...(prepared.notes ?? []), ...peers.flatMap(failedSettings));
  try {
    const measured = peers.map((): Measurement[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, peer] of peers.entries()) measured[index].push(await peer.measure());
    }
    return { ...head, peers: measured.map((measurements, index) => peerResult(peers[index], measurements)), notes };
  } finally {
    for (const peer of peers) peer.close();
  }
}

async function startAll(commands: readonly PeerCommand[]): Promise<{ peers: Peer[]; notes: string[] }> {
  const peers: Peer[] = [];
  const notes: string[] = [];
  for (const command of commands) {
    try {
      peers.push(await startPeer(command));
    } catch (error) {
      if (command === commands[0]) throw error;
      console.error((error as Error).message);
      notes.push(`${command.name} could not be started.`);
    }
  }
  return { peers, notes };
}

function failedSettings({ command, tried = [] }: Peer): string[] {
  return tried.filter(({ value }) => value === null).map(({ about }) => `${command.name} could not run ${about}.`);
}

function peerResult(
  { command, about, tried }: Peer,
  measurements: readonly Measurement[],
): ScenarioResult["peers"][number] {
  const peaks = measurements.flatMap(({ peakRssBytes }) => (peakRssBytes === null ? [] : [peakRssBytes]));
  const details = measurements.flatMap((measurement) =>
    measurement.details === undefined ? [] : [measurement.details],
  );
  return {
    name: command.name,
    ...(about && { about }),
    ...(tried && { tried }),
    rounds: measurements.map(({ value }) => value),
    peakRssMb: peaks.length === 0 ? null : Math.max(...peaks) / 1e6,
    flopsPerImage: command.flopsPerImage ?? null,
    ...(details.length === 0 ? {} : { details }),
  };
}
