// What the checks found, as a page for people and as JSON.
import { exitCodes } from "../exit-codes.ts"
import { exitCodeOf, type Finding, type Level, type Section } from "./finding.ts"

const signs: Record<Level, string> = { fine: "✓", note: "!", blocked: "✗", "no-start": "✗", setting: "✗" }

export function doctorPage(heading: string, sections: readonly Section[]): string {
  const told = sections.filter(({ findings }) => findings.length > 0)
  const blocks = told.flatMap(({ title, findings }) => ["", title, ...findings.flatMap(findingLines)])
  return [heading, ...blocks, "", closing(sections)].join("\n")
}

export function doctorJson(sections: readonly Section[]): object {
  const findings = sections.flatMap((section) =>
    section.findings.map((finding) => ({ section: section.title, ...finding })),
  )
  return { exitCode: exitCodeOf(sections), blockedKinds: blockedKinds(sections), findings }
}

function findingLines({ level, what, fix, kinds = [] }: Finding): string[] {
  return [
    `  ${signs[level]} ${what}`,
    ...(level === "blocked" && kinds.length > 0 ? [`      blocks: ${kinds.join(", ")}`] : []),
    ...(fix ? [`      → ${fix}`] : []),
  ]
}

function closing(sections: readonly Section[]): string {
  const levels = sections.flatMap(({ findings }) => findings.map(({ level }) => level))
  const notes = levels.filter((level) => level === "note").length
  const problems = levels.filter((level) => level !== "fine" && level !== "note").length
  const look = notes === 0 ? "" : ` ${notes} ${notes === 1 ? "thing is" : "things are"} worth a look.`
  if (problems === 0) return `All is well.${look} Nothing was changed.`
  const count = `${problems} ${problems === 1 ? "problem" : "problems"}`
  return `${count}: ${meaning(sections)}${look} Nothing was changed.`
}

function meaning(sections: readonly Section[]): string {
  const code = exitCodeOf(sections)
  if (code === exitCodes.usage) return "the settings cannot be used as they are."
  if (code === exitCodes.startFailed) return "the program would not start."
  const kinds = blockedKinds(sections)
  return kinds.length === 0
    ? "a run could not do all its work."
    : `a run could not do its work for ${kinds.join(", ")}.`
}

function blockedKinds(sections: readonly Section[]): string[] {
  const kinds = sections.flatMap(({ findings }) =>
    findings.flatMap((finding) => (finding.level === "blocked" ? (finding.kinds ?? []) : [])),
  )
  return [...new Set(kinds)]
}
