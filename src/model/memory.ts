/** How much memory there is, within the machine and within its container. Sizes in bytes. */
import { readFile } from 'node:fs/promises';
import os from 'node:os';

export interface MachineMemory {
  total: number;
  free: number;
  /** The limit comes from the container (cgroup), not from the machine. */
  limited: boolean;
}

/** Always left to the system and the editor. */
const reserve = 2e9;

/** Whether a need fits: now, only after other programs are closed, or never on this machine. */
export function fitOf(needed: number, memory: MachineMemory): 'fits' | 'tight' | 'too-large' {
  if (needed + reserve > memory.total) return 'too-large';
  return needed <= memory.free ? 'fits' : 'tight';
}

/**
 * What one model may take: the user's share (0–1) of what is free, and never so much that less than 2 GB are left.
 */
export function memoryBudget(memory: Pick<MachineMemory, 'free'>, share: number): number {
  return Math.max(0, Math.min(memory.free * share, memory.free - reserve));
}

/** A limit as `memory.max` (v2, `max` for none) or `memory.limit_in_bytes` (v1, a huge number for none) says it. */
export function parseCgroupLimit(text: string): number | undefined {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  return Number.isFinite(value) && value > 0 && value < 2 ** 60 ? value : undefined;
}

/** Memory that can be had without swapping, from `/proc/meminfo`. */
export function parseMemAvailable(text: string): number | undefined {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

/** File cache in a group's `memory.stat` that the system gives up when memory is asked for. */
export function parseReclaimable(text: string): number {
  return Number(/^(?:total_)?inactive_file (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** Folders of this process's memory group by `/proc/self/cgroup`, innermost first, for both versions. */
export function cgroupFolders(procSelfCgroup: string): { folder: string; version: 1 | 2 }[] {
  return procSelfCgroup.split('\n').flatMap((line) => {
    const [, controllers, group] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || group === undefined) return [];
    const version = controllers === '' ? 2 : controllers.split(',').includes('memory') ? 1 : undefined;
    if (version === undefined) return [];
    const root = version === 2 ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
    const segments = group.split('/').filter(Boolean);
    return [...segments.keys(), segments.length]
      .reverse()
      .map((depth) => ({ folder: [root, ...segments.slice(0, depth)].join('/'), version }));
  });
}

/** What is there, within the machine and within its container. */
export function combineMemory(
  machine: { total: number; free: number },
  groups: readonly { limit: number; used: number }[],
): MachineMemory {
  const total = Math.min(machine.total, ...groups.map(({ limit }) => limit));
  const free = Math.min(machine.free, ...groups.map(({ limit, used }) => Math.max(0, limit - used)));
  return { total, free, limited: total < machine.total };
}

/** Reads the memory of the machine and of the container around this process. */
export async function readMemory(): Promise<MachineMemory> {
  const machine = { total: os.totalmem(), free: os.freemem() };
  if (process.platform !== 'linux') return combineMemory(machine, []);
  const available = parseMemAvailable(await text('/proc/meminfo'));
  if (available !== undefined) machine.free = available;
  const groups: { limit: number; used: number }[] = [];
  for (const { folder, version } of cgroupFolders(await text('/proc/self/cgroup'))) {
    const [limitFile, usedFile] =
      version === 2 ? ['memory.max', 'memory.current'] : ['memory.limit_in_bytes', 'memory.usage_in_bytes'];
    const limit = parseCgroupLimit(await text(`${folder}/${limitFile}`));
    if (limit === undefined) continue;
    const used = parseCgroupLimit(await text(`${folder}/${usedFile}`)) ?? 0;
    const reclaimable = parseReclaimable(await text(`${folder}/memory.stat`));
    groups.push({ limit, used: Math.max(0, used - reclaimable) });
  }
  return combineMemory(machine, groups);
}

function text(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
