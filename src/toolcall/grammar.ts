import { typesOf } from './schema';
import { isRecord } from './json-reader';
import {
  type Beginning,
  type Rules,
  characters,
  createRules,
  either,
  freeText,
  jsonObject,
  jsonValue,
  literal,
  nothing,
  otherSpace,
} from './gbnf';
import type { DialectName, JsonSchema, ToolDefinition } from './types';

/** A text of the model's behind which a rule of the grammar holds. */
export interface GrammarTrigger {
  text: string;
  /** The text counts at the start of a line only (white space before it does not matter). */
  lineStart?: boolean;
  rule: string;
}

/**
 * The frame of one call, for sampling that is free until the model opens a call. All triggers and the opener end
 * behind a letter or a control token: there every tokenizer has a boundary, so none is passed over within a token.
 */
export interface ToolCallGrammar {
  /** Rules in GBNF without `root`. */
  rules: string;
  triggers: GrammarTrigger[];
  /** How a call begins when the program opens it, and the rule for what follows. */
  opener: string;
  openerRule: string;
}

/**
 * The grammar of one call in a dialect: the name of a tool, its declared keys in their declared order, each at most
 * once and the required ones always, typed values, closing tags. Strings are free. What it accepts behind an opener is
 * one well-formed call for the parser, and the generation ends with it. Tools that are not given cannot be called;
 * undefined if there is none.
 */
export function toolCallGrammar(
  dialect: DialectName,
  tools: readonly ToolDefinition[],
): ToolCallGrammar | undefined {
  if (tools.length === 0) return undefined;
  const rules = createRules();
  const frame = frames[dialect](rules, tools);
  return { ...frame, rules: rules.text() };
}

/** The grammar as a whole one, for a generation that begins behind the opener. */
export function openedGrammar({ rules, openerRule }: ToolCallGrammar): string {
  return `root ::= ${openerRule}\n${rules}`;
}

type Frame = (rules: Rules, tools: readonly ToolDefinition[]) => Omit<ToolCallGrammar, 'rules'>;

const qwen: Frame = (rules, tools) => {
  const call = functionCall(rules, tools);
  return {
    opener: '<tool_call>\n<function',
    openerRule: call,
    triggers: [
      { text: '<tool_call>', rule: rules.add('envelope', `"\\n"? "<function" ${call}`) },
      { text: '<function', lineStart: true, rule: call },
    ],
  };
};

const hermes: Frame = (rules, tools) => {
  const rest = rules.add('call', `${jsonCall(rules, tools, 'arguments')} "\\n"? "</tool_call>"`);
  return {
    opener: '<tool_call>\n{"name',
    openerRule: rest,
    triggers: [{ text: '<tool_call>', rule: rules.add('envelope', `"\\n"? "{\\"name" ${rest}`) }],
  };
};

/** A model of unknown family is asked for the XML form, and may fall back on JSON in the same envelope. */
const auto: Frame = (rules, tools) => {
  const xml = qwen(rules, tools);
  const envelopes = [...xml.triggers, ...hermes(rules, tools).triggers]
    .filter(({ text }) => text === '<tool_call>')
    .map(({ rule }) => rule);
  return {
    ...xml,
    triggers: [
      { text: '<tool_call>', rule: rules.add('any-envelope', envelopes.join(' | ')) },
      ...xml.triggers.filter(({ text }) => text !== '<tool_call>'),
    ],
  };
};

const llama3: Frame = (rules, tools) => {
  const rest = jsonCall(rules, tools, 'parameters');
  return {
    opener: '{"name',
    openerRule: rest,
    triggers: [
      { text: '<|python_tag|>', rule: rules.add('call', `"{\\"name" ${rest}`) },
      { text: '{"name', lineStart: true, rule: rest },
    ],
  };
};

const gemma: Frame = (rules, tools) => {
  const opener = '```json\n{"name';
  const rule = rules.add('call', `${jsonCall(rules, tools, 'arguments')} "\\n\`\`\`"`);
  return { opener, openerRule: rule, triggers: [{ text: opener, lineStart: true, rule }] };
};

const mistral: Frame = (rules, tools) => {
  const rest = rules.add('call', `${jsonCall(rules, tools, 'arguments')} "]"`);
  return {
    opener: '[TOOL_CALLS][{"name',
    openerRule: rest,
    triggers: [{ text: '[TOOL_CALLS]', rule: rules.add('calls', `" "? "[{\\"name" ${rest}`) }],
  };
};

