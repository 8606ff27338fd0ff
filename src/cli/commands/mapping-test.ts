// A mapping tried on raw objects: nothing is written anywhere.
import { InvalidInput } from "../../common/errors.ts"
import { createLogger, type Logger } from "../../common/logger.ts"
import { createJq } from "../../mapping/create-jq.ts"
import type { Resource } from "../../port/app-config.ts"
import type { Reading } from "../../resync/kind.ts"
import { firstPage, type Samples } from "../../resync/try-mapping/first-page.ts"
import { mappingPathOf, type ResourceResult, testResource } from "../../resync/try-mapping/test-resource.ts"
import type { AppOptions } from "../app.ts"
import { exitCodes } from "../exit-codes.ts"
import { type GivenMapping, readGivenMapping } from "../mapping-test/given-mapping.ts"
import { samplesOfFile } from "../mapping-test/raw-samples.ts"
import { describeMappingTest, type MappingTest } from "../mapping-test/report.ts"
import { openPort, openSentry } from "../peers.ts"
import type { Settings } from "../settings.ts"
import { processEnvironment, readSettings } from "../settings-sources.ts"
import type { Signals } from "../signals.ts"
import { chooseStart, type Start } from "../start-mode.ts"
import { programVersion } from "../version.ts"

export interface MappingTestFlags {
  /** The mapping's file; without it Port's mapping is tested, or the default one. */
  file: string | undefined
  /** A file of raw objects; without it the first page of each list is read. */
  sample: string | undefined
  /** Only the resources of this kind. */
  kind: string | undefined
  /** Objects of a page that are tried. */
  limit: number
  /** Print all entities. */
  all: boolean
  json: boolean
  /** Where `.env` and `config.yaml` are looked for. */
  folder: string
}

/** Answers 0, 2 where the mapping is wrong, and 4 where the objects to try it on could not be read. */
export async function testMapping(flags: MappingTestFlags, signals: Signals): Promise<number> {
  const { settings, secrets } = readSettings({
    flags: {},
    environment: processEnvironment(),
    folder: flags.folder,
  })
  const log = createLogger({
    level: "warn",
    format: "text",
    secrets,
    // The report is the only thing on standard output.
    write: (line) => void process.stderr.write(line),
  })
  const test = await runTest(flags, { settings, secrets, log, signal: signals.signal })
  const entities = flags.all || flags.sample !== undefined ? Number.POSITIVE_INFINITY : 2
  const text = flags.json ? JSON.stringify(test, undefined, 2) : describeMappingTest(test, { entities })
  process.stdout.write(`${text}\n`)
  if (signals.signal.aborted) return signals.exitCode()
  return exitCodeOf(test)
}

interface Context {
  settings: Settings
  secrets: readonly string[]
  log: Logger
  signal: AbortSignal
}

async function runTest(flags: MappingTestFlags, context: Context): Promise<MappingTest> {
  await using parts = new AsyncDisposableStack()
  const { settings, log, signal } = context
  const given = flags.sample === undefined ? undefined : await samplesOfFile(flags.sample)
  const start = startOf(flags, settings)
  const options: AppOptions = { ...context, start, once: true, version: programVersion() }
  const jq = parts.adopt(
    createJq({
      workers: 1,
      deadlineMs: settings.jqDeadlineSeconds * 1_000,
      environment: settings.jqEnvironment,
      fastPath: settings.jqFastPath,
      log,
    }),
    (one) => one.close(),
  )
  const { integration } = await openSentry(options, parts)
  const { clientId, clientSecret, baseUrl } = settings.port
  const port =
    flags.file === undefined && clientId !== undefined && clientSecret !== undefined
      ? openPort(options, { access: { clientId, clientSecret, baseUrl }, parts })
      : undefined
  const mapping = await readGivenMapping(jq, { file: flags.file, port, integration }, signal)
  const tested = resourcesOf(mapping, flags)

  const run = integration.openRun()
  const pages = new Map<string, Promise<Samples>>()
  const page = (reading: Reading) => {
    const read = pages.get(reading.key) ?? firstPage(reading, flags.limit, signal)
    pages.set(reading.key, read)
    return read
  }
  const resources: ResourceResult[] = []
  for (const resource of tested) {
    const kind = run.openKind(resource.kind, resource.selector)
    const path = mappingPathOf(mapping.parsed, resource)
    resources.push(
      await testResource(
        jq,
        {
          resource,
          kind,
          samples: given ?? (await page(kind.reading)),
          enrich: given === undefined,
          placeOf: (leaf) => mapping.placeOf([...path, ...leaf]),
        },
        signal,
      ),
    )
  }
  const { from, problems, warnings } = mapping
  return { mapping: from, samples: samplesText(flags, start), problems, warnings, resources }
}

/** With a sample, Sentry is not asked for anything, so that nothing of it need be set. */
function startOf({ file, sample }: MappingTestFlags, settings: Settings): Start {
  if (sample === undefined) return chooseStart(settings, { embedded: file !== undefined })
  const { sentryHost } = settings.integration.config
  return { mode: "embedded", sentry: { host: sentryHost, token: "not asked", organization: "not-asked" } }
}

function samplesText({ sample, limit }: MappingTestFlags, start: Start): string {
  if (sample !== undefined) return sample
  const first = `the first objects (at most ${limit}) of each list`
  return start.mode === "demo" ? `${first} of a simulated organization` : `${first} at ${start.sentry.host}`
}

/** Of a sample it must be clear what it is a sample of. */
function resourcesOf({ parsed }: GivenMapping, { kind, sample }: MappingTestFlags): Resource[] {
  const resources = parsed?.config.resources ?? []
  const kinds = [...new Set(resources.map((resource) => resource.kind))]
  if (kind !== undefined) {
    const chosen = resources.filter((resource) => resource.kind === kind)
    if (chosen.length > 0 || parsed?.broken.some((broken) => broken.kind === kind)) return chosen
    throw wrongKind(`no resource of the mapping is of the kind "${kind}"`, kinds)
  }
  if (sample === undefined || kinds.length <= 1) return resources
  throw wrongKind("missing: the mapping has several kinds, and the sample is of one", kinds)
}

function wrongKind(what: string, kinds: readonly string[]): InvalidInput {
  return new InvalidInput("Nothing was tested", [
    { where: "--kind", what, hint: `it has ${kinds.join(", ") || "none that can run"}` },
  ])
}

function exitCodeOf({ problems, resources }: MappingTest): number {
  if (problems.length > 0 || resources.some(({ failures }) => failures.length > 0)) return exitCodes.usage
  return resources.some(({ unread }) => unread.length > 0) ? exitCodes.runFailed : exitCodes.success
}
