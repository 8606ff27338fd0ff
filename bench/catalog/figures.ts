// The figures of the catalog alone, one a line, with what is aimed at.
import type { CatalogMeasured, Writing } from "./run-catalog.ts"
import type { CatalogScenario } from "./scenarios.ts"

export interface CatalogFigures {
  createdPerSecond: number
  createdCpuMs: number
  updatedPerSecond: number
  updatedCpuMs: number
  searches: {
    name: string
    group: string
    p50Ms: number
    p95Ms: number
    foundMedian: number
    foundMost: number
  }[]
  counted: number
  pssMegabytes: number
  peakPssMegabytes: number
}

export function catalogFigures(measured: CatalogMeasured): CatalogFigures {
  const perSecond = ({ entities, wallSeconds }: Writing) => entities / wallSeconds
  const cpuMs = ({ entities, cpuSeconds }: Writing) => (cpuSeconds * 1_000) / entities
  return {
    createdPerSecond: perSecond(measured.created),
    createdCpuMs: cpuMs(measured.created),
    updatedPerSecond: perSecond(measured.updated),
    updatedCpuMs: cpuMs(measured.updated),
    searches: measured.searched.map(({ name, group, ms, found }) => ({
      name,
      group,
      p50Ms: quantile(ms, 0.5),
      p95Ms: quantile(ms, 0.95),
      foundMedian: quantile(found, 0.5),
      foundMost: Math.max(...found),
    })),
    counted: measured.counted,
    pssMegabytes: measured.pssMegabytes,
    peakPssMegabytes: measured.peakPssMegabytes,
  }
}

export function describeCatalog({ name, title, aims }: CatalogScenario, figures: CatalogFigures): string {
  const lines = [
    `${title}  (--only ${name})`,
    `  created                 ${figures.createdPerSecond.toFixed(0)} entities a second, ${figures.createdCpuMs.toFixed(3)} ms of CPU each (aimed at: ${aims.entitiesPerSecond} a second)`,
    `  written once more       ${figures.updatedPerSecond.toFixed(0)} entities a second, ${figures.updatedCpuMs.toFixed(3)} ms of CPU each`,
    `  memory (PSS)            ${figures.pssMegabytes.toFixed(0)} MB after it, at most ${figures.peakPssMegabytes.toFixed(0)} MB (aimed at: ${aims.pssMegabytes} MB)`,
    `  searches: p50, p95, entities found (aimed at: p95 ${aims.searchP95Ms} ms by a property, ${aims.relationsP95Ms} ms over relations)`,
    ...figures.searches.map(
      ({ name: search, p50Ms, p95Ms, foundMedian }) =>
        `    ${search.padEnd(38)} ${p50Ms.toFixed(1).padStart(7)} ms ${p95Ms.toFixed(1).padStart(7)} ms ${String(foundMedian).padStart(6)}`,
    ),
  ]
  return `${lines.join("\n")}\n`
}

/** What `--check` holds: all that was written is there, and every search finds something where there is something. */
export function catalogExcesses(
  { name, entities, most }: CatalogScenario,
  figures: CatalogFigures,
): string[] {
  const excesses: string[] = []
  if (figures.counted !== entities) excesses.push(`${name}: ${figures.counted} entities, not ${entities}`)
  for (const { name: search, foundMost } of figures.searches) {
    const isToFind = !search.includes("nothing found")
    if (foundMost > 0 !== isToFind) excesses.push(`${name}: "${search}" found ${foundMost}`)
  }
  if (figures.peakPssMegabytes > most.pssMegabytes)
    excesses.push(
      `${name}: ${figures.peakPssMegabytes.toFixed(0)} MB of memory, more than ${most.pssMegabytes}`,
    )
  return excesses
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