const codeblock: Frame = (rules, tools) => {
  const lines = linesBefore(rules, 'END_ARG');
  const call = oneOf(rules, tools, ({ name }, parameters) => {
    const entries = parameters.map(({ key, schema, optional }) => {
      const value = rawValue(rules, schema, lines, (fixed) => `${fixed} "\\n"`);
      return `(${literal(`BEGIN_ARG: ${key}\n`)} ${value} "END_ARG\\n")${optional}`;
    });
    return `${literal(`${name}\n`)} ${entries.join(' ')} "\`\`\`"`;
  });
  const named = rules.add('named', `": " ${call}`);
  return {
    opener: '```tool\nTOOL_NAME',
    openerRule: named,
    triggers: [{ text: '```tool', lineStart: true, rule: rules.add('block', `"\\nTOOL_NAME" ${named}`) }],
  };
};

const cline: Frame = (rules, tools) => {
  const bodies = tools.map((tool) => {
    const entries = parametersOf(tool).map(({ key, schema, optional }) =>
      tagged(rules, `<${key}>`, `</${key}>`, schema, optional),
    );
    return {
      name: tool.name,
      rule: rules.add(tool.name, `">" "\\n"? ${entries.join(' ')} ${literal(`</${tool.name}>`)}`),
    };
  });
  return {
    // The name is the opener here, so the program cannot write any of it.
    opener: '',
    openerRule: rules.add(
      'call',
      `"<" ${either(bodies.map(({ name, rule }) => `${literal(name)} ${rule}`))}`,
    ),
    triggers: bodies.map(({ name, rule }) => ({ text: `<${name}`, lineStart: true, rule })),
  };
};

const invoke: Frame = (rules, tools) => {
  const call = oneOf(rules, tools, ({ name }, parameters) => {
    const entries = parameters.map(({ key, schema, optional }) =>
      tagged(rules, `<parameter name="${key}">`, '</parameter>', schema, optional),
    );
    return `${literal(`${name}">`)} "\\n"? ${entries.join(' ')} "</invoke>" "\\n"? "</function_calls>"`;
  });
  const named = rules.add('named', `" name=\\"" ${call}`);
  return {
    opener: '<function_calls>\n<invoke',
    openerRule: named,
    triggers: [
      {
        text: '<function_calls',
        lineStart: true,
        rule: rules.add('envelope', `">" "\\n"? "<invoke" ${named}`),
      },
    ],
  };
};

const frames: Record<DialectName, Frame> = {
  'qwen3-coder': qwen,
  'qwen3.5': qwen,
  auto,
  hermes,
  'hermes-lenient': hermes,
  'llama3-json': llama3,
  gemma,
  mistral,
  'continue-codeblock': codeblock,
  'cline-xml': cline,
  'invoke-xml': invoke,
};

interface Parameter {
  key: string;
  schema: JsonSchema;
  /** What stands behind the parameter's expression. */
  optional: '' | '?';
}

function parametersOf({ parameters }: ToolDefinition): Parameter[] {
  const required = new Set(parameters.required ?? []);
  return Object.entries(isRecord(parameters.properties) ? parameters.properties : {}).map(
    ([key, schema]) => ({ key, schema, optional: required.has(key) ? '' : '?' }),
  );
}

/** A rule for a call of any of the tools, from the name on. */
function oneOf(
  rules: Rules,
  tools: readonly ToolDefinition[],
  body: (tool: ToolDefinition, parameters: Parameter[]) => string,
): string {
  const calls = tools.map((tool) => rules.add(tool.name, body(tool, parametersOf(tool))));
  return rules.add('any', calls.join(' | '));
}

/** From behind `{"name` to the object's end. */
function jsonCall(rules: Rules, tools: readonly ToolDefinition[], word: 'arguments' | 'parameters'): string {
  const call = oneOf(rules, tools, (tool) => {
    const head = `${JSON.stringify(tool.name).slice(1)}, "${word}": `;
    return `${literal(head)} ${jsonObject(rules, { additionalProperties: false, ...tool.parameters })} "}"`;
  });
  return rules.add('json-call', `"\\":" " "? "\\"" ${call}`);
}

