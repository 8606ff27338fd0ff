// The dialect of the jq that Port runs itself, in calculations and webhook mappings.
import { rewriteQuotes } from "./ocean-quotes.ts"

/** As jq has it, with every quote that Port takes for one. */
export function portExpression(expression: string): string {
  return rewriteQuotes(portQuotes(expression))
}

/** A quoted key after a dot, as Port's documentation writes it: `.properties.'a-b'`. */
export function portQuotes(expression: string): string {
  return expression.replaceAll(/\.'([^'"\\]+)'/g, '."$1"')
}
