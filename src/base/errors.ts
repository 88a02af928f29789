/**
 * An error that is shown to the user as it is: what happened, what was kept, what to do next.
 * Every boundary (panel, command line, engine) shows these three parts; anything else that is thrown is a bug.
 */
export class UserError extends Error {
  /** Stable identifier such as `model-file-missing`, for tests and for the panel's choice of a button. */
  readonly code: string;
  /** What was kept or not touched, as a full sentence. */
  readonly kept: string | undefined;
  /** What the user can do next, as a full sentence. */
  readonly next: string | undefined;

  constructor(
    code: string,
    happened: string,
    detail: { kept?: string; next?: string; cause?: unknown } = {},
  ) {
    super(happened, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'UserError';
    this.code = code;
    this.kept = detail.kept;
    this.next = detail.next;
  }
}

/** The three parts of an error as plain data, as they travel between processes. */
export interface ErrorReport {
  code: string;
  happened: string;
  kept?: string | undefined;
  next?: string | undefined;
}

/** Turns anything thrown into a report; an error that is no {@link UserError} gets the code `internal`. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof UserError) {
    return { code: error.code, happened: error.message, kept: error.kept, next: error.next };
  }
  return { code: 'internal', happened: error instanceof Error ? error.message : String(error) };
}

/** Rebuilds the error that {@link reportOf} took apart. */
export function errorOf(report: ErrorReport): UserError {
  return new UserError(report.code, report.happened, {
    ...(report.kept === undefined ? {} : { kept: report.kept }),
    ...(report.next === undefined ? {} : { next: report.next }),
  });
}

/** A report as lines of text for a terminal or a log. */
export function formatReport(report: ErrorReport): string {
  return [report.happened, report.kept, report.next].filter((part) => part !== undefined).join('\n');
}

/** True for the error that an aborted `AbortSignal` throws. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
