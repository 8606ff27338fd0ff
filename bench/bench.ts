// `npm run bench`: the budgets of the product against the built-in simulator and catalog, beside the original's figures.
import { parseArgs } from "node:util"
import { type CatalogFigures, catalogExcesses, catalogFigures, describeCatalog } from "./catalog/figures.ts"
import { runCatalog } from "./catalog/run-catalog.ts"
import { type CatalogScenario, catalogScenarios, quicklyCatalog } from "./catalog/scenarios.ts"
import { excessesOf } from "./excesses.ts"
import { describeLive, type LiveFigures, liveExcesses, liveFigures } from "./live/figures.ts"
import { runLive } from "./live/run-live.ts"
import { describeStart, runStart, type StartMeasured, startScenario } from "./live/run-start.ts"
import { type LiveScenario, liveScenarios, quicklyLive } from "./live/scenarios.ts"
import type { Measured } from "./measure.ts"
import { describePages, pagesScenario, runPages } from "./pages.ts"
import { prepareProgram } from "./program.ts"
import { runScenario } from "./run-scenario.ts"
import { quickly, type Scenario, scenarios } from "./scenarios.ts"
import { compareAll, describeScenario } from "./table.ts"

const help = `npm run bench -- [options]

  --only NAME   only this scenario; may be given more than once
  --quick       a tenth of the projects, issues and events, without what takes long and the original's figures
  --json        the figures as JSON, nothing else
  --compare     at the end one table: the original's figures, ours, and what is aimed at
  --check       exit 1 where a figure is not within its bounds, an unchanged organization is written, or an event is lost
  --cpu-prof    write a CPU profile of each measured run into the folder this is started in

Scenarios: ${scenarioNames().join(", ")}
`

const noBrowser =
  "The pages were not measured: there is no Chromium (TEST_CHROMIUM names one; npm run test:tools gets it)."

/** Answers the exit code. */
async function bench(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      quick: { type: "boolean", default: false },
      compare: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      "cpu-prof": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) return print(help, 0)
  const unknown = values.only?.find((name) => !scenarioNames().includes(name))
  if (unknown !== undefined) return print(`There is no scenario ${unknown}.\n\n${help}`, 2)
  const isChosen = ({ name }: { name: string }) => values.only?.includes(name) ?? true
  const tell = (text: string) => (values.json ? undefined : print(`${text}\n`, 0))
  const nodeOptions = values["cpu-prof"] ? ["--cpu-prof", `--cpu-prof-dir=${process.cwd()}`] : []

  await prepareProgram()
  const results: { scenario: Scenario; runs: Measured[] }[] = []
  for (const full of scenarios().filter(isChosen)) {
    if ((full.byNameOnly || (full.slow && values.quick)) && !values.only) continue
    const scenario = values.quick ? quickly(full) : full
    const runs = await runScenario(scenario, nodeOptions)
    results.push({ scenario, runs })
    tell(describeScenario(scenario, runs))
  }
  const live: { scenario: LiveScenario; figures: LiveFigures }[] = []
  for (const full of liveScenarios().filter(isChosen)) {
    if (full.slow && values.quick && !values.only) continue
    const scenario = values.quick ? quicklyLive(full) : full
    const figures = liveFigures(await runLive(scenario, nodeOptions))
    live.push({ scenario, figures })
    tell(describeLive(scenario, figures))
  }
  const catalogs: { scenario: CatalogScenario; figures: CatalogFigures }[] = []
  for (const full of catalogScenarios().filter(isChosen)) {
    const scenario = values.quick ? quicklyCatalog(full) : full
    const figures = catalogFigures(await runCatalog(scenario, nodeOptions))
    catalogs.push({ scenario, figures })
    tell(describeCatalog(scenario, figures))
  }
  let start: StartMeasured | undefined
  // Nothing of it is held, so that a quick check leaves it out unless it is asked for.
  if (isChosen({ name: startScenario }) && (values.only || !values.quick)) {
    start = await runStart(nodeOptions)
    tell(describeStart(start))
  }
  const pages =
    isChosen({ name: pagesScenario }) && (values.only || !values.quick) ? await runPages() : undefined
  if (pages) tell(describePages(pages))
  else if (values.only?.includes(pagesScenario)) tell(noBrowser)
  if (values.json) {
    const all = [
      ...results.map(plainFigures),
      ...[...live, ...catalogs].map(({ scenario, figures }) => ({ ...scenario, figures })),
      ...(start ? [{ name: startScenario, figures: start }] : []),
      ...(pages ? [{ name: pagesScenario, figures: pages }] : []),
    ]
    print(`${JSON.stringify(all, null, 2)}\n`, 0)
  }
  if (values.compare) tell(compareAll(results))
  const excesses = values.check
    ? [
        ...results.flatMap(excessesOf),
        ...live.flatMap(({ scenario, figures }) => liveExcesses(scenario, figures)),
        ...catalogs.flatMap(({ scenario, figures }) => catalogExcesses(scenario, figures)),
      ]
    : []
  for (const excess of excesses) process.stderr.write(`${excess}\n`)
  return excesses.length > 0 ? 1 : 0
}

function scenarioNames(): string[] {
  return [
    ...[...scenarios(), ...liveScenarios(), ...catalogScenarios()].map(({ name }) => name),
    startScenario,
    pagesScenario,
  ]
}

function plainFigures({ scenario, runs }: { scenario: Scenario; runs: Measured[] }) {
  const { resources: _, ...rest } = scenario
  return { ...rest, runs: runs.map(({ output: _output, ...figures }) => figures) }
}

function print(text: string, code: number): number {
  process.stdout.write(text)
  return code
}

process.exitCode = await bench()
