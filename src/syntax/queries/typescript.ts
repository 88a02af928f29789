import type { GrammarSpec } from './query';

const wrappers = ['export_statement', 'lexical_declaration', 'variable_declaration'];
const leading = ['comment', 'decorator'];

/** Patterns of JavaScript that TypeScript shares. */
const shared = `
(function_declaration name: (identifier) @name body: (_) @body) @definition.function
(generator_function_declaration name: (identifier) @name body: (_) @body) @definition.function
(method_definition name: (_) @name body: (_) @body) @definition.method
(variable_declarator name: (identifier) @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
  ]) @definition.function
(variable_declarator name: (identifier) @name value: (class body: (_) @body)) @definition.class
(assignment_expression left: (member_expression property: (property_identifier) @name)
  right: [(function_expression body: (_) @body) (arrow_function body: (_) @body)]) @definition.function
(export_statement "default" value: [
  (arrow_function body: (_) @body)
  (function_expression body: (_) @body)
]) @definition.function
(export_statement "default" value: (class body: (_) @body)) @definition.class
(program (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(program (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable))
(program (export_statement
  declaration: (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant)))
(call_expression function: (identifier) @call
  arguments: (arguments . (string (string_fragment) @name) [(arrow_function body: (_) @body) (function_expression body: (_) @body)])
  (#any-of? @call "describe" "it" "test" "suite" "context")) @definition.test

(import_statement source: (string) @import) @import.statement
(export_statement source: (string) @import) @import.statement
(lexical_declaration (variable_declarator value: (call_expression function: (identifier) @require
  arguments: (arguments . (string) @import))) (#eq? @require "require")) @import.statement
(call_expression function: (import) arguments: (arguments . (string) @import))
(call_expression function: (identifier) @require arguments: (arguments . (string) @import)
  (#eq? @require "require"))
`;

export const javascript: GrammarSpec = {
  structure: `
(class_declaration name: (identifier) @name body: (_) @body) @definition.class
(field_definition property: (_) @name value: (arrow_function body: (_) @body)) @definition.method
(field_definition property: (_) @name) @definition.property
${shared}`,
  references: ['identifier', 'property_identifier', 'shorthand_property_identifier'],
  wrappers,
  leading,
};

export const typescript: GrammarSpec = {
  structure: `
(class_declaration name: (type_identifier) @name body: (_) @body) @definition.class
(abstract_class_declaration name: (type_identifier) @name body: (_) @body) @definition.class
(interface_declaration name: (type_identifier) @name body: (_) @body) @definition.interface
(type_alias_declaration name: (type_identifier) @name) @definition.type
(enum_declaration name: (identifier) @name body: (_) @body) @definition.enum
(internal_module name: (_) @name body: (_) @body) @definition.namespace
(module name: (_) @name body: (_) @body) @definition.module
(function_signature name: (identifier) @name) @definition.function
(abstract_method_signature name: (_) @name) @definition.method
(class_body (method_signature name: (_) @name) @definition.method)
(public_field_definition name: (_) @name value: (arrow_function body: (_) @body)) @definition.method
(public_field_definition name: (_) @name) @definition.property
${shared}
(import_require_clause source: (string) @import)
(interface_body (method_signature name: (_) @name) @definition.member)
(interface_body (property_signature name: (_) @name) @definition.field)
(enum_body name: (property_identifier) @name @definition.variant)
(enum_body (enum_assignment name: (property_identifier) @name) @definition.variant)
`,
  references: ['identifier', 'type_identifier', 'property_identifier', 'shorthand_property_identifier'],
  wrappers: [...wrappers, 'ambient_declaration', 'expression_statement'],
  leading,
};
