// A `.env` file: names, values and the lines they stand on. The rules are those of python-dotenv, which the original
// uses; Node's own parser cuts an unquoted value at any `#`, and so would cut a token in two.

interface EnvLine {
  name: string
  value: string
  /** From 1. */
  line: number
}

export interface EnvFile {
  lines: EnvLine[]
  /** Lines that are neither an assignment nor a comment. */
  unreadable: number[]
}

export function parseEnvFile(content: string): EnvFile {
  const file: EnvFile = { lines: [], unreadable: [] }
  const assignment =
    /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|([^\r\n]*))[^\r\n]*$/my
  let at = 0
  let line = 1
  while (at < content.length) {
    assignment.lastIndex = at
    const match = assignment.exec(content)
    const text = match?.[0] ?? /[^\n]*/y.exec(content.slice(at))?.[0] ?? ""
    if (match) file.lines.push({ name: match[1] ?? "", value: assignedValue(match), line })
    else if (!/^(#|$)/.test(text.trim())) file.unreadable.push(line)
    line += text.split("\n").length
    at += text.length
    at += content.startsWith("\r\n", at) ? 2 : 1
  }
  return file
}

function assignedValue([, , single, double, plain]: RegExpExecArray): string {
  if (single !== undefined) return single.replaceAll(/\\([\\'])/g, "$1")
  if (double !== undefined)
    return double.replaceAll(/\\(.)/gs, (_, mark: string) => escapes[mark] ?? `\\${mark}`)
  return (plain ?? "").replace(/(^|\s)#.*$/, "").trim()
}

const escapes: Record<string, string> = {
  n: "\n",
  r: "\r",
  t: "\t",
  '"': '"',
  "'": "'",
  "\\": "\\",
}
