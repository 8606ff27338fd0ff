// What changes in the embedded catalog, for the pages' stream: which blueprints' entities, not which entities. A resync
// writes thousands, and a page asks for those it shows.
import { type ChangedBlueprint, changedBlueprints } from "../catalog/store/changed-blueprints.ts"
import type { CatalogTables } from "../catalog/store/tables.ts"
import type { Database } from "../database/database.ts"
import { onlyNews, type StreamSource } from "../pages/stream/stream-source.ts"

export function entityStream(database: Database): StreamSource {
  const db = database.kysely<CatalogTables>()
  return {
    topic: "entities",
    open() {
      const news = onlyNews<ChangedBlueprint>(
        ({ what, blueprint }) => JSON.stringify([what, blueprint]),
        ({ last }) => String(last),
      )
      return async (since) => {
        const changed = news(await changedBlueprints(db, since))
        if (changed.length === 0) return []
        const blueprints = changed.filter(({ what }) => what === "entity").map(({ blueprint }) => blueprint)
        return [
          { event: "entities", data: { blueprints, blueprintsChanged: changed.length > blueprints.length } },
        ]
      }
    },
  }
}
