/** One pull, move or removal of a file at a time, over all processes of this computer. */
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { UserError } from '../base/errors';
import { isProcessAlive } from './engine-notes';

export interface PullLock {
  release(): Promise<void>;
}

/** A holder touches its lock so often; one untouched for four times as long belongs to nobody. */
const touchMs = 15_000;
const staleMs = 4 * touchMs;

/** Takes the lock file or rejects with `model-pull-running`. A lock whose process is gone is taken over. */
export async function takePullLock(lockPath: string, modelName: string): Promise<PullLock> {
  if (!(await create(lockPath))) {
    const holder = await holderOf(lockPath);
    if (holder !== undefined) {
      throw new UserError(
        'model-pull-running',
        `Another process (${holder}) is fetching, moving or removing ${modelName} at the moment.`,
        {
          kept: 'It goes on, and nothing was changed here.',
          next: `Wait until it is done; if there is none, delete ${lockPath}.`,
        },
      );
    }
    await rm(lockPath, { force: true });
    if (!(await create(lockPath))) return takePullLock(lockPath, modelName);
  }
  const timer = setInterval(() => {
    const now = new Date();
    // A lock that was deleted by hand is not made again.
    utimes(lockPath, now, now).catch(() => undefined);
  }, touchMs);
  timer.unref();
  return {
    release: async () => {
      clearInterval(timer);
      await rm(lockPath, { force: true });
    },
  };
}

async function create(lockPath: string): Promise<boolean> {
  try {
    const file = await open(lockPath, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Process id of a holder that lives; undefined for a lock that was left behind. */
async function holderOf(lockPath: string): Promise<number | undefined> {
  const [text, info] = await Promise.all([
    readFile(lockPath, 'utf8').catch(() => ''),
    stat(lockPath).catch(() => undefined),
  ]);
  if (!info || Date.now() - info.mtimeMs > staleMs) return undefined;
  const pid = Number(text);
  // Just created, and not yet written.
  if (!Number.isSafeInteger(pid) || pid <= 0) return 0;
  return isProcessAlive(pid) ? pid : undefined;
}
