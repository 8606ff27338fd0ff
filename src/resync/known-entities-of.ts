// What the catalog held when a run began, as the run's mapping writes into it.
import type { AppConfig } from "../port/app-config.ts"
import { blueprintsOf, relatingTo, useOf } from "./blueprint-use.ts"
import { createKnownEntities, type KnownEntities } from "./known-entities.ts"
import type { ResyncDeps } from "./run-resync.ts"

export function knownEntitiesOf(
  { port, origins }: Pick<ResyncDeps, "port" | "origins">,
  config: AppConfig,
  { startedAt, signal }: { startedAt: Date; signal: AbortSignal },
): KnownEntities {
  return createKnownEntities({
    entities: port.entities,
    held: origins.held,
    startedAt,
    useOf: (name) => useOf(config, name),
    blueprints: blueprintsOf(config.resources, []),
    relatingTo: (targets) => relatingTo(config, targets, (name) => port.blueprints.get(name, signal)),
    signal,
  })
}
