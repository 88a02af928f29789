/** A JSON schema as tools declare their parameters with; only the keywords that conversion needs are named. */
export interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: boolean | JsonSchema;
  enum?: unknown[];
  examples?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  nullable?: boolean;
  description?: string;
  [keyword: string]: unknown;
}

/** A tool as a model is told about it. */
export interface ToolDefinition {
  name: string;
  description: string;
  parameters: JsonSchema;
}

/**
 * Any JSON value. An integer beyond 2^53 is a `bigint`; write it with `stringifyExact`, not `JSON.stringify`.
 */
export type JsonValue =
  string | number | bigint | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export type JsonObject = Record<string, JsonValue>;

/** How calls are spelled; see `dialects/`. */
export type DialectName =
  | 'qwen3-coder'
  | 'hermes'
  | 'hermes-lenient'
  | 'qwen3.5'
  | 'llama3-json'
  | 'gemma'
  | 'mistral'
  | 'continue-codeblock'
  | 'cline-xml'
  | 'invoke-xml'
  | 'auto';

/** A half-open range of the whole input, in UTF-16 units. */
export interface SourceRange {
  start: number;
  end: number;
}

/** A complete call that may be executed. The range covers its source with its envelope. */
export interface ToolCall extends SourceRange {
  index: number;
  name: string;
  /** An object, unless the tool's schema says that its arguments are something else. */
  arguments: JsonValue;
}

/**
 * What the parser tells. `text`, `reasoning`, `skipped`, `call`, `malformed` and `unknown-tool` events tile the input:
 * their ranges follow each other without gap or overlap. The others are previews and remarks.
 */
export type ToolCallEvent =
  | ({ type: 'text'; text: string } & SourceRange)
  /** The range may cover the `<think>` tags beside the text. */
  | ({ type: 'reasoning'; text: string } & SourceRange)
  /** White space directly around a call, and stray markers: part of no text. */
  | ({ type: 'skipped' } & SourceRange)
  /** Preview: a call's name is known. Exactly one of call, malformed, unknown-tool or call-dropped follows it. */
  | { type: 'call-started'; index: number; name: string }
  /** Preview of a string argument as it arrives. */
  | { type: 'argument-delta'; index: number; key: string; delta: string }
  /** A started call turned out to be none; its source follows as text. */
  | { type: 'call-dropped'; index: number }
  | ({ type: 'call' } & ToolCall)
  /** `index` is that of its previews, if there were any. */
  | ({ type: 'malformed'; raw: string; reason: string; name?: string; index?: number } & SourceRange)
  | ({ type: 'unknown-tool'; raw: string; name: string } & SourceRange)
  /** The input ended inside a call; its source is text. */
  | ({ type: 'truncated'; name?: string } & SourceRange)
  | ({ type: 'duplicate-key'; name: string } & SourceRange)
  /** Something was read that the dialect does not say; `reason` names the tolerance. */
  | ({ type: 'tolerated'; reason: string } & SourceRange);

/** Recoveries that a profile allows or forbids; what is left out follows the dialect. */
export interface Recoveries {
  /** Fenced or bare JSON at the very end of a message. */
  bareJson?: boolean;
  /** Everything else that lacks its strict envelope, such as a bare `<function=…>`. */
  bareEnvelope?: boolean;
}

/** Options of `createToolCallParser`. `tools: null` means that every name counts as declared. */
export interface ToolCallParserOptions {
  dialect: DialectName;
  tools: ToolDefinition[] | null;
  recoveries?: Recoveries;
  /** `open`: the prompt already opened `<think>`. */
  think?: 'open' | undefined;
}

/** A parser of one message. Neither method throws. */
export interface ToolCallParser {
  push(chunk: string): ToolCallEvent[];
  finish(): ToolCallEvent[];
}
