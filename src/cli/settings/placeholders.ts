// Words that stand in documentation and pipelines where a value belongs, and that somebody forgot to replace.
import type { Setting } from "./setting-list.ts"

export interface Placeholder {
  what: string
  hint: string
}

/** Why a text is no value at all; undefined for one that may be. What it quotes is a name, never a secret. */
export function placeholderIn(setting: Setting, raw: unknown): Placeholder | undefined {
  if (typeof raw !== "string") return undefined
  const text = raw.trim()
  const unexpanded =
    /^\$\([\w.-]+\)$|^\$\{\{.*\}\}$|^\$\{[A-Z_][A-Z0-9_]*\}$|^\$[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.exec(text)
  if (unexpanded) {
    return {
      what: `${unexpanded[0]} was not replaced by its value`,
      hint: "define it in the pipeline, and pass it on under this name",
    }
  }
  if (/^<[^<>]*>$/.test(text)) {
    return {
      what: "a placeholder in angle brackets",
      hint: "put the value in its place, without the brackets",
    }
  }
  if (isExampleWord(setting, text)) {
    return {
      what: `${text} is the placeholder of the documentation`,
      hint: "put your own value in its place",
    }
  }
  return undefined
}

/** `SENTRY_TOKEN`, `PORT_CLIENT_ID`, `YOUR_PORT_CLIENT_ID`, and `string` where nothing else can be meant. */
function isExampleWord(setting: Setting, text: string): boolean {
  const parts = setting.variable.split("__")
  const names = parts.map((_, at) => parts.slice(at).join("_")).filter((name) => name.includes("_"))
  if (names.includes(text) || parts.join("__") === text || /^YOUR_[A-Z_]+$/.test(text)) return true
  const isFree = setting.info.type === "text" && setting.default === undefined
  return isFree && text === "string"
}
