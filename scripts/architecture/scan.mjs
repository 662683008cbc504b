import ts from 'typescript';

/**
 * What a file imports and uses, read from its syntax.
 *
 * @typedef {object} Import
 * @property {string} specifier
 * @property {boolean} typesOnly - erased by the compiler
 * @property {number} line - from 1
 *
 * @typedef {object} Use
 * @property {string} what - a key of the `never` lists in rooms.mjs
 * @property {string} text - what was written
 * @property {number} line
 */

const GLOBAL_USES = {
  fetch: 'network',
  XMLHttpRequest: 'network',
  WebSocket: 'network',
  console: 'console',
  process: 'node',
  Buffer: 'node',
  __dirname: 'node',
  __filename: 'node',
  global: 'node',
  setTimeout: 'timers',
  setInterval: 'timers',
  setImmediate: 'timers',
  queueMicrotask: 'timers',
  performance: 'stopwatch',
};

const MEMBER_USES = {
  'Date.now': 'clock',
  'Math.random': 'random',
  'crypto.randomUUID': 'random',
  'crypto.getRandomValues': 'random',
};

/**
 * @param {string} path - decides how the file is parsed (`.tsx`, `.mjs` ...)
 * @param {string} text
 * @returns {{imports: Import[], uses: Use[]}}
 */
