import { reportOf } from '../base/errors';
import type { Disposable } from '../base/lifecycle';
import type { Store } from '../base/ports';
import { addFigures, type CompletionFigures, noFigures, storeFigures } from './figures';

/** Counts in memory, written now and then. */
export interface FiguresRecord extends Disposable {
  add(figures: Partial<CompletionFigures>): void;
  /** Since the record was made. */
  sum(): CompletionFigures;
  /** Writes what has not been written yet. */
  flush(): Promise<void>;
}

/** How long counts wait before they are written. Milliseconds. */
const writeAfterMs = 10_000;

/** A failed write is logged and tried again with the next counts. */
export function createFiguresRecord(store: Store, log: (line: string) => void): FiguresRecord {
  let sum = noFigures;
  let unwritten = noFigures;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (unwritten === noFigures) return;
    const written = unwritten;
    unwritten = noFigures;
    try {
      await storeFigures(store, written);
    } catch (error) {
      unwritten = addFigures(unwritten, written);
      log(`completion figures: ${reportOf(error).happened}`);
    }
  };
  return {
    add(figures) {
      sum = addFigures(sum, figures);
      unwritten = addFigures(unwritten, figures);
      timer ??= setTimeout(() => void flush(), writeAfterMs);
    },
    sum: () => sum,
    flush,
    dispose: () => void flush(),
  };
}
