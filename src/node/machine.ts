/** What this computer offers beside memory: cores, battery, load, and the backends that are installed. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export interface Machine {
  /** Hardware threads that this process may use. */
  threads: number;
  /** Physical cores; undefined where the system does not tell. */
  cores: number | undefined;
  /** Of these the fast ones, where there are two kinds. */
  performanceCores: number | undefined;
  /** Undefined for a computer without a battery, or where nobody can say. */
  power: 'battery' | 'mains' | undefined;
  /** Running and waiting processes over the last minute; undefined on Windows, which has no such figure. */
  load: number | undefined;
  /** Installed prebuilt binaries of the engine, such as `linux-x64` or `linux-x64-vulkan`. */
  backends: string[];
}

/** One processor thread: its core, and how fast the system says that it can be (in any unit). */
export interface CpuThread {
  core: string;
  speed: number | undefined;
}

/** Counts cores and, where their speeds differ by more than a quarter, the fast ones. */
export function countCores(threads: readonly CpuThread[]): Pick<Machine, 'cores' | 'performanceCores'> {
  const speeds = new Map<string, number | undefined>();
  for (const { core, speed } of threads) speeds.set(core, speed);
  if (speeds.size === 0) return { cores: undefined, performanceCores: undefined };
  const known = [...speeds.values()].filter((speed) => speed !== undefined);
  const fastest = Math.max(...known);
  const fast = known.filter((speed) => speed > fastest * 0.75).length;
  return { cores: speeds.size, performanceCores: fast < known.length ? fast : undefined };
}

/** From the states of the power supplies, as `/sys/class/power_supply/*` names them. */
export function powerOf(supplies: readonly { type: string; status: string }[]): Machine['power'] {
  const batteries = supplies.filter(({ type }) => type === 'Battery');
  if (batteries.length === 0) return undefined;
  return batteries.some(({ status }) => status === 'Discharging') ? 'battery' : 'mains';
}

/** `modules` is the folder of the installed packages. Never rejects: what cannot be read is undefined. */
export async function readMachine(modules: string): Promise<Machine> {
  const backends = await readdir(path.join(modules, '@node-llama-cpp')).catch((): string[] => []);
  const prefix = `${{ darwin: 'mac', win32: 'win' }[process.platform as string] ?? process.platform}-${process.arch}`;
  const cores = process.platform === 'linux' ? await linuxCores() : await macCores();
  return {
    threads: os.availableParallelism(),
    ...cores,
    power: process.platform === 'linux' ? await linuxPower() : await macPower(),
    load: process.platform === 'win32' ? undefined : os.loadavg()[0],
    backends: backends.filter((name) => name.startsWith(prefix)).sort(),
  };
}

const cpuFolder = '/sys/devices/system/cpu';
const supplyFolder = '/sys/class/power_supply';

async function linuxCores(): Promise<Pick<Machine, 'cores' | 'performanceCores'>> {
  const names = (await readdir(cpuFolder).catch((): string[] => [])).filter((name) => /^cpu\d+$/.test(name));
  const threads = await Promise.all(
    names.map(async (name) => {
      const read = (file: string): Promise<string> => text(path.join(cpuFolder, name, file));
      const core = await read('topology/thread_siblings_list');
      const speed = Number((await read('cpu_capacity')) || (await read('cpufreq/cpuinfo_max_freq')));
      return { core, speed: speed > 0 ? speed : undefined };
    }),
  );
  return countCores(threads.filter(({ core }) => core !== ''));
}

async function linuxPower(): Promise<Machine['power']> {
  const names = await readdir(supplyFolder).catch((): string[] => []);
  const supplies = names.map(async (name) => ({
    type: await text(path.join(supplyFolder, name, 'type')),
    status: await text(path.join(supplyFolder, name, 'status')),
  }));
  return powerOf(await Promise.all(supplies));
}

async function macCores(): Promise<Pick<Machine, 'cores' | 'performanceCores'>> {
  const read = async (key: string): Promise<number | undefined> =>
    Number(await output('sysctl', ['-n', key])) || undefined;
  return { cores: await read('hw.physicalcpu'), performanceCores: await read('hw.perflevel0.physicalcpu') };
}

async function macPower(): Promise<Machine['power']> {
  const says = await output('pmset', ['-g', 'batt']);
  if (!says.includes('InternalBattery')) return undefined;
  return says.includes('Battery Power') ? 'battery' : 'mains';
}

/** What a program of macOS prints; nothing elsewhere. */
async function output(program: string, args: string[]): Promise<string> {
  if (process.platform !== 'darwin') return '';
  return promisify(execFile)(program, args, { timeout: 5000 }).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
}

function text(file: string): Promise<string> {
  return readFile(file, 'utf8').then(
    (content) => content.trim(),
    () => '',
  );
}
