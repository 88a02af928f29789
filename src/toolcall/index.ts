export { createToolCallParser, parseToolCalls } from './parser';
export { normaliseTools } from './tools';
export { stringifyExact } from './json-reader';
export { dialectNames } from './dialects';
export type * from './types';
export { renderCall, renderResults, renderTools, renderToolsCompact, renderToolsFewShot } from './render';
export { openedGrammar, toolCallGrammar } from './grammar';
