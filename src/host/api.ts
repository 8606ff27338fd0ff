// Installations over HTTP: for whoever has the host's token, and for the sessions of its pages.
import { Hono } from "hono"
import { AppError, describeProblem, errorText, InvalidInput } from "../common/errors.ts"
import type { JsonObject } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { AskVisitor } from "../common/visitor.ts"
import { guardHost } from "./api-guard.ts"
import { type InstallationRoutesDeps, installationRoutes } from "./installation-routes.ts"
import { InstallationConflict, InstallationExists } from "./refuse-twin.ts"
import { type WorkRoutesDeps, workRoutes } from "./work-routes.ts"

export interface HostApiDeps extends InstallationRoutesDeps, Omit<WorkRoutesDeps, "store"> {
  /** By the host's token, or by a session of its pages. */
  ask: AskVisitor
  /** What whoever makes an installation wants to know of the host. */
  about: JsonObject
  log: Logger
}

/** To be mounted at `/host`. */
export function hostApi(deps: HostApiDeps): Hono {
  const app = new Hono()
  app.use("*", guardHost(deps.ask))
  app.onError((error, c) => {
    if (error instanceof InvalidInput) {
      const { problems } = error
      const fields = Object.fromEntries(problems.map(({ where, what }) => [where, what]))
      const told = problems.map(describeProblem)
      return c.json({ ok: false, message: "this cannot be used", problems: told, fields }, 422)
    }
    if (error instanceof InstallationConflict) {
      const { field, hint } = error
      const message = [error.message, hint ?? []].flat().join(": ")
      const fields = field === undefined ? {} : { fields: { [field]: message } }
      return c.json({ ok: false, message, ...fields }, error instanceof InstallationExists ? 412 : 409)
    }
    deps.log.error({ error: errorText(error) }, "A request to the host failed")
    const hint = error instanceof AppError && error.hint !== undefined ? { hint: error.hint } : {}
    return c.json({ ok: false, message: errorText(error), ...hint }, 500)
  })
  app.get("/", (c) => c.json({ ok: true, ...deps.about }))
  app.route("/installations", installationRoutes(deps))
  app.route("/installations", workRoutes(deps))
  return app
}
