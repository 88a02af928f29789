import { type AgentEvent, type ApprovalRequest, diffsOf, type FileDiff, type Step } from '../protocol/agent';
import { formatReport } from '../base/errors';
import { plainOutput } from '../base/terminal-text';

/** Lines of one command's output that are shown while it runs. */
const shownLines = 200;

/** Writes the agent's events for a person at a terminal. */
export interface TerminalView {
  event(event: AgentEvent): void;
  /** The exact change or command line that is asked about. */
  approval(request: ApprovalRequest): void;
}

export function createTerminalView(write: (text: string) => void, colours: boolean): TerminalView {
  const paint = (code: number, text: string): string => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const red = (text: string): string => paint(31, text);
  const green = (text: string): string => paint(32, text);
  const dim = (text: string): string => paint(2, text);
  let midLine = false;
  let waited = false;
  /** What a running command has written: a line that is not complete yet, and how many are. */
  let output = { id: '', part: '', lines: 0 };
  const line = (text: string): void => {
    if (midLine) write('\n');
    midLine = false;
    write(`${text}\n`);
  };

  const diffLines = (diff: FileDiff): string[] =>
    diff.hunks.flatMap((hunk) => [
      dim(`@@ line ${hunk.newStart} @@`),
      ...hunk.lines.map((l) =>
        l.kind === 'added' ? green(`+ ${l.text}`) : l.kind === 'removed' ? red(`- ${l.text}`) : `  ${l.text}`,
      ),
    ]);

  const countsOf = (diff: FileDiff): string => `${red(`−${diff.removed}`)} ${green(`+${diff.added}`)}`;

  /** The diff of one file; with its name where there are several. */
  const fileLines = (diff: FileDiff, isNamed: boolean, indent: string): void => {
    if (isNamed) line(`${indent}${diff.path}  ${countsOf(diff)}`);
    for (const text of diffLines(diff)) line(`${indent}${isNamed ? '  ' : ''}${text}`);
  };

  const writeOutput = (text: string): void => {
    for (const piece of plainOutput(text).split('\n')) {
      if (output.lines++ < shownLines) line(dim(`    ${piece}`));
      else if (output.lines === shownLines + 1) line(dim('    … more output'));
    }
  };
  const addOutput = (id: string, delta: string): void => {
    if (output.id !== id) output = { id, part: '', lines: 0 };
    const whole = output.part + delta;
    const end = whole.lastIndexOf('\n');
    output.part = whole.slice(end + 1);
    if (end >= 0) writeOutput(whole.slice(0, end));
  };
  /** The rest of the output, and of a failed command whose end was not shown, that end. */
  const endOutput = (step: Step): void => {
    if (step.detail?.kind !== 'command') return;
    const wasShown = output.id === step.id && output.lines <= shownLines;
    if (output.id === step.id && output.part !== '') writeOutput(output.part);
    output = { id: '', part: '', lines: 0 };
    if (wasShown || step.detail.exitCode === 0 || step.detail.output.trim() === '') return;
    for (const text of step.detail.output.trimEnd().split('\n').slice(-8)) line(dim(`    ${text}`));
  };

  const stepLine = (step: Step): void => {
    if (step.state === 'running') {
      if (step.tool === 'run' && !waited) line(dim(`${step.verb} ${step.object}`));
      return;
    }
    if (step.state === 'waiting') {
      waited = true;
      return;
    }
    endOutput(step);
    const mark = step.state === 'done' ? green('✓') : step.state === 'refused' ? dim('–') : red('✗');
    const time = step.ms === undefined ? '' : dim(`  ${(step.ms / 1000).toFixed(1)} s`);
    const by = step.allowedBy === undefined ? '' : dim(`  (${step.allowedBy})`);
    const diffs = diffsOf(step);
    const [only] = diffs;
    const counts = only && diffs.length === 1 ? `  ${countsOf(only)}` : '';
    const result = step.result === undefined ? '' : `  ${step.result}`;
    line(`${mark} ${step.verb} ${step.object}${counts}${result}${time}${by}`);
    // What was asked about has been seen; what a standing yes let pass is shown here.
    if (!waited) for (const diff of diffs) fileLines(diff, diffs.length > 1, '    ');
    waited = false;
  };

  return {
    event: (event) => {
      switch (event.type) {
        case 'text':
          write(event.delta);
          midLine = !event.delta.endsWith('\n');
          break;
        case 'step':
          stepLine(event.step);
          break;
        case 'step-output':
          addOutput(event.id, event.delta);
          break;
        case 'notice':
          line(event.level === 'error' ? red(formatReport(event.report)) : dim(formatReport(event.report)));
          break;
        case 'checkpoint':
          line(dim(`  Changed: ${event.files.join(', ')}`));
          break;
        case 'run-finished': {
          const mark = event.outcome === 'done' ? green('✓') : red('✗');
          line(
            `${mark}${event.summary === '' ? '' : ` ${event.summary}`}${event.evidence === undefined ? '' : dim(`  [${event.evidence}]`)}${dim(`  ${(event.ms / 1000).toFixed(1)} s`)}`,
          );
          break;
        }
        case 'run-started':
        case 'reading':
        case 'reasoning':
        case 'step-delta':
        case 'prompt':
        case 'usage':
          break;
      }
    },
    approval: (request) => {
      if (request.diff) {
        const { symbol, path } = request.diff;
        line(`Edit ${path}${symbol === undefined ? '' : ` › ${symbol}`}  ${countsOf(request.diff)}`);
        for (const text of diffLines(request.diff)) line(`  ${text}`);
      } else if (request.diffs) {
        line(`Edit ${request.diffs.length} ${request.diffs.length === 1 ? 'file' : 'files'}`);
        for (const diff of request.diffs) fileLines(diff, true, '  ');
      } else line(`Run  ${request.command ?? ''}${request.cwd ? dim(`  in ${request.cwd}`) : ''}`);
      if (request.mustAsk !== undefined) line(dim(`  Asks: ${request.mustAsk}`));
    },
  };
}
