// Ocean's reading of single quotes: mappings in the field use them, jq itself knows only double quotes.

/**
 * Turns a single quote that opens or closes a word into a double quote, as the original does before it compiles.
 * Length and positions stay, so that a compile error points into the text as it was written.
 */
export function rewriteQuotes(expression: string): string {
  return expression.replaceAll(/(^|\s)'(?!\s|")|(?<!\s|")'(\s|$)/g, '$1"$2')
}
