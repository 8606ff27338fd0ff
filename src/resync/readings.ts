// What the resources of a mapping need to be read: each list once, handed to all resources that want it.
import { pathsReadBy } from "../mapping/resource-paths.ts"
import type { AppConfig, Resource } from "../port/app-config.ts"
import type { IntegrationRun, KindDefinition, OpenKind, Reading } from "./kind.ts"
import { emptyCounts, type ResourceRecord } from "./run-record.ts"

/** A resource of the mapping with its kind opened for this run, and its line in the report. */
export interface OpenResource {
  resource: Resource
  kind: OpenKind
  record: ResourceRecord
}

export interface SharedReading {
  reading: Reading
  resources: OpenResource[]
}

export function openResources(config: AppConfig, run: IntegrationRun): OpenResource[] {
  return config.resources.map((resource) => ({
    resource,
    kind: run.openKind(resource.kind, resource.selector, pathsReadBy(resource)),
    record: {
      index: resource.index,
      kind: resource.kind,
      blueprint: resource.mapping.blueprint,
      counts: emptyCounts(),
      pages: 0,
      durationMs: 0,
    },
  }))
}

/** What only events give has no list that any run could read. */
export function listableOf({ resources }: AppConfig, kinds: readonly KindDefinition[]): Resource[] {
  const eventKinds = new Set(kinds.filter(({ eventsOnly }) => eventsOnly).map(({ name }) => name))
  return resources.filter(({ kind }) => !eventKinds.has(kind))
}

/** The readings in the order in which the mapping first needs them. */
export function shareReadings(resources: readonly OpenResource[]): SharedReading[] {
  const shared = new Map<string, SharedReading>()
  for (const open of resources) {
    const known = shared.get(open.kind.reading.key)
    if (known) known.resources.push(open)
    else shared.set(open.kind.reading.key, { reading: open.kind.reading, resources: [open] })
  }
  return [...shared.values()]
}
