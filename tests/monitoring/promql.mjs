// Expressions of alerts without their conditions, so that they return data although nothing is wrong.

const literal = /("(?:[^"\\]|\\.)*"|\{(?:"(?:[^"\\]|\\.)*"|[^}"])*\})/;
const comparison = /(==|!=|>=|<=|>(?!=)|<(?!=))(?!\s*bool\b)/g;
const exclusion = /\bunless\b(?:\s+(?:on|ignoring)\s*\([^)]*\))?\s*/;
const pairs = { "(": ")", "{": "}", "[": "]" };

// The expressions that have to return data for the alert to be able to fire: comparisons return 0 or 1, and the right
// side of `unless` is an expression of its own, unless it is about other alerts. absent(x) is x.
export function operands(expression) {
  const [left, ...excluded] = withoutExclusions(expression);
  return [left, ...excluded.filter((operand) => !/\bALERTS\b/.test(operand)).flatMap(operands)].map((operand) =>
    withoutConditions(operand),
  );
}

function withoutConditions(expression) {
  return expression
    .split(literal)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replaceAll(comparison, "$1 bool").replaceAll(/\babsent\s*\(/g, "("),
    )
    .join("");
}

// The expression without its `unless`, and their right sides.
function withoutExclusions(expression) {
  const found = exclusion.exec(expression);
  if (!found) {
    return [expression];
  }
  const start = found.index + found[0].length;
  const end = endOfOperand(expression, start);
  const [rest, ...others] = withoutExclusions(expression.slice(0, found.index) + expression.slice(end));
  return [rest, expression.slice(start, end), ...others];
}

// The index after a selector, a call or a group that begins at `start`.
function endOfOperand(expression, start) {
  let index = start + /^[\w:]*/.exec(expression.slice(start))[0].length;
  while (expression[index] in pairs) {
    index = endOfBracket(expression, index);
  }
  return index;
}

function endOfBracket(expression, start) {
  const open = [];
  for (let index = start; index < expression.length; ++index) {
    const character = expression[index];
    if (character === '"') {
      index += /^"(?:[^"\\]|\\.)*"/.exec(expression.slice(index))[0].length - 1;
    } else if (character in pairs) {
      open.push(pairs[character]);
    } else if (character === open.at(-1)) {
      open.pop();
      if (open.length === 0) {
        return index + 1;
      }
    }
  }
  throw new Error(`Not balanced: ${expression}`);
}