/** From behind `<function` to the envelope's end. */
function functionCall(rules: Rules, tools: readonly ToolDefinition[]): string {
  const text = functionValue(rules);
  const call = oneOf(rules, tools, ({ name }, parameters) => {
    const entries = parameters.map(({ key, schema, optional }) => {
      const value = rawValue(rules, schema, `${text} "\\n"?`, (fixed) => `"\\n"? ${fixed} "\\n"?`);
      return `(${literal(`<parameter=${key}>`)} ${value} "</parameter>" "\\n"?)${optional}`;
    });
    return `${literal(`${name}>`)} "\\n"? ${entries.join(' ')} "</function>" "\\n"? "</tool_call>"`;
  });
  return rules.add('function', `"=" ${call}`);
}

const word = 'A-Za-z0-9_';

/**
 * A raw value of a `<parameter=…>`. The parser ends it at a `</parameter>` that a tag of the frame follows, so one that
 * goes on in the same line is text, and so is a whole `<function=…>` block; other openers of the frame are left out.
 */
function functionValue(rules: Rules): string {
  const noTag = characters(`<=${otherSpace}`, true);
  const block = rules.add('block', (name) => {
    const nested = `"=" [${word}.-]+ ">" ${name}`;
    const inner = freeText(rules, 'inner', [
      { text: '<function', next: noTag, or: nested },
      { text: '</function', next: characters('<>', true) },
    ]);
    return `${inner} "</function>"`;
  });
  return freeText(rules, 'text', [
    { text: '<parameter', next: noTag },
    { text: '<function', next: noTag, or: `"=" [${word}.-]+ ">" ${block}` },
    { text: '</function', next: characters('<>', true) },
    { text: '</parameter', next: `[^<>${word}${characters(`\n${otherSpace}`).slice(1)}` },
    closerInLine('</parameter>'),
  ]);
}

/** A closer of the frame with more of the value behind it in the same line. */
function closerInLine(text: string): Beginning {
  return { text, next: characters(`<\n${otherSpace}`, true), open: false };
}

/** A parameter whose opening tag ends its nesting: `<path>a.ts</path>`. */
function tagged(rules: Rules, open: string, close: string, schema: JsonSchema, optional: string): string {
  const value = rawValue(
    rules,
    schema,
    `${freeText(rules, 'text', [
      { text: open.slice(0, -1), next: characters('<>', true) },
      closerInLine(close),
    ])} "\\n"?`,
    (fixed) => `"\\n"? ${fixed} "\\n"?`,
  );
  return `(${literal(open)} ${value} ${literal(close)} "\\n"?)${optional}`;
}

/** A raw value: `text` where the schema takes strings, else its fixed values or JSON, as `framed` places them. */
function rawValue(rules: Rules, schema: JsonSchema, text: string, framed: (fixed: string) => string): string {
  const fixed = schema.const === undefined ? schema.enum : [schema.const];
  if (Array.isArray(fixed)) {
    const spellings = fixed.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
    return framed(either(spellings.map(literal)));
  }
  const types = typesOf(schema);
  if (types === undefined || types.includes('string')) return text;
  return framed(jsonValue(rules, schema));
}

/** Whole lines, none of which begins with `word` in any case. */
function linesBefore(rules: Rules, ending: string): string {
  return rules.add('lines', (lines) => {
    const inLine = rules.add('line', `[^\\n]* "\\n" ${lines}`);
    const after = (at: number): string => {
      const letter = ending.charAt(at);
      const both = `${letter.toLowerCase()}${letter.toUpperCase()}`;
      const others = `${characters(`${both}\n`, true)} ${inLine}`;
      const end = `"\\n" ${lines}`;
      if (at === ending.length - 1) return `${others} | ${end}`;
      return `${others} | ${end} | ${characters(both)} ${rules.add('word', after(at + 1))}`;
    };
    const letter = ending.charAt(0);
    const both = `${letter.toLowerCase()}${letter.toUpperCase()}`;
    const start = rules.add('start', (name) =>
      [
        `${characters(otherSpace)} ${name}`,
        `${characters(`${both}\n${otherSpace}`, true)} ${inLine}`,
        `"\\n" ${lines}`,
        `${characters(both)} ${rules.add('word', after(1))}`,
      ].join(' | '),
    );
    return `${start} | ${nothing}`;
  });
}