export function scan(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports = [];
  const uses = [];
  const lineOf = node =>
    source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const addImport = (node, specifier, typesOnly) => {
    if (specifier && ts.isStringLiteralLike(specifier)) {
      imports.push({
        specifier: specifier.text,
        typesOnly,
        line: lineOf(node),
      });
    } else {
      // A computed import could go anywhere, past every wall.
      uses.push({
        what: 'computed import',
        text: node.getText(source),
        line: lineOf(node),
      });
    }
  };
  const addUse = (node, what) =>
    uses.push({
      what,
      text: node.getText(source).slice(0, 60),
      line: lineOf(node),
    });

  const visit = node => {
    if (ts.isImportDeclaration(node)) {
      addImport(
        node,
        node.moduleSpecifier,
        importsTypesOnly(node.importClause, source),
      );
      return;
    }
    if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      addImport(node, node.moduleSpecifier, exportsTypesOnly(node));
      return;
    }
    if (ts.isImportTypeNode(node)) {
      addImport(node, node.argument.literal, true);
    } else if (ts.isImportEqualsDeclaration(node)) {
      if (ts.isExternalModuleReference(node.moduleReference)) {
        addImport(node, node.moduleReference.expression, node.isTypeOnly);
      }
    } else if (ts.isCallExpression(node)) {
      if (isModuleCall(node)) {
        addImport(node, node.arguments[0], false);
      }
    } else if (ts.isAwaitExpression(node) || isAsyncFunction(node)) {
      addUse(node, 'await');
    } else if (ts.isForOfStatement(node) && node.awaitModifier) {
      addUse(node, 'await');
    } else if (isDateOfNow(node)) {
      addUse(node, 'clock');
    } else if (ts.isPropertyAccessExpression(node)) {
      const what = MEMBER_USES[node.getText(source)];
      if (what) {
        addUse(node, what);
      }
    }
    if (ts.isIdentifier(node) && isGlobalReference(node)) {
      addUse(node, GLOBAL_USES[node.text]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { imports, uses };
}

/** Written as types, or used as types only, which the compiler erases just the same. */
function importsTypesOnly(clause, source) {
  if (!clause) {
    return false;
  }
  if (clause.isTypeOnly) {
    return true;
  }
  const bindings = clause.namedBindings;
  const elements =
    bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
  const names = [
    clause.name,
    bindings && ts.isNamespaceImport(bindings) ? bindings.name : undefined,
    ...elements.filter(element => !element.isTypeOnly).map(({ name }) => name),
  ].filter(name => name !== undefined);
  return (
    names.length + elements.length > 0 &&
    names.every(name => isUsedAsTypeOnly(name.text, source))
  );
}

function isUsedAsTypeOnly(name, source) {
  let uses = 0;
  let typesOnly = true;
  const visit = node => {
    if (ts.isImportDeclaration(node)) {
      return;
    }
    if (ts.isIdentifier(node) && node.text === name && !isMemberName(node)) {
      uses += 1;
      typesOnly &&= isInType(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return uses > 0 && typesOnly;
}

function isMemberName(node) {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    (ts.isPropertySignature(parent) && parent.name === node) ||
    (ts.isPropertyDeclaration(parent) && parent.name === node) ||
    (ts.isMethodSignature(parent) && parent.name === node) ||
    (ts.isMethodDeclaration(parent) && parent.name === node)
  );
}

function isInType(node) {
  for (let inner = node; inner; inner = inner.parent) {
    if (ts.isHeritageClause(inner)) {
      return (
        inner.token === ts.SyntaxKind.ImplementsKeyword ||
        ts.isInterfaceDeclaration(inner.parent)
      );
    }
    if (ts.isExpressionWithTypeArguments(inner)) {
      continue;
    }
    if (ts.isTypeNode(inner)) {
      return true;
    }
    if (ts.isStatement(inner) || ts.isExpression(inner)) {
      if (inner !== node) {
        return false;
      }
    }
  }
  return false;
}

function exportsTypesOnly(node) {
  return (
    node.isTypeOnly ||
    (node.exportClause !== undefined &&
      ts.isNamedExports(node.exportClause) &&
      node.exportClause.elements.length > 0 &&
      node.exportClause.elements.every(element => element.isTypeOnly))
  );
}

function isModuleCall(node) {
  const callee = node.expression;
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(callee) && callee.text === 'require') ||
    (ts.isPropertyAccessExpression(callee) &&
      ts.isIdentifier(callee.expression) &&
      callee.expression.text === 'require' &&
      callee.name.text === 'resolve') ||
    (ts.isPropertyAccessExpression(callee) &&
      ts.isIdentifier(callee.expression) &&
      callee.expression.text === 'jest' &&
      ['requireActual', 'requireMock', 'mock'].includes(callee.name.text))
  );
}

function isAsyncFunction(node) {
  return (
    ts.isFunctionLike(node) &&
    (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Async) !== 0
  );
}

/** `new Date()` and `Date()` read the clock; `new Date(ms)` does not. */
function isDateOfNow(node) {
  if (
    !ts.isIdentifier(node.expression ?? node) ||
    node.expression?.text !== 'Date'
  ) {
    return false;
  }
  return (
    ts.isCallExpression(node) ||
    (ts.isNewExpression(node) && (node.arguments ?? []).length === 0)
  );
}

/** A name that stands for the global, not a property, a key or a declaration of ours. */
function isGlobalReference(node) {
  if (!Object.hasOwn(GLOBAL_USES, node.text)) {
    return false;
  }
  const { parent } = node;
  const isName =
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isQualifiedName(parent) && parent.right === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node) ||
    ((ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isParameter(parent) ||
      ts.isVariableDeclaration(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isBindingElement(parent) ||
      ts.isImportSpecifier(parent) ||
      ts.isJsxAttribute(parent) ||
      ts.isTypeAliasDeclaration(parent) ||
      ts.isTypeParameterDeclaration(parent) ||
      ts.isNamedTupleMember(parent)) &&
      parent.name === node) ||
    ts.isTypeQueryNode(parent);
  return !isName && !isShadowed(node);
}

/** Declared by a function or block around it: a parameter called `fetch` is a port, not the network. */
function isShadowed(node) {
  for (let scope = node.parent; scope; scope = scope.parent) {
    if (scope.locals?.has(node.text)) {
      return true;
    }
    if (
      ts.isFunctionLike(scope) &&
      scope.parameters.some(({ name }) => declares(name, node.text))
    ) {
      return true;
    }
    if (ts.isBlock(scope) || ts.isSourceFile(scope)) {
      for (const statement of scope.statements) {
        if (
          ts.isVariableStatement(statement) &&
          statement.declarationList.declarations.some(({ name }) =>
            declares(name, node.text),
          )
        ) {
          return true;
        }
        if (
          ts.isImportDeclaration(statement) &&
          importDeclares(statement, node.text)
        ) {
          return true;
        }
      }
    }
  }
  return false;
}

function declares(name, text) {
  return ts.isIdentifier(name)
    ? name.text === text
    : name.elements.some(
        element => element.name && declares(element.name, text),
      );
}

function importDeclares(statement, text) {
  const bindings = statement.importClause?.namedBindings;
  return (
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.some(({ name }) => name.text === text)
  );
}
