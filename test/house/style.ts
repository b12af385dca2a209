/** @file Checks of the house style that the linter cannot make; syntax only, no types. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** A name that a file re-exports, and the name and file it comes from. */
interface ReExport {
  name: string;
  originalName: string;
  originalPath: string;
}

/** What is missing at the head of a source file, as "path: what" sentences. */
export function checkFileComment(path: string, text: string): string[] {
  const head = text.replace(/^#!.*\n/, "");
  return /^\/\*\*\s+(\* )?@file \S/.test(head) ? [] : [`${path}: expected a /** @file … */ comment first`];
}

/**
 * What a door exports without a docstring where it is defined, as "path: what" sentences.
 *
 * Functions, classes and constants count; types may speak for themselves.
 */
export function checkDocstrings(door: string): string[] {
  return reExportsOf(door).flatMap(({ originalName, originalPath }) => {
    const { path, statements } = declarationsOf(originalPath, originalName);
    // Any one overload may carry it.
    const isDocumented = statements.some((statement) => ts.getJSDocCommentsAndTags(statement).some(ts.isJSDoc));
    return statements.length === 0 || isDocumented ? [] : [`${path}: expected a docstring on ${originalName}`];
  });
}

/** Follows `export { a } from "./b.ts"` to where `name` is declared; no statements for a type. */
function declarationsOf(path: string, name: string): { path: string; statements: ts.Statement[] } {
  const statements = parse(path).statements.filter((statement) => declaredNames(statement).includes(name));
  const next = reExportsOf(path).find((candidate) => candidate.name === name);
  return statements.length > 0 || next === undefined
    ? { path, statements }
    : declarationsOf(next.originalPath, next.originalName);
}

function reExportsOf(path: string): ReExport[] {
  return parse(path).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) return [];
    const { moduleSpecifier, exportClause } = statement;
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
    if (exportClause === undefined || !ts.isNamedExports(exportClause)) return [];
    if (!moduleSpecifier.text.startsWith(".")) return [];
    const originalPath = join(dirname(path), moduleSpecifier.text);
    return exportClause.elements.map(({ name, propertyName }) => ({
      name: name.text,
      originalName: (propertyName ?? name).text,
      originalPath,
    }));
  });
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  }
  const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}

const parsed = new Map<string, ts.SourceFile>();

function parse(path: string): ts.SourceFile {
  const source =
    parsed.get(path) ?? ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  parsed.set(path, source);
  return source;
}
