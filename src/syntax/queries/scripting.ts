import type { GrammarSpec } from './query';

export const ruby: GrammarSpec = {
  structure: `
(class name: (_) @name body: (_)? @body) @definition.class
(module name: (_) @name body: (_)? @body) @definition.module
(method name: (_) @name body: (_)? @body) @definition.function
(singleton_method name: (_) @name body: (_)? @body) @definition.function
(assignment left: (constant) @name) @definition.constant

(call method: (identifier) @require arguments: (argument_list (string (string_content) @import))
  (#eq? @require "require"))
(call method: (identifier) @require arguments: (argument_list (string (string_content) @import.relative))
  (#eq? @require "require_relative"))
`,
  references: ['identifier', 'constant'],
  wrappers: [],
  leading: ['comment'],
};

export const php: GrammarSpec = {
  structure: `
(namespace_definition name: (_) @name body: (_) @body) @definition.namespace
(class_declaration name: (name) @name body: (_) @body) @definition.class
(interface_declaration name: (name) @name body: (_) @body) @definition.interface
(trait_declaration name: (name) @name body: (_) @body) @definition.trait
(enum_declaration name: (name) @name body: (_) @body) @definition.enum
(function_definition name: (name) @name body: (_) @body) @definition.function
(method_declaration name: (name) @name body: (_)? @body) @definition.method
(property_declaration (property_element name: (_) @name)) @definition.property
(const_declaration (const_element (name) @name)) @definition.constant

(namespace_use_clause [(qualified_name) (name)] @import) @import.statement
(require_expression (string) @import)
(require_once_expression (string) @import)
(include_expression (string) @import)
(include_once_expression (string) @import)
`,
  references: ['name', 'variable_name'],
  wrappers: [],
  leading: ['comment', 'attribute_list'],
};

export const bash: GrammarSpec = {
  structure: `
(function_definition name: (word) @name body: (_) @body) @definition.function
(program (variable_assignment name: (variable_name) @name) @definition.variable)
(program (declaration_command (variable_assignment name: (variable_name) @name)) @definition.variable)

(command name: (command_name (word) @source) argument: (_) @import (#any-of? @source "source" "."))
`,
  references: ['word', 'variable_name'],
  wrappers: [],
  leading: ['comment'],
};
