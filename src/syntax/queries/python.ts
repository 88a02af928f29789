import type { GrammarSpec } from './query';

export const python: GrammarSpec = {
  structure: `
(class_definition name: (identifier) @name body: (_) @body) @definition.class
(function_definition name: (identifier) @name body: (_) @body) @definition.function
(module (expression_statement (assignment left: (identifier) @name)) @definition.constant)
(class_definition body: (block
  (expression_statement (assignment left: (identifier) @name)) @definition.property))

(import_statement name: (dotted_name) @import) @import.statement
(import_statement name: (aliased_import name: (dotted_name) @import)) @import.statement
(import_from_statement module_name: (_) @import name: (dotted_name) @import.name) @import.statement
(import_from_statement module_name: (_) @import
  name: (aliased_import name: (dotted_name) @import.name)) @import.statement
(import_from_statement module_name: (_) @import (wildcard_import)) @import.statement
`,
  references: ['identifier'],
  wrappers: ['decorated_definition'],
  leading: ['comment', 'decorator'],
};
