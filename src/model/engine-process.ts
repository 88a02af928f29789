import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How the engine process ended. */
export interface EngineExit {
  /** Such as `exit code 134` or `signal SIGKILL`. */
  reason: string;
  /** The last lines of its stderr, for a crash report. */
  log: string[];
}

export interface EngineProcess {
  child: ChildProcess;
  /** Resolves when the process has ended; never rejects. */
  exited: Promise<EngineExit>;
}

const keptLines = 40;
const longestLine = 500;

/** Starts the engine's script as a child of its own, with an IPC channel; what it prints goes to `log`. */
export function forkEngine(enginePath: string, execPath: string, log: (line: string) => void): EngineProcess {
  const child = fork(enginePath, [], {
    execPath,
    // The host's own flags (a debugger's port, say) are not meant for the engine.
    execArgv: [],
    // Under Electron the executable is only Node when told so.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const tail: string[] = [];
  child.stdout?.resume();
  child.stderr?.setEncoding('utf8').on(
    'data',
    lines((line) => {
      tail.push(line);
      if (tail.length > keptLines) tail.shift();
      log(line);
    }),
  );
  const exited = new Promise<EngineExit>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve({ reason: signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`, log: tail }),
    );
    // Without this listener a program that cannot be started would end the host.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ reason: error.message, log: tail });
    });
  });
  return { child, exited };
}

/** Whether a process is halted by a signal, and not by a debugger. Only Linux tells without another program. */
export function isHalted(pid: number | undefined, platform = process.platform): boolean {
  if (platform !== 'linux' || pid === undefined) return false;
  try {
    // The kernel answers at once; a read in the background would wait behind writes to a slow disk.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The state stands behind the program's name, which may hold anything but is in parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  } catch {
    return false;
  }
}

function lines(take: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const parts = (rest + chunk).split(/\r?\n/);
    rest = (parts.pop() ?? '').slice(-longestLine);
    for (const line of parts) if (line.trim() !== '') take(line.slice(0, longestLine));
  };
}
