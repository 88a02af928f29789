/** The tools as a model sees them. Every word is read again with each task, so there are few. */
import type { ToolDefinition } from '../toolcall/types';

const text = { type: 'string' } as const;
const line = { type: 'integer' } as const;

export const toolDefinitions: ToolDefinition[] = [
  {
    name: 'read_file',
    description: 'Read a file, or the lines start_line to end_line of it.',
    parameters: {
      type: 'object',
      properties: { path: { ...text, examples: ['README.md'] }, start_line: line, end_line: line },
      required: ['path'],
    },
  },
  {
    name: 'search',
    description: 'Find a text or regular expression in the files.',
    parameters: { type: 'object', properties: { pattern: text, path: text }, required: ['pattern'] },
  },
  {
    name: 'find_symbol',
    description: 'Find where a function, class or constant is defined.',
    parameters: { type: 'object', properties: { name: text }, required: ['name'] },
  },
  {
    name: 'list_files',
    description: 'List the files of a folder.',
    parameters: { type: 'object', properties: { path: text } },
  },
  {
    name: 'edit_file',
    description:
      'Change a file: give symbol to replace a whole function or class, or old_text to replace that text, or neither to create a file.',
    parameters: {
      type: 'object',
      properties: { path: text, symbol: text, old_text: text, new_text: text },
      required: ['path', 'new_text'],
    },
  },
  {
    name: 'run_command',
    description: 'Run a shell command and get its output.',
    parameters: { type: 'object', properties: { command: text }, required: ['command'] },
  },
];

/** Those that change nothing, for a question. */
export const questionTools = toolDefinitions.filter(({ name }) =>
  ['read_file', 'search', 'find_symbol', 'list_files'].includes(name),
);

export type ToolName = 'read_file' | 'search' | 'find_symbol' | 'list_files' | 'edit_file' | 'run_command';
