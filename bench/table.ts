// Measured runs as a table for people: ours, the original's, and how they compare.
import { describeLimits } from "./limit-meter.ts"
import type { Measured } from "./measure.ts"
import type { OriginalFigures, Scenario } from "./scenarios.ts"

/** A column: its heading, our figure, and the original's where there is one. */
interface Column {
  heading: string
  ours(run: Measured): number
  original(figures: OriginalFigures): number | undefined
  digits: number
}

const columns: readonly Column[] = [
  {
    heading: "to Sentry",
    ours: (run) => run.sentry.requests,
    original: (figures) => figures.sentryRequests,
    digits: 0,
  },
  {
    heading: "to Port",
    ours: (run) => run.port.requests,
    original: (figures) => figures.portRequests,
    digits: 0,
  },
  {
    heading: "sent",
    ours: (run) => run.port.entitiesSent,
    original: (figures) => figures.entitiesSent,
    digits: 0,
  },
  { heading: "CPU s", ours: (run) => run.cpuSeconds, original: (figures) => figures.cpuSeconds, digits: 1 },
  {
    heading: "wall s",
    ours: (run) => run.wallSeconds,
    original: (figures) => figures.wallSeconds,
    digits: 1,
  },
  {
    heading: "PSS MB",
    ours: (run) => run.peakPssMegabytes,
    original: (figures) => figures.pssMegabytes,
    digits: 0,
  },
  { heading: "RSS MB", ours: (run) => run.peakRssMegabytes, original: () => undefined, digits: 0 },
]

const runNames = ["first run", "nothing changed"]

/** The table of one scenario, with a title above it. */
export function describeScenario(scenario: Scenario, runs: readonly Measured[]): string {
  const rows = runs.flatMap((run, at) => {
    const name = runNames[at] ?? `run ${at + 1}`
    const figures = scenario.original[at] ?? {}
    const ours = columns.map((column) => formatNumber(column.ours(run), column.digits))
    if (Object.keys(figures).length === 0) return [[name, ...ours]]
    const original = columns.map((column) => formatNumber(column.original(figures), column.digits))
    const shares = columns.map((column) => formatShare(column.ours(run), column.original(figures)))
    return [
      [name, ...ours],
      ["  the original", ...original],
      ["  ours of it", ...shares],
    ]
  })
  const limits = runs.map((run) => (run.limits ? describeLimits(run.limits) : "")).join("")
  return `${scenario.title}  (--only ${scenario.name})\n${align([["", ...columns.map(({ heading }) => heading)], ...rows])}\n${limits}`
}

function formatNumber(value: number | undefined, digits: number): string {
  return value === undefined ? "–" : value.toFixed(digits)
}

/** In per cent, or as a multiple where it is a small part. */
function formatShare(ours: number, original: number | undefined): string {
  if (original === undefined || original === 0) return "–"
  const percent = (ours / original) * 100
  return `${percent.toFixed(percent < 10 ? 1 : 0)} %`
}

function align(lines: readonly string[][]): string {
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? []
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("   ")
        .trimEnd(),
    )
    .join("\n")
}

/** Every figure that is aimed at: the original's, what is aimed at, and ours. */
export function compareAll(results: readonly { scenario: Scenario; runs: readonly Measured[] }[]): string {
  const rows = results.flatMap(({ scenario, runs }) =>
    runs.flatMap((run, at) =>
      columns.flatMap((column) => {
        const original = column.original(scenario.original[at] ?? {})
        const aim = column.original(scenario.aims?.[at] ?? {})
        if (original === undefined && aim === undefined) return []
        const ours = column.ours(run)
        const held = aim === undefined ? "" : ours <= aim ? "yes" : "no"
        const figures = [original, ours, aim].map((figure) => formatNumber(figure, column.digits))
        return [[`${scenario.name}, ${runNames[at] ?? `run ${at + 1}`}: ${column.heading}`, ...figures, held]]
      }),
    ),
  )
  return `${align([["", "the original", "ours", "aimed at", "reached"], ...rows])}\n`
}
