// Does a program compile, on its own and where a page program will put it? Nothing of it is run.
import type { CompileIssue } from "./jq.ts"
import type { EngineAnswer } from "./jq-engine.ts"

export type Compile = (program: string) => Promise<EngineAnswer>

/** Undefined where the program compiles and can stand in a page program without touching its neighbours. */
export async function checkProgram(program: string, compile: Compile): Promise<CompileIssue | undefined> {
  // The engine reads a program as C does: up to the first NUL.
  if (program.includes("\u0000")) return { message: "has a NUL character" }
  // On its own first: `.id) | (.title` compiles only inside parentheses.
  const alone = issueOf(await compile(program))
  if (alone || !needsParenthesesCheck(program)) return alone
  const inside = issueOf(await compile(`(${program}\n)`))
  if (!inside) return undefined
  return {
    message:
      "cannot be part of a larger program: it has only definitions, a module line, or a comment that ends in a backslash",
  }
}

// An expression that compiles alone compiles in parentheses, but for these.
function needsParenthesesCheck(program: string): boolean {
  return /#|\b(def|module|import|include)\b/.test(program)
}

function issueOf(answer: EngineAnswer): CompileIssue | undefined {
  if (answer.kind !== "done") return { message: `jq cannot compile it: ${answer.message}`, quarantined: true }
  return answer.exitCode === 0 ? undefined : readCompileError(answer.stderr)
}

// The first error of what jq prints, with its place.
function readCompileError(stderr: string): CompileIssue {
  const line = stderr.split("\n")[0] ?? ""
  const place = / at <top-level>, line (\d+), column (\d+):?$/.exec(line)
  const message = (place ? line.slice(0, place.index) : line).replace(/^jq: error: /, "")
  return {
    message: message || "does not compile",
    ...(place ? { line: Number(place[1]), column: Number(place[2]) } : {}),
  }
}
