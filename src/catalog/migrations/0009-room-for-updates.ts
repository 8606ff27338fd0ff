// Most entities that are written once more have the same properties as before: no index need hear of it.
import type { MigrationStep } from "../../database/migrate.ts"

export const roomForUpdates: MigrationStep = {
  name: "0009-room-for-updates",
  async up(db, types) {
    await types.roomForUpdates("catalog_entities")?.execute(db)
  },
}
