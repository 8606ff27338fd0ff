// What the default mapping needs on blueprints that Port owns.
import type { JsonObject } from "../../common/json.ts"

export const systemRelations: readonly { blueprint: string; relations: JsonObject }[] = [
  {
    blueprint: "_user",
    relations: {
      sentry_user: { title: "Sentry User", target: "sentryUser", required: false, many: false },
    },
  },
]
