import type { GrammarSpec } from './query';

/** Patterns of C that C++ shares; `NAME` stands for what a declarator may name. */
const shared = (name: string): string => `
(function_definition declarator: (function_declarator declarator: ${name} @name) body: (_) @body) @definition.function
(function_definition declarator: (_ declarator: (function_declarator declarator: ${name} @name)) body: (_) @body) @definition.function
(function_definition declarator: (_ declarator: (_ declarator: (function_declarator declarator: ${name} @name))) body: (_) @body) @definition.function
(declaration declarator: (function_declarator declarator: ${name} @name)) @definition.function
(declaration declarator: (_ declarator: (function_declarator declarator: ${name} @name))) @definition.function
(struct_specifier name: (_) @name body: (_) @body) @definition.struct
(union_specifier name: (_) @name body: (_) @body) @definition.struct
(enum_specifier name: (_) @name body: (_) @body) @definition.enum
(type_definition type: (_ body: (_) @body) declarator: (type_identifier) @name) @definition.type
(type_definition declarator: (type_identifier) @name) @definition.type
(preproc_def name: (identifier) @name) @definition.macro
(preproc_function_def name: (identifier) @name) @definition.macro
(translation_unit (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.variable)
(translation_unit (declaration declarator: (init_declarator
  declarator: (_ declarator: (identifier) @name))) @definition.variable)

(field_declaration_list (field_declaration declarator: (field_identifier) @name) @definition.field)
(field_declaration_list (field_declaration
  declarator: (_ declarator: (field_identifier) @name)) @definition.field)
(enumerator name: (identifier) @name) @definition.variant

(preproc_include path: (_) @import) @import.statement
`;

export const c: GrammarSpec = {
  structure: shared('(identifier)'),
  references: ['identifier', 'type_identifier', 'field_identifier'],
  wrappers: [],
  leading: ['comment'],
};

const cppName =
  '[(identifier) (field_identifier) (qualified_identifier) (destructor_name) (operator_name) (template_function)]';

export const cpp: GrammarSpec = {
  structure: `
(class_specifier name: (_) @name body: (_) @body) @definition.class
(namespace_definition name: (_) @name body: (_) @body) @definition.namespace
(alias_declaration name: (type_identifier) @name) @definition.type
(concept_definition name: (identifier) @name) @definition.type
(namespace_definition body: (_ (declaration declarator: (init_declarator
  declarator: (identifier) @name)) @definition.variable))
(field_declaration_list (field_declaration
  declarator: (function_declarator declarator: (_) @name)) @definition.method)
(field_declaration_list (field_declaration
  declarator: (_ (function_declarator declarator: (_) @name))) @definition.method)
${shared(cppName)}`,
  references: ['identifier', 'type_identifier', 'field_identifier', 'namespace_identifier'],
  wrappers: ['template_declaration'],
  // The last two stand before the definition within a template.
  leading: ['comment', 'template_parameter_list', 'requires_clause'],
};
